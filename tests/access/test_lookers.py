"""Who looked at a person's record, from an index that is made from the audit trail."""

import multiprocessing
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.access.test_door import on_record
from tests.town import ANN, CAT, NOW, actor, make_users, publish_town

from vanguard.access import (
    Actor,
    Refused,
    find_looked_at,
    open_list,
    open_person,
    open_relationship,
    who_looked,
    who_looked_at,
)
from vanguard.access.audit import write
from vanguard.access.audit.index import FILE, bring_up_to_date, looks_at
from vanguard.access.models import User
from vanguard.access.relationships import Holder
from vanguard.directory.models import Practice

ENTRY = {"who": "gp", "role": "gp", "whom": "ann", "what": "full", "why": "registered", "outcome": "shown"}


def looks(place: Path, person_id: str = "ann", limit: int = 50, offset: int = 0) -> list[tuple[Any, ...]]:
    found, _ = looks_at(place, {person_id: None}, outcomes=("shown", "opened"), limit=limit, offset=offset)
    return [(one.day.isoformat(), one.times, one.who, one.what) for one in found]


class TestTheIndex:
    """What the trail says of one person."""

    def write(self, place: Path, hours: float = 0, **more: Any) -> None:
        write(str(place / "audit"), ENTRY | more, NOW + timedelta(hours=hours))

    def test_looks_of_a_day_stand_together_the_latest_first(self, place: Path) -> None:
        for hours in (0, 1, 2, 24):
            self.write(place, hours)
        self.write(place, 3, who="nurse", whom=["bob", "ann"], what="help_next")
        self.write(place, 4, outcome="refused")
        self.write(place, 5, whom="bob")
        self.write(place, 6, what="sign_in", who="ann")
        assert looks(place) == [
            ("2018-08-07", 1, "gp", "full"),
            ("2018-08-06", 1, "nurse", "help_next"),
            ("2018-08-06", 3, "gp", "full"),
        ]
        assert looks(place, limit=1, offset=1) == [("2018-08-06", 1, "nurse", "help_next")]
        assert looks(place, "bob")[0][1:] == (1, "gp", "full")

    def test_it_takes_in_only_what_is_new_and_only_once(self, place: Path) -> None:
        self.write(place)
        assert bring_up_to_date(place) == 1 and bring_up_to_date(place) == 0
        self.write(place, 1)
        assert looks(place) == [("2018-08-06", 2, "gp", "full")]
        assert (place / FILE).stat().st_mode & 0o777 == 0o600

    def test_a_torn_line_waits_and_a_changed_one_stops_nothing(self, place: Path) -> None:
        self.write(place)
        [path] = (place / "audit").glob("2018*.jsonl")
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b'{"at"', b'?"at"') + b'{"at":"2018-08-06T10')
        assert looks(place) == []
        (place / FILE).unlink()
        path.write_bytes(whole + b'{"at":"2018-08-06T10')
        assert len(looks(place)) == 1

    def test_it_is_made_anew_where_the_trail_is_another(self, place: Path) -> None:
        for hours in range(5):
            self.write(place, hours)
        assert looks(place)[0][1] == 5
        [path] = (place / "audit").glob("2018*.jsonl")
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
        assert looks(place)[0][1] == 2

    def test_processes_that_ask_at_once_take_each_line_in_once(self, place: Path) -> None:
        for number in range(50):
            self.write(place, number / 10)
        fork = multiprocessing.get_context("fork")
        children = [fork.Process(target=bring_up_to_date, args=(place,)) for _ in range(4)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        assert [child.exitcode for child in children] == [0] * 4
        with sqlite3.connect(place / FILE) as con:
            assert con.execute("SELECT count(*) FROM look").fetchone() == (50,)


@pytest.fixture
def users(place: Path, db: None) -> dict[str, User]:
    publish_town(place)
    return make_users()


@pytest.fixture
def gp(users: dict[str, User]) -> Actor:
    return actor("gp", practice="P1", user_id=users["gp"].pk)


def test_a_practice_sees_who_looked_at_its_own_people_and_that_it_asked(gp: Actor, users: Any, place: Path) -> None:
    nurse = actor("nurse", localities=["north"], user_id=users["nurse"].pk)
    open_person(nurse, "ann", now=NOW)
    open_list(nurse, "help_next", ["ann"], now=NOW)
    found = who_looked(open_person(gp, "ann", what="identity", now=NOW))
    assert {(one.who, one.what, one.why) for one in found.looks} == {
        ("nurse", "full", "team_list"),
        ("nurse", "help_next", "list"),
        ("gp", "identity", "registered"),
        ("gp", "looks", "registered"),
    }
    assert on_record(place)[-1]["what"] == "looks"
    assert found.people["nurse"].name == "The nurse"
    for someone in (nurse, actor("gp", practice="P3", user_id=users["gp"].pk)):
        with pytest.raises(Refused):
            who_looked(open_person(someone, "ann", what="identity", now=NOW))
    open_relationship("cat", "caseload", Holder("user", str(users["gp"].pk)), reason="r", made_by=None, now=NOW)
    with pytest.raises(Refused):
        who_looked(open_person(gp, "cat", what="identity", now=NOW))
    assert on_record(place)[-1]["outcome"] == "refused"


def test_the_privacy_officer_sees_who_looked_at_anybody_without_who_it_is(gp: Actor, users: Any, place: Path) -> None:
    officer = actor("privacy_officer", user_id=users["privacy_officer"].pk)
    open_person(gp, "ann", now=NOW)
    assert find_looked_at(officer, nhs_number=ANN["nhs_number"], birth_date=ANN["birth_date"], now=NOW) == "ann"
    assert find_looked_at(officer, nhs_number=ANN["nhs_number"], birth_date=date(1931, 2, 4), now=NOW) is None
    assert {one.who for one in who_looked_at(officer, "ann", page=9, now=NOW).looks} == {"privacy_officer", "gp"}
    for someone in (gp, actor("analyst"), actor("administrator")):
        with pytest.raises(Refused):
            who_looked_at(someone, "ann", now=NOW)
        with pytest.raises(Refused):
            find_looked_at(someone, nhs_number=CAT["nhs_number"], birth_date=CAT["birth_date"], now=NOW)


def test_the_page_says_it_in_plain_words(users: dict[str, User], place: Path) -> None:
    users["gp"].practice = Practice.objects.get(code="P1")
    users["gp"].save()
    for minutes in range(0, 180, 90):
        entry = ENTRY | {"who": "nurse", "role": "nurse", "why": "caseload"}
        write(str(place / "audit"), entry, NOW + timedelta(minutes=minutes))
    write(str(place / "audit"), ENTRY | {"what": "break_glass", "why": "Found at home", "outcome": "opened"}, NOW)
    client = Client()
    client.force_login(users["gp"])
    text = " ".join(client.get("/people/ann/looks").content.decode().split())
    for words in (
        "6 August 2018",
        "2 times between 10.30am and midday",
        "The nurse",
        "On their caseload",
        "Found at home",
    ):
        assert words in text, words
    assert "the whole record with its timeline" in text.lower() and "ARCHER" in text
    assert "/people/ann/looks" in client.get("/people/ann").content.decode()
    assert client.get("/people/cat/looks").status_code == 404
    client.force_login(users["privacy_officer"])
    text = client.get("/people/ann/looks?page=7").content.decode()
    assert "The nurse" in text and "ARCHER" not in text.upper()
    typed = {"nhs_number": ANN["nhs_number"], "birth_date": "3 February 1931"}
    assert client.post("/privacy/looks", typed).headers["Location"] == "/people/ann/looks"
    assert client.post("/privacy/looks", {}).status_code == 400
    client.force_login(users["analyst"])
    assert [client.get(path).status_code for path in ("/people/ann/looks", "/privacy/looks")] == [404, 404]
    assert client.post("/privacy/looks", typed).status_code == 404
