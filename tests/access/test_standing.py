"""Relationships, choices and marks on record: each cell through the database, and what is then read of a record."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access.test_rules import ITEMS, POLICY, expected
from tests.town import ANN, BOB, CAT, DAN, NOW, actor, batches, body, make_users, member, publish_town, write_lake

from vanguard.access import (
    Actor,
    Chosen,
    Holder,
    Refused,
    end_relationship,
    open_list,
    open_person,
    open_relationship,
    planning,
    record_choice,
    scope,
)
from vanguard.access.models import Choice, Relationship, User
from vanguard.directory.models import Organisation
from vanguard.know.record import help_counts, help_next, publish, read, search
from vanguard.know.record.models import PersonIndex

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_in_every_run]
LONG = NOW + timedelta(days=30)
ENTRIES = [
    {"id": "1", "kind": "Condition", "codes": ["icd10:A54"], "display": "zsensitivez", "date": "2018-01-01"},
    {
        "id": "2",
        "kind": "Encounter",
        "codes": ["icd10:I10", "icd10:B20"],
        "display": "zsensitivez",
        "date": "2018-01-02",
    },
    {"id": "3", "kind": "Encounter", "codes": ["icd10:F640"], "display": "zgenderz", "date": "2018-01-02"},
    {"id": "4", "kind": "Encounter", "codes": ["icd10:I10"], "display": "plain", "date": "2018-01-03"},
    {"id": "5", "kind": "Observation", "date": "2018-01-04"},
]
NOTED = [{"label": "zsensitivez", "code": "icd10:A54"}, {"label": "plain", "code": "icd10:I10"}, {"label": "uncoded"}]


@pytest.fixture
def users(place: Path, db: None) -> dict[str, User]:
    publish_town(place)
    bodies = {one["person_id"]: body(one) for one in (ANN, BOB, DAN)}
    bodies["cat"] = body(CAT | {"address": "1 Ash Road"}, entries=ENTRIES, conditions=NOTED)
    publish(write_lake(place), NOW, batches(bodies))
    return make_users()


def asking(users: dict[str, User], role: str, **more: Any) -> Actor:
    """An actor with an account, related to nobody by place."""
    return actor(role, user_id=users[role].pk, **more)


def mine(person: Actor) -> Holder:
    return Holder("user", str(person.user_id))


def relate(person: Actor, kind: str, person_id: str = "cat", **more: Any) -> None:
    """As rooms do it; a broken glass as its own page does."""
    if kind == "break_glass":
        Relationship.objects.create(
            person_id=person_id, kind=kind, holder_kind="user", holder_id=str(person.user_id), start=NOW, until=LONG
        )
    else:
        given = {"reason": "told so", "made_by": person, "now": NOW, "until": LONG} | more
        open_relationship(person_id, kind, mine(person), **given)


def choose(users: dict[str, User], person_id: str, sharing: str, *, planning: bool = True) -> None:
    Choice.objects.create(
        person_id=person_id, sharing=sharing, planning=planning, start=NOW, made_by=users["gp"], role="gp"
    )


@pytest.mark.parametrize("role", POLICY["roles"])
def test_every_cell_through_the_database(users: dict[str, User], role: str) -> None:
    person = asking(users, role)
    for relationship in [None, *POLICY["relationships"]]:
        at = asking(users, role, practice="P3") if relationship == "registered" else person
        Relationship.objects.all().delete()
        if relationship not in (None, "registered"):
            relate(person, relationship)
        for choice in [None, *POLICY["choices"]]:
            Choice.objects.all().delete()
            if choice:
                choose(users, "cat", choice)
            for item in ITEMS:
                told = expected(role, {relationship: "full"} if relationship else {}, choice, item, False, False)
                try:
                    entitlement = open_person(at, "cat", what=item, now=NOW)
                except Refused:
                    assert not told.granted, (relationship, choice, item)
                    continue
                assert told.granted, (relationship, choice, item)
                held = (entitlement.what, entitlement.why, entitlement.sensitive, entitlement.narrowed)
                assert held == (told.item, told.why, told.sensitive, told.narrowed), (relationship, choice, item)
                check(read(entitlement).data, told.item, told.sensitive)


def check(data: dict[str, Any], item: str, sensitive: frozenset[str]) -> None:
    """What was read is what the item shows, less what is kept back."""
    assert ("address" in data["person"], "conditions" in data, "entries" in data) == (
        item != "identity",
        item != "identity",
        item == "full",
    )
    if item == "full":
        shown = {"4", "5"}
        shown |= {"1", "2"} if "sexual_health" in sensitive else set()
        shown |= {"3"} if "gender_identity" in sensitive else set()
        assert {one["id"] for one in data["entries"]} == shown
    if item != "identity":
        labels = {one["label"] for one in data["conditions"]}
        assert labels == {"plain", "uncoded"} | ({"zsensitivez"} if "sexual_health" in sensitive else set())


class TestHolders:
    """A relationship is a user's, a team's or an organisation's."""

    def test_a_team_shares_its_list(self, users: dict[str, User]) -> None:
        nurse = asking(users, "nurse")
        given = {"reason": "moves in next week", "made_by": None, "now": NOW}
        open_relationship("cat", "team_list", Holder("team", "south-team"), **given)
        with pytest.raises(Refused):
            open_person(nurse, "cat", now=NOW)
        open_relationship("cat", "team_list", Holder("team", "north-team"), **given)
        assert open_person(nurse, "cat", now=NOW).why == "team_list"

    def test_an_organisation_s_staff_see_who_lives_there(self, users: dict[str, User]) -> None:
        Organisation.objects.create(code="HOME1", name="The Beeches")
        given = {"reason": "lives there", "made_by": None, "now": NOW}
        open_relationship("cat", "care_home", Holder("organisation", "HOME1"), **given)
        with pytest.raises(Refused):
            open_person(asking(users, "nurse"), "cat", now=NOW)
        theirs = Actor(
            **{name: getattr(asking(users, "nurse"), name) for name in Actor.__slots__} | {"organisation": "HOME1"}
        )
        assert open_person(theirs, "cat", now=NOW).why == "care_home"

    def test_somebody_else_s_number_is_somebody_else(self, users: dict[str, User]) -> None:
        open_relationship("cat", "caseload", Holder("team", str(users["nurse"].pk)), reason="x", made_by=None, now=NOW)
        with pytest.raises(Refused):
            open_person(asking(users, "nurse"), "cat", now=NOW)


