"""Two persons turn out to be one, or one to be two: what was chosen, marked and tied follows, on both databases."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.access.test_rules import CHOSEN
from tests.know.identity.place_rows import add_rows, person_row, persons_of
from tests.town import NOW, actor, batches, make_users

from vanguard.access import (
    AuditUnavailable,
    Change,
    Chosen,
    Holder,
    ReasonNeeded,
    audit,
    choices_of,
    follow,
    open_person,
    open_relationship,
    record_choice,
    stricter,
    who_looked,
)
from vanguard.access.audit import write
from vanguard.access.carrying import carried
from vanguard.access.models import Choice, Followed, Invitation, Mark, Opening, Relationship, User
from vanguard.know.identity import link
from vanguard.know.record import publish
from vanguard.know.record.models import PersonIndex
from vanguard.know.record.restricting import write_restrictions

ONE, OTHER = "9990000026", "9434765919"
LATER = NOW + timedelta(hours=5)
LONG = NOW + timedelta(days=30)
LOOK = {"who": "somebody", "role": "gp", "what": "full", "why": "registered", "outcome": "shown"}


class Town:
    """A place in which linking joins the rows of two people, and parts them again."""

    def __init__(self, place: Path, users: dict[str, User]) -> None:
        self.place, self.users, self.day, self.hours = place, users, 0, 0

    def extract(self, *rows: tuple[str, str | None]) -> dict[str, str]:
        """Rows of the GP's extract (their number there, NHS number), linked; who each is, by their number there."""
        self.day += 1
        listed = [
            person_row("gp", key, on=f"2018-08-{self.day:02d}", nhs_number=number, practice="P1")
            for key, number in rows
        ]
        self.lake = add_rows(self.place, listed)
        link(self.lake, NOW)
        return {key: person for (_, key), person in persons_of(self.lake).items()}

    def publish(self) -> None:
        with self.lake.connect() as con:
            ids = [row[0] for row in con.execute("SELECT person_id FROM person").fetchall()]
        publish(self.lake, LATER, batches({one: {"person": {"person_id": one}} for one in ids}))

    def gp(self) -> Any:
        return actor("gp", user_id=self.users["gp"].pk, practice="P1")

    def nurse(self) -> Any:
        return actor("nurse", user_id=self.users["nurse"].pk)

    def choose(self, person: str, sharing: str, *, planning: bool = True) -> None:
        """Each an hour after the one before."""
        self.hours += 1
        entitlement = open_person(self.gp(), person, what="identity", now=NOW + timedelta(hours=self.hours))
        record_choice(entitlement, Chosen(sharing, planning), words="")

    def chosen(self, person: str) -> Chosen | None:
        found = choices_of(open_person(self.gp(), person, what="identity", now=LATER))
        return found[0].chosen if found else None

    def restricted(self) -> list[Any]:
        """What the lake's table of restrictions says after it is written."""
        write_restrictions(self.lake, LATER)
        with self.lake.connect() as con:
            return con.execute("SELECT * FROM restriction").fetchall()

    def holds(self, username: str, person: str) -> set[str]:
        mine = {"holder_kind": "user", "holder_id": str(self.users[username].pk)}
        rows = Relationship.objects.filter(person_id=person, until__gt=LATER, **mine)
        return set(rows.values_list("kind", flat=True))


@pytest.fixture
def town(place: Path, db: None) -> Town:
    return Town(place, make_users())


@pytest.fixture
def joined(town: Town) -> Iterator[tuple[Town, str, str]]:
    """Two people who made their choices, and whose rows were then joined: the one who stays, the one who is gone."""
    before = town.extract(("1", ONE), ("2", ONE), ("3", None))
    town.publish()
    stays, gone = before["1"], before["3"]
    assert stays != gone
    town.choose(stays, "key_information")
    town.choose(gone, "share_all", planning=False)
    officer = town.users["privacy_officer"]
    Mark.objects.create(person_id=gone, kind="staff", reason="works here", start=NOW, made_by=officer)
    for kind, username in (("caseload", "nurse"), ("relative", "relative")):
        holder = Holder("user", str(town.users[username].pk))
        open_relationship(gone, kind, holder, reason="x", made_by=None, now=NOW, until=LONG)
    relative = Relationship.objects.get(kind="relative")
    asked = {"person_id": gone, "scope": "full", "whom": "Jane", "until": LONG, "made_at": NOW}
    gp = town.users["gp"]
    Invitation.objects.create(code="used", relationship=relative, made_by=gp, **asked)
    Invitation.objects.create(code="unused", made_by=gp, **asked)
    watched = {"kind": "break_glass", "user": town.users["nurse"], "role": "nurse", "reason": "x", "until": LONG}
    Opening.objects.create(person_id=gone, at=NOW, **watched)
    write(str(town.place / "audit"), LOOK | {"whom": gone}, NOW)
    assert set(town.extract(("3", ONE)).values()) == {stays}
    yield town, stays, gone


