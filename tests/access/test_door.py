"""Decide, put on record, only then let in."""

import copy
import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.town import ANN, CAT, NOW, actor, make_users, publish_town

from vanguard.access import (
    AuditUnavailable,
    Entitlement,
    ListEntitlement,
    Query,
    Refused,
    break_glass,
    last_look,
    open_list,
    open_person,
    open_rows,
    pseudonym,
    trace,
)
from vanguard.access.audit.ledger import LEDGER
from vanguard.errors import BadInput
from vanguard.know.record import read

GP = actor("gp", practice="P1")
NURSE = actor("nurse", localities=["north"])

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(place: Path, db: None) -> None:
    publish_town(place)


def on_record(place: Path) -> list[dict[str, Any]]:
    entries = [
        orjson.loads(line)
        for path in (place / "audit").glob("*.jsonl")
        if path.name != LEDGER
        for line in path.read_bytes().splitlines()
    ]
    return [entry for entry in entries if "who" in entry]


def test_who_is_entitled_gets_in_and_that_is_on_record(place: Path) -> None:
    entitlement = open_person(GP, "ann", now=NOW)
    assert (entitlement.person_id, entitlement.why, entitlement.at) == ("ann", "registered", NOW)
    [entry] = on_record(place)
    assert {k: entry[k] for k in ("who", "role", "whom", "what", "why", "outcome", "request")} == {
        "who": "gp", "role": "gp", "whom": "ann", "what": "full", "why": "registered", "outcome": "shown",
        "request": "request",
    }  # fmt: skip


@pytest.mark.parametrize("whom", ["cat", "nobody"])
def test_a_refusal_is_on_record_and_does_not_tell_whether_the_person_exists(place: Path, whom: str) -> None:
    with pytest.raises(Refused) as refused:
        open_person(GP, whom, now=NOW)
    assert str(refused.value) == "You cannot see this."
    assert [(e["whom"], e["outcome"]) for e in on_record(place)] == [(whom, "refused")]


def test_what_was_typed_into_an_address_does_not_fill_the_trail(place: Path) -> None:
    with pytest.raises(Refused):
        open_person(GP, "x" * 8000, now=NOW)
    assert on_record(place)[0]["whom"] == "x" * 64


def test_a_refusal_asks_the_same_of_the_database_whether_the_person_exists_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    real = Query.row
    monkeypatch.setattr(Query, "row", lambda self, values: asked.append(self.sqlite) or real(self, values))

    def asks(whom: str) -> list[str]:
        asked.clear()
        with CaptureQueriesContext(connection) as others, pytest.raises(Refused):
            open_person(GP, whom, now=NOW)
        return [*asked, *(query["sql"].replace(whom, "whom") for query in others)]

    assert asks("cat") == asks("nobody") != []


def test_no_audit_no_entitlement(place: Path) -> None:
    (place / "audit").write_text("in the way")
    with pytest.raises(AuditUnavailable):
        open_person(GP, "ann", now=NOW)


@pytest.mark.parametrize("kind", [Entitlement, ListEntitlement])
def test_an_entitlement_cannot_be_made_outside(kind: Any) -> None:
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind(actor=GP, person_id="cat", what="record", why="practice", at=NOW)


def test_an_entitlement_cannot_be_turned_into_another() -> None:
    entitlement = open_person(GP, "ann", now=NOW)
    with pytest.raises(AttributeError):
        entitlement.person_id = "cat"
    for forge in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            forge(entitlement)


def test_reading_needs_an_entitlement_to_the_record() -> None:
    with pytest.raises(TypeError):
        read(open_list(GP, "search", ["ann"], now=NOW))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        read("ann")  # type: ignore[arg-type]


def test_a_list_shows_related_people_only_and_names_them_on_record(place: Path) -> None:
    open_list(NURSE, "help_next", ["ann", "bob"], now=NOW)
    with pytest.raises(Refused):
        open_list(NURSE, "help_next", ["ann", "cat"], now=NOW)
    with pytest.raises(Refused):
        open_list(actor("analyst"), "help_next", ["ann"], now=NOW)
    assert [(e["whom"], e["outcome"]) for e in on_record(place)] == [
        (["ann", "bob"], "shown"),
        (["ann", "cat"], "refused"),
        (["ann"], "refused"),
    ]


def test_rows_need_their_right(place: Path) -> None:
    open_rows(actor("administrator"), "quarantine_rows", "quarantine", now=NOW)
    with pytest.raises(PermissionDenied):
        open_rows(GP, "quarantine_rows", "quarantine", now=NOW)
    assert [e["outcome"] for e in on_record(place)] == ["shown", "refused"]


