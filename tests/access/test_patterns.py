"""Openings that stand out in the audit trail, each pattern with what makes it and what just does not."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from django.test import Client
from tests.access.test_door import on_record
from tests.town import BOB, CAT, NOW, PEOPLE, actor, make_users, publish_town

from vanguard.access import Refused, odd_openings, odd_openings_of, open_person, policy, trace
from vanguard.access.models import User
from vanguard.access.patterns import KINDS, Pattern, odd

START = datetime(2018, 8, 6, 9, 0)
RULES = replace(
    policy().patterns,
    same_address={"people": 2},
    many_people={"people": 3, "minutes": 60},
    nights={"from_hour": 23, "until_hour": 6, "at_least_days": 4, "at_most_share": 0.25},
    no_follow_on={"people": 2, "share": 0.5, "days": 3},
    failed_searches={"a_day": 3},
)
LOOK = {"who": "ellery", "role": "nurse", "what": "full", "why": "caseload", "outcome": "shown", "people": 1}
COLUMNS = ("who", "role", "person", "moment", "what", "why", "outcome", "people")


def look(person: str | None, hours: float = 0, **more: Any) -> dict[str, Any]:
    return LOOK | {"person": person, "moment": START + timedelta(hours=hours)} | more


def found(kind: str, looks: Iterable[dict[str, Any]], days: int = 10) -> list[tuple[str, int, int]]:
    """Who stands out, how often and with how many people."""
    return [(one.who, one.openings, one.people) for one in patterns(kind, looks, days)]


def patterns(kind: str, looks: Iterable[dict[str, Any]], days: int = 10) -> tuple[Pattern, ...]:
    with duckdb.connect(config={"threads": 1}) as con:
        tables = {
            "look": [{name: one[name] for name in COLUMNS} for one in looks],
            "staff": [{"who": "ellery", "name": " tom ellery"}, {"who": "smith", "name": " jo van der smith"}],
            "works": [
                {"who": who, "place": place}
                for who, place in (("ellery", "own"), ("ellery", "ward"), ("friend", "ward"), ("smith", "other"))
            ],
            "person": [
                {"person": "e1", "family": " ellery", "postcode": "HP1 1AA"},
                {"person": "s1", "family": " der smith", "postcode": "HP1 1AA"},
                {"person": "s2", "family": " smith", "postcode": "HP2 2BB"},
                {"person": "x1", "family": " ery", "postcode": ""},
                {"person": "x2", "family": "", "postcode": ""},
            ],
        }
        for name, rows in tables.items():
            con.register("given", pa.Table.from_pylist(rows))
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        return odd(con, RULES, START + timedelta(days=days), kind=kind)


def test_the_same_family_name_in_whole_words() -> None:
    looks = [look(one) for one in ("e1", "s1", "x1", "x2", None)] + [look("s1", who="smith"), look("s2", who="smith")]
    assert found("own_name", looks) == [("ellery", 1, 1), ("smith", 2, 2)]
    assert found("own_name", [look("e1", outcome="refused"), look("e1", what="looks")]) == []


def test_one_address_counts_only_without_a_relationship() -> None:
    refused = look("e1", why="not related", outcome="refused")
    glass = look("s1", why="break_glass")
    assert found("same_address", [refused, glass]) == [("ellery", 2, 2)]
    assert found("same_address", [refused, look("s1")]) == []
    assert found("same_address", [refused, refused | {"moment": START}, look("s2", why="break_glass")]) == []
    assert found("same_address", [look("x1", why="break_glass"), look("x2", why="break_glass")]) == [], "not known"


def test_many_people_within_an_hour() -> None:
    quick = [look("e1"), look("s1", 0.5), look("s1", 0.6), look("s2", 0.9), look("x1", 3)]
    assert found("many_people", quick) == [("ellery", 4, 3)]
    assert found("many_people", [look("e1"), look("s1", 0.5), look("s2", 1.1)]) == []
    assert found("many_people", [look("e1"), look("s1"), look("s2", who="smith")]) == []


def test_a_night_of_somebody_who_works_by_day() -> None:
    days = [look("e1", 24 * day) for day in range(4)]
    assert found("nights", [*days, look("s1", 15)]) == [("ellery", 1, 1)]
    assert found("nights", [*days, look("s1", 15), look("s1", 39)]) == [], "nights are usual"
    assert found("nights", [*days[:3], look("s1", 15)]) == [], "too few days to tell"


def test_no_follow_on_is_of_the_whole_team() -> None:
    lone = [look("e1"), look("s1", 0.1)]
    assert found("no_follow_on", lone) == [("ellery", 2, 2)]
    assert found("no_follow_on", lone, days=2) == [], "too early to tell"
    back = look("e1", 48)
    colleague = look("e1", 2, who="friend")
    recorded = look("e1", 1, what="relationship", outcome="begun")
    for follow_on in (back, colleague, recorded):
        assert found("no_follow_on", [*lone, follow_on]) == []
    assert found("no_follow_on", [*lone, look("e1", 48, who="smith")]) == [("ellery", 2, 2)], "of another team"
    assert found("no_follow_on", [*lone, look("e1", 48, outcome="refused")]) == [("ellery", 2, 2)]


def test_failed_searches_of_one_day() -> None:
    failed = [
        look(None, what="trace", outcome="not found"),
        look(None, 1, what="search", why="list", people=0),
        look("nobody", 2, why="not related", outcome="refused"),
    ]
    assert found("failed_searches", failed) == [("ellery", 3, 1)]
    assert found("failed_searches", [failed[0], look(None, what="call", outcome="not found"), failed[2]]) != []
    tried = [look(None, what="whether_referred", outcome="not found") for _ in range(3)]
    assert found("failed_searches", tried) == [("ellery", 3, 0)]
    assert found("failed_searches", [*failed[:2], *tried[:2]]) == [], "who refers strangers all day counts apart"
    assert found("failed_searches", [*failed[:2], failed[2] | {"moment": START + timedelta(days=1)}]) == []
    assert found("failed_searches", [*failed[:2], look(None, what="search", why="list", people=2)]) == []


def test_the_latest_lines_stand_first_and_no_pattern_needs_lines() -> None:
    [one] = patterns("own_name", [look("e1", hour) for hour in range(120)])
    assert (one.openings, len(one.lines)) == (120, 100)
    assert one.lines[0].at == one.last == START + timedelta(hours=119)
    assert patterns("", [look(None)]) == ()


@pytest.fixture
def users(place: Path, db: None) -> dict[str, User]:
    publish_town(place, [person | {"family_name": "Baker"} if person is CAT else person for person in PEOPLE])
    users = make_users()
    users["gp"].name = "Dr Beth Baker"
    users["gp"].save()
    return users


def test_the_officer_is_shown_who_and_then_the_openings(users: dict[str, User], place: Path) -> None:
    gp = actor("gp", practice="P2", user_id=users["gp"].pk)
    officer = actor("privacy_officer", user_id=users["privacy_officer"].pk)
    open_person(gp, "bob", now=NOW)
    open_person(gp, "bob", now=NOW - timedelta(days=14))
    for minute in range(10):
        trace(gp, nhs_number=CAT["nhs_number"], birth_date=BOB["birth_date"], now=NOW + timedelta(minutes=minute))
    name, searches = odd_openings(officer, now=NOW)
    assert (name.kind, name.who, name.openings, name.people) == ("own_name", "gp", 1, 1)
    assert (searches.kind, searches.openings, searches.people) == ("failed_searches", 10, 0)
    again, entitlement = odd_openings_of(officer, "own_name", "gp", now=NOW)
    assert again == name and entitlement.person_ids == ("bob",)
    assert ["bob"] in [line["whom"] for line in on_record(place) if line["what"] == "patterns"]
    assert odd_openings_of(officer, "own_name", "nurse", now=NOW)[0] is None
    with pytest.raises(Refused):
        open_person(gp, "cat", now=NOW)
    tried, nobody = odd_openings_of(officer, "failed_searches", "gp", now=NOW)
    assert tried and tried.people == 1 and nobody.person_ids == (), "whose record stayed closed is not named"
    for look_at in (odd_openings, lambda who, now: odd_openings_of(who, "own_name", "gp", now=now)):
        with pytest.raises(Refused):
            look_at(gp, now=NOW)


def test_the_pages_say_why_it_is_shown(users: dict[str, User], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vanguard.clock.now", lambda: NOW)
    open_person(actor("gp", practice="P2", user_id=users["gp"].pk), "bob", now=NOW)
    client = Client()
    client.force_login(users["privacy_officer"])
    text = client.get("/privacy/patterns").content.decode()
    assert "Dr Beth Baker" in text and "BAKER" not in text and "many people share a name" in text
    assert "/privacy/patterns/own_name/gp" in text
    text = client.get("/privacy/patterns/own_name/gp").content.decode()
    assert "BAKER" in text and "6 August 2018 at 10.30am" in text and "/people/bob/looks" in text
    for kind in KINDS:
        assert client.get(f"/privacy/patterns/{kind}/nurse").status_code == 404
    assert client.get("/privacy/patterns/none/gp").status_code == 404
    for role in ("gp", "administrator", "analyst"):
        client.force_login(users[role])
        for path in ("/privacy/patterns", "/privacy/patterns/own_name/gp"):
            assert client.get(path).status_code == 404