def test_joined_the_stricter_of_both_holds_and_the_rest_follows(
    joined: tuple[Town, str, str], on_record: Callable[[], list[dict[str, Any]]]
) -> None:
    town, stays, gone = joined
    # The library knows before the pages do: between linking and publication nobody's choice is forgotten.
    assert town.restricted() == [(stays, "key_information", False, False)]
    assert town.chosen(stays) == Chosen("key_information", True)
    for _ in range(3):
        town.publish()
    assert town.restricted() == [(stays, "key_information", False, False)]
    assert not PersonIndex.objects.filter(person_id=gone).exists()
    with pytest.raises(ReasonNeeded):
        open_person(town.gp(), stays, now=LATER)
    Mark.objects.filter(until=None).update(until=LATER)
    assert town.chosen(stays) == Chosen("key_information", False)
    assert town.holds("nurse", stays) == {"caseload"} and town.holds("relative", stays) == {"relative"}
    assert town.holds("nurse", gone) == town.holds("relative", gone) == set()
    # What was given can be ended, what was opened followed up, and who looked is told, as of the one person.
    given = Invitation.objects.select_related("relationship")
    assert {(one.person_id, one.ended_at) for one in given} == {(stays, None)}
    assert [one.relationship.person_id for one in given if one.relationship] == [stays]
    assert [one.person_id for one in Opening.objects.all()] == [stays]
    seen = who_looked(open_person(town.gp(), stays, what="identity", now=LATER))
    assert LOOK["who"] in {one.who for one in seen.looks}
    # Once, however often it was published, and on record.
    assert Followed.objects.count() == Choice.objects.filter(until=None).count() == 1
    assert (Choice.objects.filter(person_id=stays).count(), Mark.objects.count()) == (2, 2)
    lines = [one for one in on_record() if one["what"] == "person_change"]
    assert [(one["whom"], one["why"], one["outcome"]) for one in lines] == [
        ([stays, gone], "linking 1: joined", "followed")
    ]
    carried_over = choices_of(open_person(town.gp(), stays, what="identity", now=LATER))[0]
    assert (carried_over.by, carried_over.role) == ("", "")
    town.hours = 6
    town.choose(stays, "key_information", planning=False)
    confirmed = choices_of(open_person(town.gp(), stays, what="identity", now=LATER))[0]
    assert confirmed.by == "The gp", "the same choice again confirms it"
    town.choose(stays, "share_all")
    assert town.restricted() == [], "who chose the freest is not restricted"


def test_parted_both_keep_what_held_until_somebody_confirms_it(joined: tuple[Town, str, str]) -> None:
    town, stays, _ = joined
    town.publish()
    Mark.objects.filter(until=None).update(kind="at_risk")
    parts = town.extract(("3", OTHER))
    split = parts["3"]
    assert parts["1"] == parts["2"] == stays != split
    town.publish()
    for one in (stays, split):
        with pytest.raises(ReasonNeeded):
            open_person(town.gp(), one, now=LATER)
        assert town.holds("nurse", one) == {"caseload"}
        assert town.holds("relative", one) == set(), "nobody knows yet whose relative they are"
    assert not Invitation.objects.filter(ended_at=None).exists()
    assert {mark.kind for mark in Mark.objects.filter(until=None)} == {"at_risk"}
    Mark.objects.filter(until=None).update(until=LATER)
    assert town.chosen(stays) == town.chosen(split) == Chosen("key_information", False)
    town.hours = 6
    town.choose(split, "share_all")
    assert (town.chosen(stays), town.chosen(split)) == (Chosen("key_information", False), Chosen("share_all", True))


def test_no_audit_nothing_follows_and_nothing_is_published(
    joined: tuple[Town, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, _, gone = joined

    def fail(*_: object) -> None:
        raise AuditUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(audit, "write", fail)
        with pytest.raises(AuditUnavailable):
            town.publish()
    assert PersonIndex.objects.filter(person_id=gone).exists()
    assert not Followed.objects.exists() and Choice.objects.filter(until=None).count() == 2
    town.publish()
    assert Followed.objects.count() == 1


def test_several_linkings_are_followed_in_their_order(town: Town) -> None:
    before = town.extract(("1", ONE), ("2", ONE))
    town.publish()
    town.choose(before["1"], "nothing")
    changes = [Change(2, "b", "c", False), Change(1, before["1"], "b", True)]
    with transaction.atomic():
        assert follow(changes, LATER) == 2
    held = dict(Choice.objects.filter(until=None).values_list("person_id", "sharing"))
    assert held == {before["1"]: "nothing", "c": "nothing"}


IDS = st.sampled_from("abcd")
HELD = st.dictionaries(IDS, CHOSEN)
CHANGES = st.lists(
    st.builds(Change, st.integers(1, 3), IDS, IDS, st.booleans()).filter(lambda one: one.was != one.became)
)


@given(HELD, CHANGES)
def test_nobody_s_choice_is_ever_loosened(held: dict[str, Chosen], changes: list[Change]) -> None:
    """Whoever has rows of somebody has a choice at least as strict."""
    after = carried(held, [one for one in changes if one.number == 1])
    for change in changes:
        if change.number == 1 and change.was in held and change.became in after:
            both = stricter(held[change.was], after[change.became])
            assert both == stricter(after[change.became], after[change.became])