class TestBeginningAndEnd:
    """From when until when."""

    @pytest.fixture
    def nurse(self, users: dict[str, User]) -> Actor:
        return asking(users, "nurse")

    def sees(self, person: Actor, after: timedelta) -> bool:
        try:
            return open_person(person, "cat", now=NOW + after).person_id == "cat"
        except Refused:
            return False

    def test_it_holds_from_its_start_until_before_its_end(self, nurse: Actor) -> None:
        relate(nurse, "caseload", until=NOW + timedelta(days=1))
        seconds = [-1, 0, 24 * 3600 - 1, 24 * 3600]
        assert [self.sees(nurse, timedelta(seconds=one)) for one in seconds] == [False, True, True, False]

    def test_ended_is_ended_however_often_it_was_opened(self, nurse: Actor) -> None:
        for days in (1, 5, 9):
            relate(nurse, "caseload", until=NOW + timedelta(days=days))
        later = NOW + timedelta(hours=1)
        end = {"reason": "discharged", "ended_by": nurse, "now": later}
        assert end_relationship("cat", "caseload", mine(nurse), **end)
        assert not self.sees(nurse, timedelta(hours=1))
        assert not end_relationship("cat", "caseload", mine(nurse), **end)

    def test_opening_again_changes_nothing_while_one_lasts_as_long(self, nurse: Actor) -> None:
        for until in (LONG, LONG, NOW + timedelta(days=2)):
            relate(nurse, "caseload", until=until)
        assert Relationship.objects.count() == 1
        relate(nurse, "caseload", until=None)
        relate(nurse, "caseload", until=None)
        assert Relationship.objects.count() == 2
        assert self.sees(nurse, timedelta(days=4000))

    def test_a_wider_scope_is_another_and_a_narrower_is_not(self, users: dict[str, User]) -> None:
        friend = asking(users, "relative")
        for given, seen in [("identity", "identity"), ("summary", "summary"), ("", "full"), ("identity", "full")]:
            relate(friend, "relative", scope=given)
            assert open_person(friend, "cat", now=NOW).what == seen
        assert Relationship.objects.count() == 3

    def test_a_call_lapses_by_itself_and_a_new_one_begins_anew(self, users: dict[str, User]) -> None:
        hub = asking(users, "referral_point_clinician")
        minutes = POLICY["relationships"]["provisional_call"]["lapses_after_minutes"]
        relate(hub, "provisional_call", until=None)
        assert open_person(hub, "cat", now=NOW + timedelta(minutes=minutes - 1)).what == "summary"
        assert not self.sees(hub, timedelta(minutes=minutes))
        relate(hub, "provisional_call", until=None, now=NOW + timedelta(minutes=minutes - 5))
        assert self.sees(hub, timedelta(minutes=minutes + 5))

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("registered", {}),
            ("friend", {}),
            ("relative", {"until": None}),
            ("caseload", {"until": NOW}),
            ("caseload", {"scope": "everything"}),
        ],
    )
    def test_what_cannot_be_opened(self, nurse: Actor, kind: str, more: dict[str, Any]) -> None:
        with pytest.raises(ValueError):
            relate(nurse, kind, **more)

    def test_a_glass_is_broken_by_its_own_page_only(self, nurse: Actor) -> None:
        with pytest.raises(ValueError):
            open_relationship("cat", "break_glass", mine(nurse), reason="x", made_by=nurse, now=NOW)

    def test_it_is_on_record_from_beginning_to_end(self, nurse: Actor, place: Path) -> None:
        from tests.access.test_door import on_record

        relate(nurse, "caseload")
        end_relationship("cat", "caseload", mine(nurse), reason="discharged", ended_by=nurse, now=NOW)
        about = [(one["what"], one["whom"], one["outcome"], one["why"].split(",")[0]) for one in on_record(place)]
        assert about == [
            ("relationship", "cat", "begun", "caseload"),
            ("relationship", "cat", "ended", "caseload"),
        ]


