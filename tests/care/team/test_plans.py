"""Plans made with people: written by who looks at them again, in versions, read by whoever is asked for help."""

from datetime import date, timedelta

import pytest
from tests.care.hub.test_pages import CALL, on_record, people, signed_in, text  # noqa: F401 - fixtures
from tests.small_place import NOW

from vanguard.access import Change, follow
from vanguard.access.models import Choice, User
from vanguard.care.hub.models import Referral, Writing
from vanguard.care.outbox.models import Outgoing
from vanguard.care.team.models import Plan, PlanVersion
from vanguard.care.team.writing import later
from vanguard.directory.models import Practice
from vanguard.know.record.models import PersonIndex
from vanguard.web import presenters as say

KIND = "frail-older-people/plan_for_a_bad_turn"
AGREED = {
    "bad_turn_signs": "Cannot get her breath, lips go blue",
    "whom_to_call": "The locality nurse on 01296 555090, day or night",
    "what_usually_helps": "Inhaler with spacer, sit her <up>",
    "wishes_in_a_crisis": "Home, not hospital",
}


@pytest.fixture
def whom(people, signed_in):  # noqa: F811
    """Somebody of the GP's practice who may have a bad turn."""
    practice = User.objects.get(username="surgery").practice_id
    return next(one for one in people if one.columns["practice"] == practice)


def address(whom) -> str:
    return f"/people/{whom.id}/plans/{KIND}"


@pytest.fixture
def agreed(whom, signed_in):  # noqa: F811
    """The GP has written the plan."""
    gp = signed_in("surgery")
    page = gp.get(address(whom))
    assert page.status_code == 200 and "This plan was not written yet." in text(page)
    assert gp.post(address(whom), {"plan": "0", "seen": "0", **AGREED}).status_code == 302
    return gp


def test_whoever_takes_the_call_and_whoever_goes_has_the_plan_before_them(agreed, whom, signed_in):  # noqa: F811
    said = ["Plan for a bad turn", AGREED["whom_to_call"], AGREED["wishes_in_a_crisis"], "sit her &lt;up&gt;"]
    record = text(agreed.get(f"/people/{whom.id}"))
    assert all(words in record for words in said) and "Version 1, written by Dr Nadia Rahman" in record
    taker = signed_in("taker")
    assert taker.get(f"/people/{whom.id}").status_code == 404
    draft = taker.post("/referrals/call", {"text": whom.columns["nhs_number"]}).headers["Location"]
    listening = text(taker.get(draft))
    assert all(words in listening for words in said) and "look again by" in listening
    referral = taker.post(draft, CALL).headers["Location"]
    for username in ("taker", "triage"):
        assert all(words in text(signed_in(username).get(referral)) for words in said), username
    # Who sees the plan reads its page, and writes only by their part in it.
    clinician = signed_in("triage")
    page = clinician.get(address(whom))
    assert AGREED["whom_to_call"] in text(page) and "Save the plan" not in text(page)
    assert clinician.post(address(whom), {"plan": "1", "seen": "1", **AGREED}).status_code == 404
    assert clinician.post(f"{address(whom)}/{Plan.objects.get().pk}/end", {"why": "no reason"}).status_code == 404
    told = Outgoing.objects.filter(source="care_team").order_by("pk")
    assert [(one.entry["kind"], one.entry["codes"], one.person_id) for one in told] == [
        ("CarePlan", ["plan:plan_for_a_bad_turn"], whom.id),
        ("Task", ["looked_at:plan_for_a_bad_turn"], whom.id),
    ]
    assert not any(words in str(one.entry) for one in told for words in AGREED.values())


def test_every_version_stays_and_two_at_once_overwrite_nothing(agreed, whom):
    plan = Plan.objects.get()
    changed = AGREED | {"whom_to_call": "Her daughter on 01296 555111", "what_usually_helps": ""}
    sent = {"plan": str(plan.pk), "seen": "1", **changed}
    assert agreed.post(address(whom), sent).status_code == 302
    # The same again changes nothing; another who saw the first version is told, and keeps what they typed.
    assert agreed.post(address(whom), sent).status_code == 302
    late = agreed.post(address(whom), {"plan": str(plan.pk), "seen": "1", **AGREED, "wishes_in_a_crisis": "Ask her"})
    assert late.status_code == 409 and "has changed this plan meanwhile" in text(late) and "Ask her" in text(late)
    again = agreed.post(address(whom), {"plan": "0", "seen": "0", **AGREED})
    assert again.status_code == 409 and Plan.objects.count() == 1
    # Saved as it is, it was looked at again.
    assert agreed.post(address(whom), sent | {"seen": "2"}).status_code == 302
    assert [row.answers for row in PlanVersion.objects.order_by("number")] == [
        AGREED,
        {key: value for key, value in changed.items() if value},
        {key: value for key, value in changed.items() if value},
    ]
    page = text(agreed.get(address(whom)))
    assert "Version 3, written by Dr Nadia Rahman" in page and "Looked at again, nothing changed." in page
    assert f"Her daughter on 01296 555111 before: {AGREED['whom_to_call']}" in page
    assert "What usually helps? Taken out before: Inhaler with spacer, sit her &lt;up&gt;" in page
    missing = agreed.post(address(whom), sent | {"seen": "3", "whom_to_call": ""})
    assert missing.status_code == 400 and "Answer: Whom does the person or their family call" in text(missing)
    ending = f"{address(whom)}/{plan.pk}/end"
    assert agreed.post(ending, {"why": " "}).status_code == 409
    assert agreed.post(ending, {"why": "She lives in a home now"}).status_code == 302
    assert agreed.post(ending, {"why": "She lives in a home now"}).status_code == 409
    record = text(agreed.get(f"/people/{whom.id}"))
    assert "Her daughter on 01296" not in record
    assert "Ended by Dr Nadia Rahman: She lives in a home now" in record
    assert "Plans that hold no more" in text(agreed.get(address(whom)))


