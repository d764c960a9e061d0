"""Home, not hospital: dementia and lung disease, cared for by her daughter, breathless at eight in the morning.

The GP has agreed a plan with them that says whom to call; whoever answers has it on screen in two clicks; the team
comes and treats her at home, and the GP sees it while surgery is still running.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.stories.conftest import Story, instant_of
from tests.stories.place import IVY

pytestmark = pytest.mark.browser
MINUTE = timedelta(minutes=1)
EIGHT = datetime(2018, 3, 6, 8, tzinfo=UTC)
PLAN = "The locality nurse on 01296 555090, day or night"


def test_home_not_hospital(story: Story) -> None:
    a_plan_is_agreed(story)
    surgery_begins(story)
    clicks = the_plan_is_found(story)
    number = the_locality_nurse_refers(story)
    a_clinician_decides(story, number)
    the_gp_is_told_within_a_minute(story)
    treated_at_home(story, number)
    every_count(story, number, clicks)


def a_plan_is_agreed(story: Story) -> None:
    """Before surgery, at Ivy's bedside with her daughter: the GP writes it once."""
    gp = story("surgery").here("/people/find")
    gp.page.fill("#text", IVY.nhs_number)
    gp.page.keyboard.press("Enter")
    gp.press(IVY.name, "Write a plan with this person")
    gp.press("Write a plan with this person", "Plan for a bad turn")
    gp.press("Plan for a bad turn", "This plan was not written yet.")
    story.look(gp, "the form of a plan")
    gp.answer(
        bad_turn_signs="Suddenly breathless, frightened",
        whom_to_call=PLAN,
        what_usually_helps="Inhaler with spacer, sit her up",
        wishes_in_a_crisis="Home, not hospital, if it can be",
    )
    gp.press("Save the plan", "Version 1, written by Dr Nadia Rahman")
    story.look(gp, "a plan")


def surgery_begins(story: Story) -> None:
    story.clock.at("2018-03-06 08:00")
    assert IVY.name not in story("surgery").here().sees


def the_plan_is_found(story: Story) -> int:
    """Her daughter rings the number of the plan; the locality nurse looks her up. Returns how many clicks it took."""
    story.clock.at("2018-03-06 08:01")
    nurse = story("matron").here()
    nurse.count_clicks()
    nurse.page.fill("#text", "Ivy Larkin")
    nurse.page.keyboard.press("Enter")
    nurse.press(IVY.name, PLAN)
    story.look(nurse, "a record with a plan")
    return nurse.clicks


def the_locality_nurse_refers(story: Story) -> int:
    nurse = story("matron")
    nurse.press("Refer this person", "Go on")
    nurse.answer(
        origin="community_health_and_social_care",
        life_in_danger="no",
        whereabouts="in_own_home",
        main_trouble="short_of_breath",
        safe_until_seen="yes",
        what_has_happened="Breathless since six, her daughter is with her and has given the inhaler as the plan says.",
        agreed_to_referral="in_their_best_interests",
        referrers_number="01296 555090",
    )
    story.clock.at("2018-03-06 08:05")
    nurse.press("Go on", "A clear case")
    nurse.press("Send the referral", "A clinician to decide")
    return nurse.number


def a_clinician_decides(story: Story, number: int) -> None:
    story.clock.at("2018-03-06 08:08")
    clinician = story("triage").here(f"/referrals/{number}")
    clinician.press("Open the record", PLAN)
    clinician.page.go_back()
    assert clinician.page.is_checked("input[name=how_soon][value=rapid_response]")
    story.clock.at("2018-03-06 08:09")
    clinician.press("Finish this step", "Waiting for: The professional who leads")
    clinician.press("Choose who goes", "Who goes? The first fits best")
    clinician.press("Send them", "Tom Baker, TRUST")