class TestLists:
    """Who stands on lists follows from the same policy."""

    def listed(self, person: Actor, item: str) -> set[str]:
        return set(PersonIndex.objects.filter(scope(person, item, now=NOW)).values_list("person_id", flat=True))

    def test_lists_hold_exactly_those_whom_a_list_may_show(self, users: dict[str, User]) -> None:
        """The filter in SQL and the decision person by person are the same."""
        for number, (person_id, sharing) in enumerate(
            [("ann", "nothing"), ("bob", "key_information"), ("cat", "share_all")]
        ):
            choose(users, person_id, sharing, planning=bool(number))
        for person in self.actors(users):
            for kind in ("caseload", "provisional_call", "break_glass", "relative", "care_home"):
                relate(person, kind, "dan")
            for item in ITEMS:
                assert self.listed(person, item) == {
                    one for one in ("ann", "bob", "cat", "dan") if self.may_list(person, one, item)
                }, (person.role.id, item)

    def actors(self, users: dict[str, User]) -> Iterator[Actor]:
        for role in POLICY["roles"]:
            yield asking(users, role, practice="P1")
            yield asking(users, role, localities=["north", "south"])

    def may_list(self, person: Actor, one: str, item: str) -> bool:
        try:
            open_list(person, "search", [one], item=item, now=NOW)
        except Refused:
            return False
        return True

    def test_neither_a_call_nor_a_broken_glass_puts_anybody_on_a_list(self, users: dict[str, User]) -> None:
        hub = asking(users, "referral_point_clinician")
        for kind in ("provisional_call", "break_glass"):
            relate(hub, kind)
        assert open_person(hub, "cat", now=NOW)
        assert self.listed(hub, "identity") == set()
        relate(hub, "referred")
        assert self.listed(hub, "full") == {"cat"}

    def test_who_shares_less_is_on_no_list_made_from_the_whole_record(
        self, users: dict[str, User], place: Path
    ) -> None:
        nurse, gp = asking(users, "nurse", localities=["north"]), asking(users, "gp", practice="P1")
        assert {row.person.person_id for row in help_next(nurse, now=NOW).rows if row.person} == {"ann", "bob"}
        choose(users, "ann", "nothing")
        choose(users, "bob", "key_information")
        assert help_next(nurse, now=NOW).total == help_next(gp, now=NOW).total == 0
        assert [one.person_id for one in search(nurse, "b", now=NOW)[0]] == ["bob"]
        assert search(nurse, "ann", now=NOW)[0] == ()
        assert [one.person_id for one in search(gp, "ann", now=NOW)[0]] == ["ann"], "to record a change of mind"

    def test_who_opted_out_of_planning_is_in_no_analyst_s_rows_or_counts(
        self, users: dict[str, User], place: Path
    ) -> None:
        people = [dict(ANN, person_id=f"n{one}", nhs_number=None) for one in range(20)]
        lake = write_lake(place, person=people, cohort_member=[member(one, 5) for one in people])
        publish(lake, NOW, batches({one["person_id"]: body(one) for one in people}))
        analyst, gp = asking(users, "analyst"), asking(users, "gp", practice="P1")

        def counted() -> tuple[int, int | None, int | None]:
            [row] = help_counts(analyst, now=NOW)
            return help_next(analyst, now=NOW).total, row.people, row.registered

        assert counted() == (20, 20, 20)
        for one in range(10):
            choose(users, f"n{one}", "share_all", planning=False)
        assert counted() == (10, 10, 10)
        assert help_next(gp, now=NOW).total == 20, "their own care is the same"
        assert PersonIndex.objects.filter(planning()).count() == 10


