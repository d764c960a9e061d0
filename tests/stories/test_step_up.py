"""Step up: 81, lives alone, unwell at home. The GP makes one call from her side, and she never sees a hospital.

A clinician decides who goes; a nurse is there within the rapid response time; home is not enough, so the same team has
a bed for her for less than two nights; a few days' reablement; back to the GP with an update.
"""

import json
from datetime import timedelta

import pytest
from tests.stories.conftest import Story, instant_of
from tests.stories.place import MAUD

pytestmark = pytest.mark.browser
TOLD_PRACTICE = "SELECT subject, made_at FROM hub_letter WHERE practice_id = 'K80001' AND role = 'general_practitioner'"


def test_step_up(story: Story) -> None:
    number = a_gp_calls_from_her_side(story)
    a_clinician_decides_who_goes(story, number)
    home_is_not_enough(story, number)
    two_nights_in_a_bed(story, number)
    a_few_days_of_help_at_home(story, number)
    the_practice_knows(story)
    every_count(story, number)


def a_gp_calls_from_her_side(story: Story) -> int:
    """Dr Rahman is with Maud; the call-taker fills the form while listening."""
    story.clock.at("2018-03-06 10:00")
    taker = story("taker").here()
    taker.page.click("nav >> text=Referrals")
    taker.press("Take a call")
    taker.page.fill("#text", MAUD.nhs_number)
    taker.page.press("#text", "Enter")
    taker.page.wait_for_selector(f".vg-banner:has-text('{MAUD.name}')")
    story.look(taker, "a call about somebody known")
    taker.answer(
        origin="general_practice",
        referrer="Dr Nadia Rahman",
        life_in_danger="no",
        whereabouts="in_own_home",
        main_trouble="unwell_getting_worse",
        safe_until_seen="yes",
        what_has_happened="A cold for a week, has hardly drunk since Sunday, dizzy when she stands.",
        agreed_to_referral="person_agreed",
        referrers_number="01296 555020",
    )
    story.clock.at("2018-03-06 10:04")
    taker.press("Send the referral", "Waiting for: A clinician to decide")
    story.look(taker, "a referral, for the call-taker")
    return taker.number


def a_clinician_decides_who_goes(story: Story, number: int) -> None:
    story.clock.at("2018-03-06 10:09")
    clinician = story("triage").here("/referrals")
    clinician.page.click(f"table.vg-board >> text='{number}'")
    story.look(clinician, "a referral, for who decides")
    clinician.press("Open the record", "Lives alone")
    story.look(clinician, "the record")
    clinician.page.go_back()
    for question, proposed in {
        "help_direction": "step_up",
        "how_soon": "rapid_response",
        "intervention_lead": "nurse_leads",
        "place_of_help": "help_at_home",
    }.items():
        assert clinician.page.is_checked(f"input[name={question}][value={proposed}]"), f"{question} is not proposed"
    clinician.press("Finish this step", "Waiting for: The professional who leads")
    clinician.press("Choose who goes", "Who goes? The first fits best")
    story.look(clinician, "who goes")
    clinician.press("Send them", "Tom Baker, TRUST. Chosen by Mary Ward")


def home_is_not_enough(story: Story, number: int) -> None:
    story.clock.at("2018-03-06 11:20")
    nurse = story("visit", 390).here()
    story.look(nurse, "the home of the nurse who goes")
    nurse.press(MAUD.name, "I am with the person")
    nurse.press("I am with the person", "Finish this step")
    story.look(nurse, "the assessment, at the door")
    nurse.answer(
        story_in_own_words="I had a cold and then I could not be bothered with the kettle.",
        what_matters_most="To be back in my own chair by the weekend.",
        goals_agreed="yes",
        health_today="Dry, light-headed, drowsy; no fever.",
        eats_and_drinks="eats_too_little",
        moves_about="moves_with_aid",
        washes_and_dresses="washes_with_help",
        after_the_visit="goes_to_a_bed",
    )
    # She was with Maud for three quarters of an hour, and the sign-in did not last: nothing that she typed is lost.
    story.clock.at("2018-03-06 12:05")
    nurse.press("Finish this step", "Password")
    nurse.here(f"/referrals/{number}")
    nurse.page.wait_for_selector("text=What you typed here before was not sent yet")
    assert nurse.page.input_value("#story_in_own_words").startswith("I had a cold")
    story.look(nurse, "an assessment that was kept")
    nurse.press("Finish this step", "A bed is needed now")

    lead = story("lead").here(f"/referrals/{number}")
    story.look(lead, "a referral that needs a bed")
    lead.press("Hold Thame Community Hospital, Room 1, A", "held until")
    story.clock.at("2018-03-06 13:10")
    nurse.here(f"/referrals/{number}")
    nurse.press("The person is in the bed", "the person is in it since")


