"""Records opened under watch: notices at once, what was seen, follow-up; and records that are watched."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access.test_door import on_record
from tests.town import ANN, CAT, NOW, actor, make_users, publish_town

from vanguard.access import (
    Actor,
    AuditUnavailable,
    ReasonNeeded,
    Refused,
    audit,
    break_glass,
    follow_up,
    follow_ups,
    give_reason,
    mark,
    marked_records,
    one_opening,
    open_list,
    open_person,
    practice_openings,
    queue,
    reason_needed,
    trace,
    unmark,
    waiting,
    what_was_seen,
)
from vanguard.access.models import Mark, Opening, Relationship, User
from vanguard.errors import BadInput
from vanguard.know.record import named_people

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_in_every_run]
REASON = "Found collapsed at home"


@pytest.fixture
def users(place: Path, db: None) -> dict[str, User]:
    publish_town(place)
    return make_users()


@pytest.fixture
def gp(users: dict[str, User]) -> Actor:
    return actor("gp", practice="P1", user_id=users["gp"].pk)


@pytest.fixture
def officer(users: dict[str, User]) -> Actor:
    return actor("privacy_officer", user_id=users["privacy_officer"].pk)


def broken(gp: Actor, at: Any = NOW) -> None:
    person_id = trace(gp, nhs_number=CAT["nhs_number"], birth_date=CAT["birth_date"], now=at)
    break_glass(gp, person_id or "", REASON, now=at)


class TestBrokenGlass:
    """Somebody opened an unrelated record in an emergency."""

    def test_the_privacy_officer_and_the_practice_know_at_once(self, gp: Actor, officer: Actor) -> None:
        broken(gp)
        [found], entitlement = queue(officer, now=NOW)
        assert (found.kind, found.user, found.role, found.person_id) == ("break_glass", "The gp", "gp", "cat")
        assert (found.reason, found.at, found.until) == (REASON, NOW, NOW + timedelta(hours=4))
        assert named_people(entitlement)["cat"].family_name == "Carter"
        assert waiting(officer) == 1
        theirs = actor("gp", practice="P3")
        [told], _ = practice_openings(theirs, now=NOW)
        assert told == found
        assert practice_openings(gp, now=NOW) == ((), None), "another practice's people"
        assert practice_openings(theirs, now=NOW + timedelta(days=91)) == ((), None)

    def test_no_notice_no_opening(self, gp: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("the queue is broken")

        monkeypatch.setattr("vanguard.access.glass.open_watched", fail)
        with pytest.raises(RuntimeError):
            broken(gp)
        assert not Relationship.objects.exists()
        with pytest.raises(Refused):
            open_person(gp, "cat", now=NOW)

    def test_what_was_seen_is_what_the_audit_trail_says(self, gp: Actor, officer: Actor, users: Any) -> None:
        broken(gp)
        for minutes, item in [(1, "summary"), (30, "full"), (239, "full")]:
            open_person(gp, "cat", what=item, now=NOW + timedelta(minutes=minutes))
        open_person(gp, "ann", now=NOW)
        open_person(actor("nurse", localities=["south"], user_id=users["nurse"].pk), "cat", now=NOW)
        with pytest.raises(Refused):
            open_person(gp, "cat", now=NOW + timedelta(hours=5))
        found, entitlement = one_opening(officer, Opening.objects.get().pk, now=NOW)
        assert [(one.at, one.item) for one in what_was_seen(entitlement, found)] == [
            (NOW + timedelta(minutes=1), "summary"),
            (NOW + timedelta(minutes=30), "full"),
            (NOW + timedelta(minutes=239), "full"),
        ]

    def test_what_was_seen_after_midnight_counts_too(self, gp: Actor, officer: Actor) -> None:
        late = NOW.replace(hour=22, minute=50)
        broken(gp, late)
        open_person(gp, "cat", now=late + timedelta(hours=2))
        found, entitlement = one_opening(officer, Opening.objects.get().pk, now=late)
        assert len(what_was_seen(entitlement, found)) == 1

    def test_only_the_privacy_officer_has_the_queue(self, gp: Actor, officer: Actor, place: Path) -> None:
        broken(gp)
        number = Opening.objects.get().pk
        for role in ("gp", "administrator", "analyst"):
            for look in (queue, lambda who, now: one_opening(who, number, now=now)):
                with pytest.raises(Refused):
                    look(actor(role), now=NOW)
            with pytest.raises(Refused):
                follow_up(actor(role), number, "good_reason", "", now=NOW)
            with pytest.raises(Refused):
                waiting(actor(role))
        with pytest.raises(Refused):
            one_opening(officer, number + 1, now=NOW)
        queue(officer, now=NOW)
        last = on_record(place)[-1]
        assert (last["what"], last["whom"], last["outcome"]) == ("privacy_queue", ["cat"], "shown")


class TestFollowUp:
    """What was done about it."""

    def test_each_step_stays_and_the_last_takes_it_off_the_queue(self, gp: Actor, officer: Actor, place: Path) -> None:
        broken(gp)
        number = Opening.objects.get().pk
        follow_up(officer, number, "asked", "Wrote  to Dr Okafor", now=NOW + timedelta(days=1))
        assert waiting(officer) == 1
        for _ in range(2):
            follow_up(officer, number, "good_reason", "", now=NOW + timedelta(days=2))
        assert waiting(officer) == 0 and queue(officer, now=NOW)[0] == ()
        [found], _ = queue(officer, closed=True, now=NOW)
        _, entitlement = one_opening(officer, number, now=NOW)
        done = follow_ups(entitlement, found)
        assert [(one.outcome, one.words, one.by) for one in done] == [
            ("asked", "Wrote to Dr Okafor", "The privacy_officer"),
            ("good_reason", "", "The privacy_officer"),
        ]
        assert [e["outcome"] for e in on_record(place) if e["what"] == "follow_up"] == ["recorded", "recorded"]

    def test_it_can_be_opened_again(self, gp: Actor, officer: Actor) -> None:
        broken(gp)
        number = Opening.objects.get().pk
        follow_up(officer, number, "good_reason", "", now=NOW)
        follow_up(officer, number, "asked", "one more question", now=NOW)
        assert waiting(officer) == 1

    def test_an_outcome_that_the_policy_has_not(self, gp: Actor, officer: Actor) -> None:
        broken(gp)
        with pytest.raises(BadInput):
            follow_up(officer, Opening.objects.get().pk, "forget", "", now=NOW)

    def test_an_entitlement_to_one_is_not_one_to_another(self, gp: Actor, officer: Actor) -> None:
        broken(gp)
        found, _ = one_opening(officer, Opening.objects.get().pk, now=NOW)
        other = open_list(gp, "search", ["ann"], now=NOW)
        for read in (follow_ups, what_was_seen):
            with pytest.raises(Refused):
                read(other, found)


class TestWatchedRecords:
    """Of staff, well-known people and people at risk."""

    @pytest.fixture(autouse=True)
    def watched(self, officer: Actor) -> None:
        assert self.marked(officer)

    def marked(self, officer: Actor) -> bool:
        number, born = ANN["nhs_number"], ANN["birth_date"]
        return mark(officer, nhs_number=number, birth_date=born, kind="staff", reason="A ward sister here", now=NOW)

    def test_a_reason_opens_it_for_a_shift_and_is_on_the_queue(self, gp: Actor, officer: Actor) -> None:
        with pytest.raises(ReasonNeeded):
            open_person(gp, "ann", now=NOW)
        assert reason_needed(gp, "ann", now=NOW)
        for _ in range(2):
            give_reason(gp, "ann", "Rang about her results", now=NOW)
        found = open_person(gp, "ann", now=NOW + timedelta(hours=11))
        assert (found.what, found.why, found.watched) == ("full", "registered", True)
        with pytest.raises(ReasonNeeded):
            open_person(gp, "ann", now=NOW + timedelta(hours=12))
        [told], _ = queue(officer, now=NOW)
        assert (told.kind, told.person_id, told.reason) == ("marked", "ann", "Rang about her results")
        assert practice_openings(gp, now=NOW) == ((), None), "the practice hears of emergencies only"

    def test_it_is_asked_of_each_who_opens_it(self, gp: Actor, users: dict[str, User]) -> None:
        give_reason(gp, "ann", "Rang about her results", now=NOW)
        with pytest.raises(ReasonNeeded):
            open_person(actor("nurse", localities=["north"], user_id=users["nurse"].pk), "ann", now=NOW)

    def test_a_reason_is_no_relationship(self, users: dict[str, User], place: Path) -> None:
        stranger = actor("gp", practice="P3", user_id=users["gp"].pk)
        assert not reason_needed(stranger, "ann", now=NOW)
        with pytest.raises(Refused) as refused:
            give_reason(stranger, "ann", "Rang about her results", now=NOW)
        assert type(refused.value) is Refused
        assert not Opening.objects.exists()
        assert on_record(place)[-1]["outcome"] == "refused"

    @pytest.mark.parametrize("reason", ["", "because", "x " * 300])
    def test_a_reason_that_will_not_do(self, gp: Actor, reason: str) -> None:
        with pytest.raises(BadInput):
            give_reason(gp, "ann", reason, now=NOW)
        with pytest.raises(ReasonNeeded):
            open_person(gp, "ann", now=NOW)

    def test_no_audit_no_opening(self, gp: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise AuditUnavailable

        with monkeypatch.context() as broken_disk:
            broken_disk.setattr(audit, "write", fail)
            with pytest.raises(AuditUnavailable):
                give_reason(gp, "ann", "Rang about her results", now=NOW)
        with pytest.raises(ReasonNeeded):
            open_person(gp, "ann", now=NOW)

    def test_an_emergency_gives_its_reason_once(self, users: dict[str, User]) -> None:
        elsewhere = actor("gp", practice="P3", user_id=users["gp"].pk)
        trace(elsewhere, nhs_number=ANN["nhs_number"], birth_date=ANN["birth_date"], now=NOW)
        break_glass(elsewhere, "ann", REASON, now=NOW)
        assert open_person(elsewhere, "ann", now=NOW).why == "break_glass"
        assert Opening.objects.count() == 1

    def test_watching_twice_is_watching_once_and_it_can_end(self, gp: Actor, officer: Actor) -> None:
        assert self.marked(officer)
        [found], entitlement = marked_records(officer, now=NOW)
        assert (found.kind, found.by, named_people(entitlement)["ann"].given_name) == (
            "staff",
            "The privacy_officer",
            "Ann",
        )
        for _ in range(2):
            unmark(officer, found.id, now=NOW)
        assert open_person(gp, "ann", now=NOW).watched is False
        assert self.marked(officer)
        assert Mark.objects.count() == 2

    def test_only_the_privacy_officer_says_which_are_watched(self, gp: Actor) -> None:
        given = {"nhs_number": CAT["nhs_number"], "birth_date": CAT["birth_date"], "kind": "staff"}
        with pytest.raises(Refused):
            mark(gp, **given, reason="A ward sister here", now=NOW)
        with pytest.raises(Refused):
            unmark(gp, Mark.objects.get().pk, now=NOW)
        with pytest.raises(Refused):
            marked_records(gp, now=NOW)
        assert Mark.objects.filter(until=None).count() == 1

    def test_nobody_with_this_number_and_date(self, officer: Actor) -> None:
        given = {"nhs_number": CAT["nhs_number"], "birth_date": ANN["birth_date"], "kind": "at_risk"}
        assert not mark(officer, **given, reason="Asked by the police", now=NOW)