def test_a_pseudonym_is_the_same_in_a_place_and_another_elsewhere(place: Path, tmp_path: Path) -> None:
    here = pseudonym(place, "ann")
    assert here == pseudonym(place, "ann") and "ann" not in here
    assert here not in (pseudonym(place, "bob"), pseudonym(tmp_path / "elsewhere", "ann"))
    assert (place / "secret" / "pseudonym.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_the_environment_gives_makes_the_pseudonyms(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_the_place = pseudonym(place, "ann")
    monkeypatch.setenv("VANGUARD_PSEUDONYM_KEY", "fifty random characters that a vault of the place holds")
    given = pseudonym(place, "ann")
    assert given not in (of_the_place, pseudonym(place, "bob"))
    monkeypatch.setenv("VANGUARD_PSEUDONYM_KEY", "fifty other characters that a vault of the place holds")
    assert pseudonym(place, "ann") != given
    monkeypatch.setenv("VANGUARD_PSEUDONYM_KEY", "too short")
    with pytest.raises(BadInput, match="VANGUARD_PSEUDONYM_KEY"):
        pseudonym(place, "ann")


class TestBreakingTheGlass:
    """Somebody unrelated, in an emergency."""

    @pytest.fixture
    def gp(self) -> Any:
        return actor("gp", practice="P1", user_id=make_users()["gp"].pk)

    def traced(self, gp: Any) -> str | None:
        return trace(gp, nhs_number=CAT["nhs_number"], birth_date=CAT["birth_date"], now=NOW)

    def test_a_reason_opens_the_record_for_four_hours(self, gp: Any, place: Path) -> None:
        person_id = self.traced(gp)
        assert person_id == "cat"
        until = break_glass(gp, person_id, "Found collapsed at home", now=NOW)
        assert until == NOW + timedelta(hours=4)
        assert open_person(gp, "cat", now=until - timedelta(seconds=1)).why == "break_glass"
        with pytest.raises(Refused):
            open_person(gp, "cat", now=until)
        entries = [(e["what"], e["why"], e["outcome"]) for e in on_record(place)]
        assert entries[1] == ("break_glass", "Found collapsed at home", "opened")

    def test_it_opens_for_nobody_else(self, gp: Any) -> None:
        break_glass(gp, self.traced(gp) or "", "Found collapsed at home", now=NOW)
        with pytest.raises(Refused):
            open_person(actor("gp", practice="P2", user_id=gp.user_id + 1), "cat", now=NOW)

    def test_it_puts_nobody_in_a_list(self, gp: Any) -> None:
        break_glass(gp, self.traced(gp) or "", "Found collapsed at home", now=NOW)
        with pytest.raises(Refused):
            open_list(gp, "search", ["cat"], now=NOW)

    @pytest.mark.parametrize(
        "reason", ["", " \t\n ", "urgent", "a b c d", "very urgent", "... ... ...", "\u200b\u200b " * 3]
    )
    def test_too_short_a_reason_opens_nothing(self, gp: Any, reason: str) -> None:
        person_id = self.traced(gp) or ""
        with pytest.raises(BadInput, match="at least 3 words"):
            break_glass(gp, person_id, reason, now=NOW)
        with pytest.raises(Refused):
            open_person(gp, "cat", now=NOW)

    def test_a_reason_is_words_not_a_document(self, gp: Any) -> None:
        with pytest.raises(BadInput, match="at most 500 letters"):
            break_glass(gp, self.traced(gp) or "", "Found collapsed at home " * 30, now=NOW)

    def test_knowing_the_id_is_not_enough(self, gp: Any) -> None:
        with pytest.raises(Refused):
            break_glass(gp, "cat", "Found collapsed at home", now=NOW)
        self.traced(gp)
        with pytest.raises(Refused):
            break_glass(gp, "cat", "Found collapsed at home", now=NOW + timedelta(minutes=16))

    def test_number_or_date_wrong_is_the_same_answer(self, gp: Any) -> None:
        assert trace(gp, nhs_number=CAT["nhs_number"], birth_date=ANN["birth_date"], now=NOW) is None
        assert trace(gp, nhs_number="9990000999", birth_date=CAT["birth_date"], now=NOW) is None
        with pytest.raises(Refused):
            break_glass(gp, "", "Found collapsed at home", now=NOW)

    def test_nobody_can_try_many_dates(self, gp: Any) -> None:
        for _ in range(10):
            assert trace(gp, nhs_number=CAT["nhs_number"], birth_date=ANN["birth_date"], now=NOW) is None
        with pytest.raises(BadInput, match="nobody is looked for until 11:31"):
            self.traced(gp)

    def test_office_roles_cannot(self, place: Path) -> None:
        with pytest.raises(Refused):
            trace(actor("analyst"), nhs_number=CAT["nhs_number"], birth_date=CAT["birth_date"], now=NOW)
        assert on_record(place)[-1]["outcome"] == "refused"


def test_the_last_look_is_the_one_before_this_one() -> None:
    gp = actor("gp", practice="P1", user_id=make_users()["gp"].pk)

    def look(minutes: int) -> Any:
        return last_look(open_person(gp, "ann", now=NOW + timedelta(minutes=minutes)))

    assert look(0) is None
    assert look(20) is None, "the same look goes on"
    assert look(120) == NOW
    assert look(125) == NOW
    assert look(300) == NOW + timedelta(minutes=120)
