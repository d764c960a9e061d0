"""Step down: 77, lives alone, on a ward after a short illness. Home the day that he is fit, and asked everything once.

The ward makes one referral from its list; one assessment goes on throughout; the embedded social worker begins the
long-term part while reablement runs; long-term care begins the day on which reablement ends.
"""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.stories.conftest import Story, instant_of
from tests.stories.place import ALBERT

from vanguard.clock import local_date

pytestmark = pytest.mark.browser
HIS_STORY = "It went to my chest, and after a week in that bed my legs had gone."
THE_LIST = "/referrals/lists/rapid_response_and_reablement_pathway/ward_team"


def test_step_down(story: Story) -> None:
    number = the_ward_refers_him_from_its_list(story)
    a_therapist_is_sent_the_same_day(story, number)
    the_one_assessment_begins_at_home(story, number)
    reablement_sees_that_he_will_need_care(story, number)
    the_social_worker_begins_early(story, number)
    reablement_ends_and_care_begins(story, number)
    ward_and_practice_know(story, number)
    every_count(story, number)


def the_ward_refers_him_from_its_list(story: Story) -> int:
    """The morning round finds him fit to leave; two minutes later he is on the list, and then referred."""
    story.clock.at("2018-03-06 10:30")
    ward = story("ward").here("/referrals/mine")
    ward.press("Fit to leave the ward", "Nobody is on the list")
    story.look(ward, "a list that is empty")
    ward.answer(text=ALBERT.nhs_number, place="Ward 7")
    ward.press("Put on the list", ALBERT.name)
    story.look(ward, "a list with somebody on it")
    ward.page.locator(f"tr:has-text('{ALBERT.name}') button:has-text('Refer')").click()
    ward.page.wait_for_selector(f".vg-banner:has-text('{ALBERT.name}')")
    assert ward.page.is_checked("input[name=whereabouts][value=in_a_ward]"), "what the list knows is filled in"
    story.look(ward, "a referral from the list")
    ward.answer(
        main_trouble="moves_less_well",
        safe_until_seen="yes",
        what_has_happened="Pneumonia, five nights, well again. Walks with one person, lives alone.",
        agreed_to_referral="person_agreed",
        referrers_number="01296 555700",
    )
    ward.press("Go on", "A clear case")
    story.look(ward, "what is about to be sent")
    ward.press("Send the referral", "A clinician to decide")
    story.look(ward, "one of the ward's referrals")
    return ward.number


def a_therapist_is_sent_the_same_day(story: Story, number: int) -> None:
    story.clock.at("2018-03-06 10:50")
    clinician = story("triage").here("/referrals")
    clinician.page.click(f"table.vg-board >> text='{number}'")
    for question, proposed in {
        "help_direction": "step_down",
        "how_soon": "fast_response",
        "intervention_lead": "therapist_leads",
        "place_of_help": "help_at_home",
    }.items():
        assert clinician.page.is_checked(f"input[name={question}][value={proposed}]"), f"{question} is not proposed"
    clinician.press("Finish this step", "Waiting for: The professional who leads")
    clinician.press("Choose who goes", "Who goes? The first fits best")
    clinician.press("Send them", "Asha Nair, TRUST. Chosen by Mary Ward")


def the_one_assessment_begins_at_home(story: Story, number: int) -> None:
    """He is home the same afternoon, and somebody is there when he comes in."""
    story.clock.at("2018-03-06 15:40")
    therapist = story("therapist", 390).here(f"/referrals/{number}")
    therapist.press("I am with the person", "Finish this step")
    therapist.answer(
        story_in_own_words=HIS_STORY,
        what_matters_most="To get to the allotment and back on my own feet.",
        goals_agreed="yes",
        health_today="Well, tired, weak in both legs.",
        moves_about="moves_with_one",
        washes_and_dresses="washes_with_help",
        makes_meals="meals_with_help",
        who_helps="Nobody; his sister rings on Sundays.",
        after_the_visit="goes_on_with_reablement",
    )
    therapist.press("Finish this step", "Reablement at home")
    therapist.press("Choose who goes", "Who goes? The first fits best")
    therapist.page.check("input[name=professional][value=R1]")
    therapist.press("Send them", "Joyce Tanner, COUNCIL")


def reablement_sees_that_he_will_need_care(story: Story, number: int) -> None:
    for day, words in ((7, "Washed at the basin, sitting."), (13, "Soup from a tin by himself; needs a hand up.")):
        story.clock.at(f"2018-03-{day:02} 08:30")
        worker = story("reable", 390).here(f"/referrals/{number}")
        worker.note(words)
    story.clock.at("2018-03-20 09:00")
    worker = story("reable", 390).here(f"/referrals/{number}")
    assert worker.page.input_value("#story_in_own_words") == HIS_STORY
    worker.answer(moves_about="moves_with_aid", health_today="Stronger; no further for a week.")
    worker.answer(likely_to_need_care_for_good="yes")
    worker.press("Save and go on later", "The long-term assessment, begun while reablement runs")