class TestChoices:
    """Recorded by a professional, in versions."""

    def opened(self, users: dict[str, User], role: str = "gp", hours: int = 0, **more: Any) -> Any:
        person = asking(users, role, **({"practice": "P3"} | more))
        return open_person(person, "cat", what="identity", now=NOW + timedelta(hours=hours))

    def test_each_version_stays_with_who_recorded_it_and_when(self, users: dict[str, User]) -> None:
        from vanguard.access import choices_of

        record_choice(self.opened(users), Chosen("nothing", False), words="  said so at\n review ")
        record_choice(self.opened(users, hours=1), Chosen("nothing", False), words="pressed twice")
        record_choice(self.opened(users, hours=2), Chosen("share_all", False), words="")
        last, first = choices_of(self.opened(users, hours=3))
        assert (last.chosen, last.until, last.by, last.role) == (Chosen("share_all", False), None, "The gp", "gp")
        assert (first.chosen, first.note, first.since) == (Chosen("nothing", False), "said so at review", NOW)
        assert first.until == last.since == NOW + timedelta(hours=2)

    def test_it_holds_at_once(self, users: dict[str, User]) -> None:
        nurse = asking(users, "nurse", localities=["south"])
        assert open_person(nurse, "cat", now=NOW).what == "full"
        record_choice(self.opened(users), Chosen("key_information", True), words="")
        found = open_person(nurse, "cat", now=NOW)
        assert (found.what, found.narrowed) == ("summary", "key_information")

    def test_only_a_professional_with_the_right_records_one(self, users: dict[str, User], place: Path) -> None:
        friend = asking(users, "relative")
        relate(friend, "relative")
        with pytest.raises(Refused):
            record_choice(open_person(friend, "cat", now=NOW), Chosen("nothing", True), words="")
        with pytest.raises(TypeError):
            record_choice("cat", Chosen("nothing", True), words="")  # type: ignore[arg-type]
        assert not Choice.objects.exists()

    def test_a_choice_that_the_policy_has_not_is_refused(self, users: dict[str, User]) -> None:
        from vanguard.errors import BadInput

        with pytest.raises(BadInput):
            record_choice(self.opened(users), Chosen("everything", True), words="")
        with pytest.raises(BadInput):
            record_choice(self.opened(users), Chosen("nothing", True), words="x" * 501)

    def test_no_audit_no_choice(self, users: dict[str, User], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from vanguard.access import AuditUnavailable, audit

        entitlement = self.opened(users)

        def fail(*_: object) -> None:
            raise AuditUnavailable

        monkeypatch.setattr(audit, "write", fail)
        with pytest.raises(AuditUnavailable):
            record_choice(entitlement, Chosen("nothing", True), words="")
        assert not Choice.objects.exists()
