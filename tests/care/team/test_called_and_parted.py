"""Plans in later life: called for another look, of records that were parted, of a kind that is written no more."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.care.hub.test_pages import CALL, listening, people, signed_in, text  # noqa: F401 - fixtures
from tests.care.team.test_plans import AGREED, address, agreed, whom  # noqa: F401 - fixtures
from tests.lake_tables import write_tables

from vanguard import clock
from vanguard.access import Change, follow
from vanguard.access.models import Relationship, User
from vanguard.blueprint import shipped
from vanguard.care import hub
from vanguard.care.hub.models import Referral
from vanguard.care.hub.place import running
from vanguard.care.outbox.models import Outgoing
from vanguard.care.team.models import Plan, PlanVersion
from vanguard.clock import local_date
from vanguard.know.record import published
from vanguard.lake import Lake

DAY = timedelta(days=1)


def happens(place: Path, person_id: str, *things: tuple[str, str, str, int]) -> None:
    """Partners tell of encounters (setting, method, status, days from today), and the record is published."""
    now = clock.now()
    rows = [
        f"""SELECT 'e{number}' AS event_id, '{person_id}' AS person_id, 'Encounter' AS kind, '{setting}' AS setting,
                   '{method}' AS method, '{status}' AS status, DATE '{local_date(now) + days * DAY}' AS date,
                   DATE '{local_date(now) + days * DAY}' AS end_date, false AS timed, CAST([] AS VARCHAR[]) AS codes,
                   'p' AS source, 'f' AS feed, TIMESTAMP '2026-11-01' AS known_from"""
        for number, (setting, method, status, days) in enumerate(things)
    ]
    write_tables(place, {"event": " UNION ALL ".join(rows)}, now)
    published.send(None, lake=Lake(place), now=now)


def test_an_emergency_brings_the_next_look_forward_until_somebody_has_looked(agreed, whom, place):  # noqa: F811
    PlanVersion.objects.update(at=clock.now() - 5 * DAY)
    before = Plan.objects.get().look_again_on
    # What was before the plan, what was only planned, and what the plan does not name call for nothing.
    quiet = (
        ("inpatient", "emergency", "finished", -6),
        ("emergency_department", "emergency", "cancelled", -1),
        ("primary_care", "other", "finished", -1),
    )
    happens(place, whom.id, *quiet)
    assert Plan.objects.get().look_again_on == before
    happens(place, whom.id, *quiet, ("emergency_department", "emergency", "finished", -2))
    called = Plan.objects.get()
    assert (called.after, called.look_again_on) == ("emergency_attendance", local_date(clock.now()) - 2 * DAY)
    for page in (f"/people/{whom.id}", address(whom)):
        assert "They were seen in an emergency department on" in text(agreed.get(page)), page
    assert "Plan for a bad turn Late" in text(agreed.get("/plans"))
    agreed.post(address(whom), {"plan": str(called.pk), "seen": "1", **AGREED})
    happens(place, whom.id, *quiet, ("emergency_department", "emergency", "finished", -2))
    looked = Plan.objects.get()
    assert (looked.after, looked.look_again_on >= before) == ("", True)
    assert "emergency department on" not in text(agreed.get(f"/people/{whom.id}"))


def test_a_plan_of_parted_records_is_on_both_until_somebody_says_whose(agreed, whom, people, place):  # noqa: F811
    other = next(one for one in people if one.columns["practice"] == whom.columns["practice"] and one.id != whom.id)
    follow([Change(1, whom.id, other.id, True)], clock.now())
    published.send(None, lake=Lake(place), now=clock.now())
    for one in (whom, other):
        for page in (f"/people/{one.id}", f"/people/{one.id}/plans", address(one)):
            shown = text(agreed.get(page))
            assert AGREED["whom_to_call"] in shown and "Records were parted since" in shown, page
    number = Plan.objects.get().pk
    stranger = next(
        one for one in people if one.columns["practice"] == whom.columns["practice"] and one not in (whom, other)
    )
    assert agreed.post(f"/people/{stranger.id}/plans/{number}/theirs").status_code == 404
    assert agreed.post(f"/people/{other.id}/plans/{number}/theirs").status_code == 302
    for one, is_theirs in ((other, True), (whom, False)):
        for page in (f"/people/{one.id}", f"/people/{one.id}/plans", address(one)):
            shown = text(agreed.get(page))
            assert "Records were parted since" not in shown, page
        assert (AGREED["whom_to_call"] in shown) is is_theirs
    assert Outgoing.objects.filter(source="care_team").last().person_id == other.id
    # Whose it was is given a plan of their own.
    assert agreed.post(address(whom), {"plan": "0", "seen": "0", **AGREED}).status_code == 302
    assert Plan.objects.count() == 2


def test_a_plan_whose_person_is_gone_for_several_is_not_lost(agreed, whom, people, place):  # noqa: F811
    parts = [one for one in people if one.columns["practice"] == whom.columns["practice"] and one.id != whom.id][:2]
    follow([Change(1, whom.id, one.id, False) for one in parts], clock.now())
    published.send(None, lake=Lake(place), now=clock.now())
    for one in parts:
        assert AGREED["whom_to_call"] in text(agreed.get(f"/people/{one.id}"))
    assert agreed.post(f"/people/{parts[1].id}/plans/{Plan.objects.get().pk}/theirs").status_code == 302
    assert AGREED["whom_to_call"] not in text(agreed.get(f"/people/{parts[0].id}"))
    assert AGREED["whom_to_call"] in text(agreed.get(f"/people/{parts[1].id}"))


def test_a_plan_of_a_kind_that_is_written_no_more_is_read_and_ended(agreed, whom, place, tmp_path):  # noqa: F811
    old = tmp_path / "frail-older-people"
    shutil.copytree(shipped()["frail-older-people"], old)
    for name, was, became in (
        ("blueprint.yaml", "version: ", "version: 0.0.1 #"),
        ("plans.yaml", "plan_for_a_bad_turn:", "plan_for_bad_nights:"),
        ("plans.yaml", "label: Plan for a bad turn", "label: Plan for bad nights"),
    ):
        (old / name).write_text((old / name).read_text().replace(was, became, 1))
    PlanVersion.objects.update(blueprint=hub.keep(old))
    Plan.objects.update(template="plan_for_bad_nights")
    page = f"/people/{whom.id}/plans/frail-older-people/plan_for_bad_nights"
    shown = text(agreed.get(page))
    assert AGREED["whom_to_call"] in shown and "No such plan is written here any more" in shown
    assert "Save the plan" not in shown and "This plan holds no more" in shown
    assert "Plan for bad nights Version 1" in text(agreed.get(f"/people/{whom.id}/plans"))
    assert agreed.post(page, {"plan": "1", "seen": "1", **AGREED}).status_code == 404
    Plan.objects.update(look_again_on=local_date(clock.now()) - DAY)
    assert "Plan for bad nights Late" in text(agreed.get("/plans"))
    assert agreed.post(f"{page}/{Plan.objects.get().pk}/end", {"why": "Another plan holds"}).status_code == 302
    assert "Another plan holds" in text(agreed.get(page))


def test_a_referral_of_parted_records_says_so_and_goes_where_it_is_told(listening, signed_in, people, place):  # noqa: F811
    taker, draft = listening
    taker.post(draft, CALL)
    row = Referral.objects.get()
    one, other = (
        people[0],
        next(
            each
            for each in people
            if each.columns["practice"] == people[0].columns["practice"] and each.id != people[0].id
        ),
    )
    follow([Change(1, one.id, other.id, True)], clock.now())
    published.send(None, lake=Lake(place), now=clock.now())
    for each in (one, other):
        assert "whose referral it is, nobody has said yet" in text(signed_in("hub").get(f"/people/{each.id}"))
    clinician, page = signed_in("triage"), f"/referrals/{row.pk}"
    asked = text(clinician.get(page))
    assert "Whose referral is this?" in asked and one.columns["family_name"].upper() in asked
    wrong = {"do": "whose", "person": people[2].id}
    assert clinician.post(page, wrong).status_code == 409 and Referral.objects.get().person_id == one.id
    assert clinician.post(page, {"do": "whose", "person": other.id}).status_code == 302
    settled = Referral.objects.get()
    assert (settled.person_id, settled.parted_from) == (other.id, "") and settled.due_at == row.due_at
    assert "Whose referral is this?" not in text(clinician.get(page))
    assert Outgoing.objects.filter(source="referral_point").last().person_id == other.id
    for each, theirs in ((one, False), (other, True)):
        assert ("A clinician decides" in text(signed_in("hub").get(f"/people/{each.id}"))) is theirs


@pytest.fixture
def with_care_homes(db, place: Path) -> Iterator[None]:
    """The place also runs the model of care for homes."""
    for name in ("frail-older-people", "care-homes"):
        shutil.copytree(shipped()[name], place / "blueprints" / name)
    for kept in (running, hub.flow_of, hub.blueprint_of):
        kept.cache_clear()
    yield
    for kept in (running, hub.flow_of, hub.blueprint_of):
        kept.cache_clear()


def test_who_runs_a_care_home_reads_the_plans_of_its_residents_and_of_nobody_else(
    with_care_homes,
    agreed,  # noqa: F811
    whom,  # noqa: F811
    people,  # noqa: F811
):
    senior = User.objects.create_user("senior", name="Ama Mensah", role="senior_on_duty_in_home")
    client = Client()
    client.force_login(senior)
    assert client.get(address(whom)).status_code == 404
    tie = {"kind": "care_home", "holder_kind": "user", "holder_id": str(senior.pk), "reason": "Lives in Elm House"}
    home = Relationship.objects.create(person_id=whom.id, start=clock.now() - DAY, made_by=senior, **tie)
    for page in (f"/people/{whom.id}", f"/people/{whom.id}/plans", address(whom)):
        shown = text(client.get(page))
        assert "Plan for a bad turn" in shown and "Save the plan" not in shown, page
    assert AGREED["whom_to_call"] in text(client.get(f"/people/{whom.id}"))
    assert client.post(address(whom), {"plan": "1", "seen": "1", **AGREED}).status_code == 404
    assert client.get(address(people[1])).status_code == 404
    Relationship.objects.filter(pk=home.pk).update(until=clock.now())
    assert client.get(address(whom)).status_code == 404
