"""A small town for tests of the service: three practices in two localities, four people, a user of each role.

Its people go through a real lake and a real publication, as in a place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from tests.lake_tables import in_memory
from vanguard.access import Actor, policy
from vanguard.directory import fill
from vanguard.lake import Lake, tables

NOW = datetime(2018, 8, 6, 9, 30, tzinfo=UTC)
PASSWORD = "a password for tests"


@dataclass(frozen=True)
class Locality:
    code: str
    name: str


@dataclass(frozen=True)
class Practice:
    code: str
    name: str
    locality: str
    postcode: str = "HP1 1AA"
    ccg: str = "14Y"


LOCALITIES = (Locality("north", "North"), Locality("south", "South"))
PRACTICES = (
    Practice("P1", "Oak Surgery", "north"),
    Practice("P2", "Elm Surgery", "north"),
    Practice("P3", "Ash Surgery", "south"),
)


def person(person_id: str, given: str, family: str, nhs: str, birth: date, practice: str | None) -> dict[str, Any]:
    """A row of the lake's table person."""
    return {
        "person_id": person_id,
        "given_name": given,
        "family_name": family,
        "nhs_number": nhs,
        "birth_date": birth,
        "sex": "female",
        "practice": practice,
        "postcode": "HP1 1AA",
    }


ANN = person("ann", "Ann", "Archer", "9990000018", date(1931, 2, 3), "P1")
BOB = person("bob", "Bob", "Baker", "9990000026", date(1942, 3, 4), "P2")
CAT = person("cat", "Cat", "Carter", "9990000034", date(1953, 4, 5), "P3")
DAN = person("dan", "Dan", "Dyer", "9990000042", date(1964, 5, 6), None)
PEOPLE = (ANN, BOB, CAT, DAN)


def body(one: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A small record of a person."""
    shown = {k: v for k, v in one.items() if v is not None}
    return {"person": shown, "conditions": [], "medicines": [], "alerts": [], "entries": [], **more}


def batches(bodies: Mapping[str, Any]) -> list[pa.RecordBatch]:
    """Records as the timeline yields them."""
    rows = {"person_id": list(bodies), "body": [orjson.dumps(one) for one in bodies.values()]}
    return [pa.RecordBatch.from_pydict(rows, pa.schema([("person_id", pa.string()), ("body", pa.binary())]))]


def write_lake(home: Path, now: datetime = NOW, **rows: Iterable[Mapping[str, Any]]) -> Lake:
    """The named tables become these rows, in one generation."""
    lake, con = Lake(home), in_memory()
    with lake.write(now) as batch:
        for name, listed in rows.items():
            empty = dict.fromkeys(column.name for column in tables()[name].columns)
            con.register("given", pa.Table.from_pylist([empty | dict(one) for one in listed]))
            batch.replace(name, con, "SELECT * FROM given")
            con.unregister("given")
    return lake


def member(one: Mapping[str, Any], priority: int, **more: Any) -> dict[str, Any]:
    """A row of the lake's table cohort_member."""
    return {
        "blueprint": "frail-older-people",
        "version": "1.0.0",
        "cohort": "frail",
        "date": date(2018, 7, 31),
        "person_id": one["person_id"],
        "priority": priority,
        "rank": 10 - priority,
        "reasons": ["Two emergency admissions in 12 months"],
    } | more


def actor(role: str, *, user_id: int = 1, practice: str | None = None, localities: Iterable[str] = ()) -> Actor:
    """An actor who needs no account."""
    return Actor(user_id, role, role, policy().roles[role], None, practice, frozenset(localities), "request")


WORKS = {
    "gp": {"practice": "P1"},
    "nurse": {"localities": ["north"]},
    "social_worker": {"localities": ["north"]},
    "referral_point_clinician": {"localities": ["north", "south"]},
    "analyst": {},
    "commissioner": {},
    "administrator": {},
    "privacy_officer": {},
    "programme_director": {},
    "programme_viewer": {},
    "relative": {},
    "own": {},
}


def make_users() -> dict[str, Any]:
    """One user of each role, by role; the username is the role."""
    from vanguard.access.models import User

    fill(LOCALITIES, PRACTICES)
    return {
        role: User.objects.create_user(
            role,
            PASSWORD,
            name=f"The {role}",
            role=role,
            practice_id=works.get("practice"),
            teams=[f"{one}-team" for one in works.get("localities", [])],
        )
        for role, works in WORKS.items()
    }


def publish_town(home: Path, people: Iterable[Mapping[str, Any]] = PEOPLE) -> Lake:
    """The people, their records and a list of three to help next, published."""
    from vanguard.know.record import publish

    listed = list(people)
    fill(LOCALITIES, PRACTICES)
    lake = write_lake(home, person=listed, cohort_member=[member(ANN, 9), member(BOB, 7), member(CAT, 8)])
    publish(lake, NOW, batches({one["person_id"]: body(one) for one in listed}))
    return lake