def test_nobody_else_sees_it_and_a_choice_to_share_less_holds(agreed, whom, signed_in, place):  # noqa: F811
    for username in ("analyst", "commissioner", "admin", "privacy", "ward", "lead"):
        assert signed_in(username).get(address(whom)).status_code == 404, username
    elsewhere = Practice.objects.exclude(code=whom.columns["practice"]).first()
    User.objects.filter(username="surgery").update(practice=elsewhere)
    other = signed_in("surgery")
    assert other.get(address(whom)).status_code == 404
    assert other.post(address(whom), {"plan": "0", "seen": "0", **AGREED}).status_code == 404
    User.objects.filter(username="surgery").update(practice=whom.columns["practice"])
    Choice.objects.create(person_id=whom.id, sharing="nothing", planning=True, start=NOW, role="gp")
    page = signed_in("surgery").get(f"/people/{whom.id}")
    assert page.status_code == 200 and AGREED["whom_to_call"] not in text(page)
    assert signed_in("surgery").get(address(whom)).status_code == 404
    refused = [line for line in on_record(place) if line.get("whom") == whom.id and line["outcome"] == "refused"]
    assert {line["who"] for line in refused} >= {"analyst", "surgery", "ward"}


def test_what_was_told_in_an_assessment_need_not_be_told_again(whom, signed_in, listening_to):  # noqa: F811
    gp = signed_in("surgery")
    goals = f"/people/{whom.id}/plans/frail-older-people/plan_with_goals"
    Writing.objects.create(
        referral=listening_to,
        happening=9,
        form="common_assessment",
        answers={"what_matters_most": "The cat"},
        at=NOW,
    )
    page = gp.get(goals)
    assert "The cat</textarea>" in page.content.decode() and "Ask whether it still holds" in text(page)
    own = {"what_matters_most": "The cat", "goal-see_people_again": "Bingo on Thursdays", "goal-fall_no_more": ""}
    assert gp.post(goals, {"plan": "0", "seen": "0", **own}).status_code == 302
    assert PlanVersion.objects.get().answers == {key: value for key, value in own.items() if value}
    assert "See people and go out again Bingo on Thursdays" in text(gp.get(f"/people/{whom.id}"))


@pytest.fixture
def listening_to(whom, signed_in):  # noqa: F811
    taker = signed_in("taker")
    draft = taker.post("/referrals/call", {"text": whom.columns["nhs_number"]}).headers["Location"]
    return Referral.objects.get(pk=taker.post(draft, CALL).headers["Location"].split("/")[-1])


def test_plans_go_along_when_records_are_joined_and_late_ones_are_listed(agreed, whom, people, signed_in):  # noqa: F811
    name = say.banner_name(whom.columns["given_name"], whom.columns["family_name"])
    assert name not in text(agreed.get("/plans"))
    Plan.objects.update(look_again_on=NOW.date() - timedelta(days=1))
    assert f"{name} Plan for a bad turn Late" in text(agreed.get("/plans"))
    assert signed_in("triage").get("/plans").status_code == 404
    other = next(one for one in people if one.columns["practice"] == whom.columns["practice"] and one.id != whom.id)
    second = f"/people/{other.id}/plans/{KIND}"
    assert agreed.post(second, {"plan": "0", "seen": "0", **AGREED, "whom_to_call": "Nobody"}).status_code == 302
    follow([Change(1, other.id, whom.id, False), Change(1, whom.id, whom.id, False)], NOW)
    PersonIndex.objects.filter(pk=other.id).delete()
    page = text(agreed.get(address(whom)))
    assert "There is a second plan of this kind" in page and "Nobody" in page and AGREED["whom_to_call"] in page
    record = text(agreed.get(f"/people/{whom.id}"))
    assert "Nobody" in record and AGREED["whom_to_call"] in record


@pytest.mark.parametrize(
    ("day", "period", "then"),
    [
        (date(2026, 8, 31), "P6M", date(2027, 2, 28)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2026, 12, 24), "P2W", date(2027, 1, 7)),
        (date(2026, 3, 28), "P3D", date(2026, 3, 31)),
    ],
)
def test_a_plan_is_looked_at_again_on_the_day_that_the_period_says(day, period, then):
    assert later(day, period) == then