def two_nights_in_a_bed(story: Story, number: int) -> None:
    story.clock.at("2018-03-07 09:15")
    nurse = story("visit").here(f"/referrals/{number}")
    nurse.note("Drank a litre and a half; walked to the window and back.")
    story.clock.at("2018-03-08 09:30")
    nurse.here(f"/referrals/{number}")
    assert nurse.page.input_value("#story_in_own_words").startswith("I had a cold"), "the assessment is continued"
    nurse.answer(
        health_today="Drinks by herself, no dizziness.",
        eats_and_drinks="eats_well",
        after_the_bed="home_with_reablement",
    )
    nurse.press("Finish this step", "Reablement at home")
    nurse.press("Choose who goes", "Who goes? The first fits best")
    nurse.page.check("input[name=professional][value=R1]")
    nurse.press("Send them", "Joyce Tanner, COUNCIL")

    lead = story("lead").here("/beds")
    lead.page.locator("tr", has_text="Room 1, A").locator("a").first.click()
    story.look(lead, "a bed that is being cleaned")


def a_few_days_of_help_at_home(story: Story, number: int) -> None:
    for day, words in ((8, "Made tea together."), (9, "Washed and dressed with a word only."), (10, "Cooked an egg.")):
        story.clock.at(f"2018-03-{day:02} 17:30")
        worker = story("reable", 390).here(f"/referrals/{number}")
        worker.note(words)
    story.clock.at("2018-03-12 10:00")
    worker = story("reable").here(f"/referrals/{number}")
    assert worker.page.input_value("#story_in_own_words").startswith("I had a cold"), "the assessment is continued"
    worker.answer(
        health_today="As before the cold.",
        washes_and_dresses="washes_alone",
        likely_to_need_care_for_good="no",
        when_reablement_ends="stands_alone_again",
    )
    worker.press("Finish this step", "Nothing further is needed")
    story.look(worker, "a referral that has ended")


def the_practice_knows(story: Story) -> None:
    story.clock.at("2018-03-12 11:00")
    gp = story("surgery").here()
    assert "Nothing further is needed" in gp.sees
    story.look(gp, "the home of the GP who was told")
    gp.go("/letters")
    story.look(gp, "the letters")
    gp.press("Nothing further is needed", "This ends our part")
    assert "Cooked an egg." in gp.sees and "As before the cold." in gp.sees
    story.look(gp, "the last letter")
    gp.page.click("nav >> text=Back to the letters")
    gp.press("A professional goes to the person", "What comes next")


def every_count(story: Story, number: int) -> None:
    # One call, one referral.
    [call] = [line for line in story.audit() if line.get("what") == "call"]
    assert (call["who"], call["outcome"]) == ("taker", "found")
    assert story.rows("SELECT channel, origin FROM hub_referral") == [("phone", "general_practice")]
    # There within three hours, by the clock that runs from the call's first second.
    [received], [arrived] = story.happened("received"), story.happened("arrived", "response_visit")
    assert timedelta(0) < arrived - received <= timedelta(hours=3)
    assert story.rows("SELECT kept FROM hub_promise WHERE clock = 'rapid_response'") == [(1,)]
    assert story.one("SELECT count(*) FROM hub_promise WHERE NOT kept") == 0
    assert story.one("SELECT count(*) FROM hub_notice WHERE why <> 'told'") == 0, "nobody was late"
    # No hospital: not as an end, not as an event of the record or of the lake.
    events = story.care_events(number)
    assert {one["setting"] for one in events} <= {None, "community", "home"}
    [whole] = [one for one in events if one["key"] == f"{number}/whole"]
    assert (whole["status"], whole["codes"][0]) == ("finished", "end:nothing_further")
    entries = [json.loads(entry) for (entry,) in story.rows("SELECT entry FROM record_liveentry")]
    assert {one["setting"] for one in entries} == {"community", "home"}
    # At most 48 hours in a bed.
    changes = story.rows("SELECT status, at FROM beds_bedchange WHERE bed_id = 1 ORDER BY number")
    assert [status for status, _ in changes] == ["open", "held", "occupied", "cleaning"]
    assert timedelta(0) < instant_of(changes[3][1]) - instant_of(changes[2][1]) <= timedelta(hours=48)
    # The GP is told when it begins and when it ends.
    told = [subject for subject, _ in story.rows(f"{TOLD_PRACTICE} ORDER BY id")]
    assert (told[0], told[-1]) == ("A professional goes to the person", "Nothing further is needed")