def the_gp_is_told_within_a_minute(story: Story) -> None:
    """Between two patients Dr Rahman sees it on her first page, and from there the episode itself."""
    story.clock.at("2018-03-06 08:09:30")
    gp = story("surgery").here()
    assert IVY.name in gp.sees and "A professional goes to the person" in gp.sees
    story.look(gp, "the home of the GP who was told")
    gp.press(IVY.name, "From the referral point home, on the clock")
    assert "A professional goes to the person" in gp.sees, "the record does not say where the episode stands"
    story.look(gp, "a record with an open episode")


def treated_at_home(story: Story, number: int) -> None:
    story.clock.at("2018-03-06 08:40")
    nurse = story("visit", 390).here()
    nurse.press(IVY.name, "I am with the person")
    nurse.press("I am with the person", "Finish this step")
    nurse.press("Open the record", PLAN)
    nurse.page.go_back()
    nurse.note("Wheeze both sides, saturation 89; nebuliser given, 93 after a quarter of an hour.")
    # Surgery runs until eleven: what the nurse wrote a moment ago is on the GP's screen.
    gp = story("surgery").here()
    gp.press(IVY.name, "nebuliser given")
    story.clock.at("2018-03-06 09:35")
    nurse.here(f"/referrals/{number}").answer(
        story_in_own_words="Her daughter: she could not get her breath when she got up to wash.",
        what_matters_most="To stay with her daughter and the cat.",
        goals_agreed="yes",
        health_today="Settled, saturation 94, drinking tea.",
        takes_medicines="medicines_given",
        moves_about="moves_with_one",
        washes_and_dresses="washes_with_help",
        who_helps="Her daughter, day and night; would like a rest.",
        after_the_visit="needs_no_more",
    )
    nurse.press("Finish this step", "Nothing further is needed")
    gp.here()
    assert "Nothing further is needed" in gp.sees
    gp.go("/letters")
    gp.press("Nothing further is needed", "Settled, saturation 94")


def every_count(story: Story, number: int, clicks: int) -> None:
    whom = story.one("SELECT person_id FROM hub_referral WHERE id = ?", number)
    assert clicks <= 2, "the plan was further away than two clicks"
    assert story.one("SELECT count(*) FROM hub_referral") == 1
    since_then = [line for line in story.audit() if instant_of(line["at"]) >= EIGHT]
    # Who answered, who decided and who went had the plan before them, by the audit trail, before each did their part.
    shown = [(line["who"], line["what"]) for line in since_then if whom in line["whom"] and line["outcome"] == "shown"]
    assert story.one("SELECT count(*) FROM team_planversion") == 1
    order = [who for who, what in shown if what in ("summary", "full")]
    assert list(dict.fromkeys(order)) == ["matron", "triage", "surgery", "visit"]
    # The GP was told within a minute of the decision, and again of the end, by notice and by letter.
    [decided], [ended] = story.happened("finished", "clinical_triage"), story.happened("finished", "response_visit")
    for table, when in (("hub_notice", "at"), ("hub_letter", "made_at")):
        rows = story.rows(f"SELECT {when} FROM {table} WHERE role = 'general_practitioner' ORDER BY id")
        told = [instant_of(at) for (at,) in rows]
        assert [timedelta(0) <= at - since < MINUTE for at, since in zip(told, (decided, ended), strict=True)] == [
            True
        ] * 2
    read = [line for line in since_then if line.get("who") == "surgery" and whom in line["whom"]]
    first = min(line["at"] for line in read)
    assert timedelta(0) <= instant_of(first) - decided < MINUTE, "the GP did not see it within a minute"
    # The episode was in the record while it was open: the GP looked between its first and its last event.
    assert instant_of(first) < ended
    [[entry]] = story.rows("SELECT entry FROM record_liveentry WHERE key = ?", f"referral-{number}")
    assert json.loads(entry)["status"] == "finished"
    # There within three hours, and no hospital.
    [received], [arrived] = story.happened("received"), story.happened("arrived", "response_visit")
    assert arrived - received <= timedelta(hours=3)
    events = {one["key"].removeprefix(f"{number}/"): one for one in story.care_events(number)}
    assert "end:nothing_further" in events["whole"]["codes"]
    assert {one["setting"] for one in events.values()} <= {None, "community", "home"}
