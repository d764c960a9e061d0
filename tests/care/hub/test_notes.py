"""Notes of visits that come when there is a signal, some of them twice; and how long a step may still last."""

import uuid
from datetime import timedelta

from tests.care.hub.conftest import PATHWAY
from tests.care.hub.test_letters import CALL, DECISION, helped  # noqa: F401 - fixture
from tests.care.hub.test_pages import people, signed_in, text  # noqa: F401 - fixtures

from vanguard import clock
from vanguard.care import hub
from vanguard.care.hub import About, Referrer
from vanguard.care.hub.models import Note
from vanguard.care.outbox.models import Outgoing
from vanguard.flow import Answered, Arrived, Finished, Received


def test_a_note_sent_twice_is_kept_once_and_is_in_the_record_at_once(helped, signed_in):  # noqa: F811
    number, known, _ = helped
    visit = signed_in("visit")
    key = str(uuid.uuid4())
    sent = {"key": key, "words": "Walks to the door.\nAte half.", "ago": "3600", "itself": "yes"}
    before = clock.now()
    assert [visit.post(f"/referrals/{number}/notes", sent).status_code for _ in range(2)] == [204, 204]
    [note] = Note.objects.all()
    assert note.by.username == "visit"
    assert before - timedelta(hours=1) <= note.at <= clock.now() - timedelta(hours=1)
    assert "Walks to the door. Ate half." in text(visit.get(f"/referrals/{number}"))
    assert "note of a visit" in text(signed_in("gp").get(f"/people/{known['person_id']}"))
    # It is counted in the lake, and what it says is not there.
    [said] = Outgoing.objects.filter(key=f"{number}/note/{key}")
    assert said.entry["setting"] == "home" and "Walks" not in str(said.entry)

    # Without its page's own script the form leads back; what is no note, or no part of one's work, is refused.
    plain = {"key": str(uuid.uuid4()), "words": "Second."}
    assert visit.post(f"/referrals/{number}/notes", plain).headers["Location"] == f"/referrals/{number}"
    for wrong in ({"words": " "}, {"key": "x"}, {"words": "y" * 4001}):
        assert visit.post(f"/referrals/{number}/notes", {**sent, "key": str(uuid.uuid4()), **wrong}).status_code == 400
    taker = signed_in("taker")
    assert taker.post(f"/referrals/{number}/notes", sent).status_code == 400
    assert signed_in("gp").post(f"/referrals/{number}/notes", plain).status_code in (403, 404)
    assert visit.post("/referrals/999999/notes", plain).status_code == 404
    assert Note.objects.count() == 2


def test_a_referral_says_how_long_a_step_may_last_and_what_began_early(
    people,  # noqa: F811
    referral_point,
    clerk,
    triage_nurse,
    nurse,
    works_as,
    signed_in,  # noqa: F811
):
    start = clock.now() - timedelta(weeks=5)
    received = Received(start, "general_practice", "phone", age=81, sex="female")
    one = hub.receive(referral_point, PATHWAY, About(), Referrer("Dr Shah"), received, by=clerk, now=start)
    worker = works_as("reablement_worker", "Jo Hill")
    goals = {"goals_agreed": True, "after_the_visit": "goes_on_with_reablement"}
    for seen, (event, who) in enumerate(
        [
            (Finished(start, "taking_the_call", CALL), clerk),
            (Finished(start, "clinical_triage", DECISION), triage_nurse),
            (Arrived(start, "response_visit"), nurse),
            (Finished(start, "response_visit", goals), nurse),
            (Answered(start, "reablement_at_home", {"likely_to_need_care_for_good": True}), worker),
        ],
        1,
    ):
        hub.record(one.number, event, seen=seen, by=who, now=start)
    page = text(signed_in("lead").get(f"/referrals/{one.number}"))
    # Six weeks of reablement are not over; four for the assessment that began early are.
    reablement, _, assessment = page.partition("The long-term assessment, begun while reablement runs")
    assert "It should end by" in reablement and "It should have ended by" not in reablement
    assert "it runs alongside “Reablement at home”. Too long It should have ended by" in assessment
