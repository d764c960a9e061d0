"""Plans in later life: called for another look, of records that were parted, of a kind that is written no more."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.access.test_relatives import citizen
from tests.access.test_relatives import page as page_of
from tests.care.hub.test_pages import CALL, listening, on_record, people, signed_in, text  # noqa: F401 - fixtures
from tests.care.team.test_plans import AGREED, address, agreed, whom  # noqa: F401 - fixtures
from tests.lake_tables import write_tables

from vanguard import clock
from vanguard.access import Change, follow
from vanguard.access.models import Citizen, Followed, Relationship, User
from vanguard.access.oidc_claims import Vouched
from vanguard.access.own import tie_to_own
from vanguard.blueprint import shipped
from vanguard.care import hub
from vanguard.care.hub import moving
from vanguard.care.hub.models import Referral
from vanguard.care.hub.place import running
from vanguard.care.outbox.models import Outgoing
from vanguard.care.team.calling import _show
from vanguard.care.team.models import Plan, PlanVersion, Settled
from vanguard.care.team.views import plans as plan_pages
from vanguard.clock import local_date
from vanguard.know.record import published
from vanguard.know.record.models import LiveEntry, PersonIndex
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


def own_view(one) -> Client:
    """The person themself, signed in."""
    client = citizen(1)
    said = Vouched(one.columns["nhs_number"], one.columns["birth_date"])
    tie_to_own(Citizen.objects.get(), "citizen 1", said, now=clock.now())
    return client


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
    stranger = next(
        one for one in people if one.columns["practice"] == whom.columns["practice"] and one not in (whom, other)
    )
    # What went to somebody before was parted then: the plan of now is none of it.
    Followed.objects.create(number=1, was=whom.id, became=stranger.id, at=clock.now() - 90 * DAY)
    follow([Change(2, whom.id, other.id, True)], clock.now())
    published.send(None, lake=Lake(place), now=clock.now())
    assert AGREED["whom_to_call"] not in text(agreed.get(f"/people/{stranger.id}"))
    themself = own_view(other)
    mine = page_of(themself, "/me/record")
    assert other.columns["family_name"].upper() in mine and "Plan for a bad turn" not in mine
    for one in (whom, other):
        for page in (f"/people/{one.id}", f"/people/{one.id}/plans", address(one)):
            shown = text(agreed.get(page))
            assert AGREED["whom_to_call"] in shown and "Records were parted since" in shown, page
    number = Plan.objects.get().pk
    for at, sent in ((address(whom), {"plan": number, "seen": 1, **AGREED}), (f"{address(whom)}/{number}/end", {})):
        answer = agreed.post(at, {"why": "She moved away", **sent})
        assert answer.status_code == 409 and "nobody has said yet whose it is" in text(answer), at
    assert agreed.post(f"/people/{stranger.id}/plans/{number}/theirs").status_code == 404
    assert agreed.post(f"/people/{other.id}/plans/{number}/theirs").status_code == 302
    for one, is_theirs in ((other, True), (whom, False)):
        for page in (f"/people/{one.id}", f"/people/{one.id}/plans", address(one)):
            shown = text(agreed.get(page))
            assert "Records were parted since" not in shown, page
        assert (AGREED["whom_to_call"] in shown) is is_theirs
    assert AGREED["whom_to_call"] in page_of(themself, "/me/record")
    assert Outgoing.objects.filter(source="care_team").last().person_id == other.id
    # Whose it was is given a plan of their own.
    assert agreed.post(address(whom), {"plan": "0", "seen": "0", **AGREED}).status_code == 302
    assert Plan.objects.count() == 2
    # What ended since it was looked for stays ended.
    assert agreed.post(f"{address(other)}/{number}/end", {"why": "She moved away"}).status_code == 302
    _show([number], clock.now())
    assert AGREED["whom_to_call"] not in text(agreed.get(f"/people/{other.id}"))


def test_whose_a_plan_is_was_said_by_mistake_and_is_asked_again(agreed, whom, people, place):  # noqa: F811
    other = next(one for one in people if one.columns["practice"] == whom.columns["practice"] and one.id != whom.id)
    number = Plan.objects.get().pk
    ask = f"/people/{whom.id}/plans/{number}/whose"
    # Nothing was parted, so nothing can be asked.
    assert "Ask again whose it is" not in text(agreed.get(address(whom))) and agreed.post(ask).status_code == 409
    follow([Change(1, whom.id, other.id, True)], clock.now())
    published.send(None, lake=Lake(place), now=clock.now())
    assert agreed.post(ask).status_code == 409, "it is asked already"
    assert agreed.post(f"/people/{whom.id}/plans/{number}/theirs").status_code == 302
    shown = text(agreed.get(address(whom)))
    assert "Ask again whose it is" in shown and "Dr Nadia Rahman said whose it is on" in shown
    changed = AGREED | {"whom_to_call": "Her daughter on 01296 555111"}
    assert agreed.post(address(whom), {"plan": number, "seen": 1, **changed}).status_code == 302
    # Only from the record that it is in, and only by who writes such plans there.
    assert agreed.post(f"/people/{other.id}/plans/{number}/whose").status_code == 404
    nurse = Client()
    nurse.force_login(User.objects.get(username="triage"))
    assert nurse.post(ask).status_code == 404 and Plan.objects.get().parted_from == ""
    assert [agreed.post(ask).status_code for _ in range(2)] == [302, 409]
    for one in (whom, other):
        for page in (f"/people/{one.id}", address(one)):
            shown = text(agreed.get(page))
            assert changed["whom_to_call"] in shown and "Records were parted since" in shown, page
    assert agreed.post(address(whom), {"plan": number, "seen": 2, **AGREED}).status_code == 409
    assert agreed.post(f"/people/{other.id}/plans/{number}/theirs").status_code == 302
    assert changed["whom_to_call"] in text(agreed.get(f"/people/{other.id}"))
    assert changed["whom_to_call"] not in text(agreed.get(f"/people/{whom.id}"))
    # What was said and asked stays, and the trail says of whom.
    assert [(row.again, row.by.username) for row in Settled.objects.order_by("pk")] == [
        (False, "surgery"),
        (True, "surgery"),
        (False, "surgery"),
    ]
    trail = [line for line in on_record(place) if str(line.get("what", "")).startswith("plan_whose")]
    assert [(line["what"], line["whom"]) for line in trail] == [
        ("plan_whose", [whom.id]),
        ("plan_whose_again", [whom.id]),
        ("plan_whose", [other.id]),
    ]


def test_of_records_parted_twice_it_is_asked_again_of_everybody_whose_it_may_be(agreed, whom, people, place):  # noqa: F811
    same = [one for one in people if one.columns["practice"] == whom.columns["practice"] and one.id != whom.id]
    second, third, stranger = same[:3]
    number = Plan.objects.get().pk
    # Said to be the second's; then the second's record is parted as well, and it is said to be the third's.
    for linking, was, became in ((1, whom, second), (2, second, third)):
        follow([Change(linking, was.id, became.id, True)], clock.now())
        published.send(None, lake=Lake(place), now=clock.now())
        assert agreed.post(f"/people/{became.id}/plans/{number}/theirs").status_code == 302
    assert agreed.post(f"/people/{third.id}/plans/{number}/whose").status_code == 302
    for one, on_theirs in ((whom, True), (second, True), (third, True), (stranger, False)):
        assert ("Records were parted since" in text(agreed.get(address(one)))) is on_theirs
    # The first answer was the mistake.
    assert agreed.post(f"/people/{whom.id}/plans/{number}/theirs").status_code == 302
    assert AGREED["whom_to_call"] in text(agreed.get(address(whom)))
    assert AGREED["whom_to_call"] not in text(agreed.get(address(third)))


def test_a_plan_whose_person_is_gone_for_several_is_not_lost(agreed, whom, people, place, monkeypatch):  # noqa: F811
    same = [one for one in people if one.columns["practice"] == whom.columns["practice"] and one.id != whom.id]
    parts, joined = same[:2], same[2]
    follow([Change(1, whom.id, one.id, False) for one in parts], clock.now())
    published.send(None, lake=Lake(place), now=clock.now())
    for one in parts:
        assert AGREED["whom_to_call"] in text(agreed.get(f"/people/{one.id}"))
    PersonIndex.objects.filter(pk=whom.id).delete()
    Plan.objects.update(look_again_on=local_date(clock.now()) - DAY)
    listed = [one for one in parts if f"{one.columns['family_name'].upper()}, " in text(agreed.get("/plans"))]
    assert len(listed) == 1, "the plan is on the list once, of somebody whose it may be"
    # Joined with another before anybody said whose it is, and said twice at once.
    follow([Change(2, parts[0].id, joined.id, False), Change(2, joined.id, joined.id, False)], clock.now())
    settle = plan_pages.settle
    number = Plan.objects.get().pk

    def overtaken(person_id, number, **how):
        settle(person_id, number, **how)
        return settle(person_id, number, **how)

    monkeypatch.setattr(plan_pages, "settle", overtaken)
    late = agreed.post(f"/people/{parts[1].id}/plans/{number}/theirs")
    assert late.status_code == 409 and "Whose plan this is was said meanwhile" in text(late)
    assert [one.person_id for one in LiveEntry.objects.filter(key__startswith="plan-")] == [parts[1].id]
    assert AGREED["whom_to_call"] not in text(agreed.get(f"/people/{joined.id}"))
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


def test_a_referral_of_parted_records_says_so_and_goes_where_it_is_told(
    listening,  # noqa: F811
    signed_in,  # noqa: F811
    people,  # noqa: F811
    place,
    monkeypatch,
):
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
    themself = own_view(other)
    assert "A clinician decides" in text(signed_in("hub").get(f"/people/{other.id}"))
    mine = page_of(themself, "/me/record")
    assert "What was recorded" in mine and row_label(row) not in mine
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
    assert row_label(row) in page_of(themself, "/me/record")
    for each, theirs in ((one, False), (other, True)):
        assert ("A clinician decides" in text(signed_in("hub").get(f"/people/{each.id}"))) is theirs
    # Said by mistake: it is asked again, and who did what stands in the history.
    for status in (302, 409):
        assert clinician.post(page, {"do": "whose_again"}).status_code == status
    assert "Whose referral is this?" in text(clinician.get(page))
    follow([Change(2, other.id, people[2].id, False), Change(2, people[2].id, people[2].id, False)], clock.now())
    assert clinician.post(page, {"do": "whose", "person": one.id}).status_code == 302
    told = text(clinician.get(page))
    assert told.count("Said whose referral it is") == 2 and told.count("Asked again whose referral it is") == 1
    assert [each.person_id for each in LiveEntry.objects.filter(key__startswith="referral-")] == [one.id]
    # What is settled while others are shown anew is not shown as it was.
    copies = []
    for _ in range(2):
        row.pk, row.parted_from = None, one.id
        row.save(force_insert=True)
        copies.append(row.pk)
    show = moving.show

    def settled_meanwhile(shown, now):
        Referral.objects.exclude(pk=shown.pk).update(parted_from="")
        show(shown, now)

    monkeypatch.setattr(moving, "show", settled_meanwhile)
    published.send(None, lake=Lake(place), now=clock.now())
    entries = LiveEntry.objects.values_list("key", flat=True)
    assert sum(any(key.startswith(f"referral-{pk}") for key in entries) for pk in copies) == 1


def row_label(row: Referral) -> str:
    return hub.flow_of(row.blueprint, row.pathway).pathway.label


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