def the_social_worker_begins_early(story: Story, number: int) -> None:
    story.clock.at("2018-03-21 13:30")
    social = story("embedded").here(f"/referrals/{number}")
    assert "Begun early, on 20 March 2018" in social.sees
    for question, known in {
        "story_in_own_words": HIS_STORY,
        "who_helps": "Nobody; his sister rings on Sundays.",
    }.items():
        assert social.page.input_value(f"#{question}") == known, f"{question} is asked again"
    assert social.page.is_checked("input[name=moves_about][value=moves_with_aid]"), "the newest answer is not shown"
    story.look(social, "the long-term assessment")
    social.answer(outcomes_not_managed="keeping_clean", carer_offered_assessment="no", money_talked_through="yes")
    social.press("Save and go on later")
    social.page.wait_for_selector("dd:has-text('Keeping clean')", state="attached")
    social.page.click("summary:has-text('What is written down')")
    social.page.wait_for_selector("dd:has-text('Keeping clean') >> visible=true")
    story.clock.at("2018-03-29 11:00")
    social.here(f"/referrals/{number}").answer(
        care_wanted="One visit each morning, a woman or a man is all one to him.", care_begins_on="10 April 2018"
    )
    social.press("Finish this step", "Done: The long-term assessment")


def reablement_ends_and_care_begins(story: Story, number: int) -> None:
    """Five weeks after he came home, on the day when the morning visits begin; the clocks have changed meanwhile."""
    story.clock.at("2018-04-10 09:30")
    worker = story("reable").here(f"/referrals/{number}")
    assert worker.page.is_checked("input[name=when_reablement_ends][value=care_for_good]"), "it is not proposed"
    assert worker.page.is_checked("input[name=likely_to_need_care_for_good][value=yes]"), (
        "what was saved is asked again"
    )
    # The social worker has said the day: it is not asked again, and it is today.
    assert worker.page.input_value("#care_begins_on") == "10 April 2018"
    worker.press("Finish this step", "The next service begins on 10 April 2018.")


def ward_and_practice_know(story: Story, number: int) -> None:
    story.clock.at("2018-04-10 11:00")
    ward = story("ward").here()
    assert "Long-term care begins" in ward.sees
    ward.go("/referrals/mine")
    assert "no days on the list before that" in ward.sees
    gp = story("surgery").here("/letters")
    gp.press("Long-term care begins", "the next service begins on 10 April 2018")
    assert HIS_STORY in gp.sees
    gp.press("Back to the letters") if gp.page.locator("main >> text=Back to the letters").count() else gp.go(
        "/letters"
    )
    gp.press("A professional goes to the person", "What comes next")
    assert f"our number {number}" in gp.sees


def every_count(story: Story, number: int) -> None:
    whom = story.one("SELECT person_id FROM hub_referral WHERE id = ?", number)
    # One referral, by the one list, of the one person.
    assert story.rows("SELECT origin, channel FROM hub_referral") == [("ward_team", "list")]
    assert story.one("SELECT count(*) FROM hub_happening WHERE kind = 'received'") == 1
    assert story.one("SELECT count(*) FROM hub_draft") == 1, "nobody began a second"
    # No day between fit and referred; home the same day or the next.
    [[since, off, referral]] = story.rows("SELECT since, off_at, referral_id FROM hub_listed")
    [received], [arrived] = story.happened("received"), story.happened("arrived", "response_visit")
    assert referral == number
    assert local_date(received) - local_date(instant_of(since)) == timedelta(0) == received - instant_of(off)
    assert local_date(arrived) - local_date(received) <= timedelta(days=1)
    assert story.rows("SELECT kept FROM hub_promise WHERE clock = 'fast_response'") == [(1,)]
    # One assessment: versions of it by three professions, and each answer kept where it last changed.
    rows = story.rows(
        "SELECT referral_id, form, role, answers FROM hub_writing WHERE form <> 'referral_form' ORDER BY id"
    )
    versions = [(role, json.loads(answers)) for _, _, role, answers in rows]
    assert {referral for referral, *_ in rows} == {number}
    assert [role for role, _ in versions] == [
        "response_therapist",
        "reablement_worker",
        "response_social_worker",
        "response_social_worker",
    ]
    # His story is entered once, and nobody entered again what was known.
    told = [answers["story_in_own_words"] for _, answers in versions if "story_in_own_words" in answers]
    assert told == [HIS_STORY]
    for (_, before), (_, after) in pairwise(versions):
        assert not {question for question in after if before.get(question) == after[question]}
    # The long-term part began while reablement ran.
    events = {one["key"].removeprefix(f"{number}/"): one for one in story.care_events(number)}
    early, reablement = events["step/long_term_assessment_begun_early/0"], events["step/reablement_at_home/0"]
    assert reablement["start"] < early["start"] < early["end"] < reablement["end"]
    # Neither a gap nor an overlap at the hand-over.
    begins = events["answer/care_begins_on"]["date"]
    assert begins == date(2018, 4, 10)
    assert (begins - reablement["end_date"]).days == 0 == (begins - events["whole"]["end_date"]).days
    assert "end:long_term_care" in events["whole"]["codes"]
    over = events["hand_over"]
    assert (over["status"], over["codes"]) == ("completed", ["hand_over:long_term_care"])
    # Everybody who saw his record had a part; the GP was told at the start and at the end.
    assert story.opened(whom) == {"ward", "triage", "therapist", "reable", "embedded", "surgery"}
    letters = story.rows("SELECT subject FROM hub_letter WHERE role = 'general_practitioner' ORDER BY id")
    assert letters == [("A professional goes to the person",), ("Long-term care begins",)]
    [(last,)] = story.rows("SELECT body FROM hub_letter WHERE role = 'general_practitioner' ORDER BY id DESC LIMIT 1")
    assert "This ends our part. The next service begins on 10 April 2018." in last
    assert story.one("SELECT count(*) FROM hub_notice WHERE why <> 'told'") == 0, "nobody was late"
