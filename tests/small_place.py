"""A small made-up place for tests of what people see: written to the lake, published to the pages."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from tests.lake_tables import in_memory
from vanguard.lake import Lake, tables

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
SEED = 2015
FIRST = (
    "Ann",
    "Brian",
    "Chidi",
    "Dorothy",
    "Edith",
    "Frank",
    "Grace",
    "Harold",
    "Irene",
    "Jagdish",
    "Kathleen",
    "Leonard",
)
LAST = (
    "Abbott",
    "Begum",
    "Clarke",
    "Davies",
    "Evans",
    "Fletcher",
    "Green",
    "Hughes",
    "Iqbal",
    "Jones",
    "Kaur",
    "O'Brien",
)
CONDITIONS = {
    "hypertension": "High blood pressure",
    "heart_failure": "Heart failure",
    "copd": "Chronic obstructive pulmonary disease",
    "diabetes": "Diabetes",
    "dementia": "Dementia",
    "atrial_fibrillation": "Atrial fibrillation",
    "chronic_kidney_disease": "Chronic kidney disease",
    "osteoarthritis": "Osteoarthritis",
    "depression": "Depression",
}
MEDICINES = (
    "Ramipril 5mg capsules",
    "Bisoprolol 2.5mg tablets",
    "Furosemide 40mg tablets",
    "Apixaban 5mg tablets",
    "Metformin 500mg tablets",
)
ALERTS = ("Allergy to penicillin", "Lives alone", "Severe frailty", "Has an unpaid carer")
CONTACTS = (
    ("primary_care", "GP consultation", None),
    ("primary_care", "Practice nurse consultation", None),
    ("community", "District nurse visit: wound care", None),
    ("emergency_department", "Fall", None),
    ("inpatient", "Heart failure", "emergency"),
    ("inpatient", "Cataract", "elective"),
    ("social_care", "Home care", None),
)
REASONS = (
    "3 emergency admissions in the last 12 months",
    "Hospital frailty score is high (18.2)",
    "Aged 85 or over and living with 4 long-term conditions",
    "2 visits to the emergency department in the last 12 months",
    "No GP contact since the last discharge",
)


@dataclass(frozen=True)
class Area:
    """A locality or a practice of the small place."""

    code: str
    name: str
    postcode: str = ""
    ccg: str = ""
    locality: str = ""


LOCALITIES = (Area("north", "North Vale"), Area("south", "Chiltern South"))
PRACTICES = (
    Area("K80001", "The Mill Surgery", "HP20 1AA", "10Y", "north"),
    Area("K80002", "Vale Medical Centre", "HP20 2BB", "10Y", "north"),
    Area("K80003", "Hilltop Practice", "HP13 3CC", "10H", "south"),
)


@dataclass(frozen=True)
class Person:
    """One person: the `person` columns, the record's JSON, and a place on the list if `reasons` are given."""

    columns: dict[str, Any]
    record: dict[str, Any]
    reasons: tuple[str, ...] = ()
    priority: int = 0
    feature: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return str(self.columns["person_id"])


def make_people(count: int) -> list[Person]:
    """`count` people over the three practices; about half are on the list."""
    chance = random.Random(SEED)
    return [_person(number, chance) for number in range(count)]


def fill_place(home: Path, people: Sequence[Person], quarantine: Iterable[dict[str, Any]] = ()) -> None:
    """Write the lake of the place in `home`, its directory and its demo users, and publish the pages."""
    from vanguard.directory import fill
    from vanguard.know.record import publish
    from vanguard.web.demo_users import make_demo_users

    lake = Lake(home)
    listed = sorted((person for person in people if person.reasons), key=lambda one: -one.priority)
    con = in_memory()
    with lake.write(NOW) as batch:
        for table, rows in {
            "person": [person.columns for person in people],
            "cohort_member": [_member(person, rank) for rank, person in enumerate(listed, start=1)],
            "person_feature": [person.feature for person in listed if person.feature],
            "received_file": _files(),
            "quarantine": list(quarantine),
        }.items():
            con.register("given", _table(table, rows))
            batch.replace(table, con, "SELECT * FROM given")
            con.unregister("given")
    fill(LOCALITIES, PRACTICES)
    bodies = pa.record_batch(
        {
            "person_id": [person.id for person in people],
            "body": [orjson.dumps(person.record) for person in people],
        }
    )
    publish(lake, NOW, [bodies])
    make_demo_users()


def record_of(columns: dict[str, Any], entries: list[dict[str, Any]], **lists: Any) -> dict[str, Any]:
    """A record's JSON as the timeline makes it: nulls left out, dates in ISO."""
    person = {name: _iso(value) for name, value in columns.items() if value is not None}
    return {
        "person": person,
        "practice_since": "2009-04-01",
        "conditions": [],
        "medicines": [],
        "alerts": [],
        "entries": sorted(entries, key=lambda entry: entry.get("start", ""), reverse=True),
        **lists,
    }


def nhs_number(number: int) -> str:
    """A valid NHS number from the range kept for tests (999…)."""
    while True:
        stem = f"999{number:06d}"
        check = -sum(int(digit) * weight for digit, weight in zip(stem, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{stem}{check}"
        number += 500_000


def _person(number: int, chance: random.Random) -> Person:
    practice = PRACTICES[number % len(PRACTICES)]
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(25_000))
    columns = {
        "person_id": f"p{number:08d}",
        "nhs_number": nhs_number(number),
        "given_name": FIRST[number % len(FIRST)],
        "family_name": LAST[(number // 3) % len(LAST)],
        "birth_date": born,
        "sex": ("female", "male")[number % 2],
        "address": f"{number + 1} Mill Lane, Aylesbury",
        "postcode": "HP20 1AA",
        "phone": "01296 555019",
        "death_date": TODAY - timedelta(days=40) if number % 37 == 36 else None,
        "practice": practice.code,
        "area": "E01017600",
    }
    conditions = chance.sample(sorted(CONDITIONS), chance.randrange(1, 8))
    entries = [_entry(number, one, chance, practice.code) for one in range(chance.randrange(20, 110))]
    record = record_of(
        columns,
        entries,
        conditions=[_noted(CONDITIONS[one], chance) for one in conditions],
        medicines=[_noted(one, chance) for one in MEDICINES[: chance.randrange(len(MEDICINES) + 1)]],
        alerts=[_noted(one, chance) for one in ALERTS[: chance.randrange(len(ALERTS) + 1)]],
    )
    on_list = number % 2 == 0
    return Person(
        columns,
        record,
        reasons=tuple(chance.sample(REASONS, chance.randrange(1, 4))) if on_list else (),
        priority=chance.randrange(1, 20),
        feature=_feature(columns, conditions, chance),
    )


def _entry(person: int, number: int, chance: random.Random, practice: str) -> dict[str, Any]:
    start = NOW - timedelta(hours=chance.randrange(1, 24 * 1200))
    common = {
        "id": f"e{person}-{number}",
        "known_from": "2026-11-15T02:00:00Z",
        "date": start.date().isoformat(),
    }
    if number % 4 == 0:
        value = float(chance.randrange(105, 180))
        return common | {
            "kind": "Observation",
            "setting": "primary_care",
            "status": "final",
            "start": _instant(start),
            "timed": True,
            "codes": ["vgp:systolic_bp"],
            "display": "Systolic blood pressure",
            "value": value,
            "unit": "mm[Hg]",
            "place": practice,
            "source": "gp",
        }
    setting, display, method = CONTACTS[chance.randrange(len(CONTACTS))]
    entry = common | {
        "kind": "Encounter",
        "setting": setting,
        "status": "finished",
        "start": _instant(start),
        "timed": setting != "inpatient",
        "codes": [],
        "display": display,
        "source": {"primary_care": "gp", "community": "community", "social_care": "social_care"}.get(setting, "acute"),
    }
    if method:
        entry |= {
            "method": method,
            "end_date": (start.date() + timedelta(days=chance.randrange(9))).isoformat(),
        }
    if setting == "primary_care":
        entry["place"] = practice
    if number % 11 == 0:
        entry["known_from"] = "2026-10-15T02:00:00Z"
    return entry


def _feature(columns: dict[str, Any], conditions: list[str], chance: random.Random) -> dict[str, Any]:
    return {
        "person_id": columns["person_id"],
        "month_end": date(2026, 10, 31),
        "age": TODAY.year - columns["birth_date"].year - 1,
        "sex": columns["sex"],
        "practice": columns["practice"],
        "area": columns["area"],
        "conditions": conditions,
        "condition_count": len(conditions),
        "hospital_frailty": round(chance.random() * 20, 1),
        "hospital_frailty_band": "high",
        "emergency_admissions_12m": chance.randrange(5),
        "elective_admissions_12m": chance.randrange(2),
        "bed_days_12m": chance.randrange(40),
        "emergency_department_12m": chance.randrange(6),
        "primary_care_12m": chance.randrange(30),
        "community_12m": chance.randrange(30),
        "last_admission": TODAY - timedelta(days=chance.randrange(20, 300)) if chance.random() < 0.8 else None,
        "care_package": chance.random() < 0.3,
    }


def _noted(label: str, chance: random.Random) -> dict[str, Any]:
    since = TODAY - timedelta(days=chance.randrange(100, 6000))
    return {"label": label, "code": "vgp:x", "since": since.isoformat(), "source": "gp"}


def _member(person: Person, rank: int) -> dict[str, Any]:
    return {
        "blueprint": "frail-older-people",
        "version": "1.0.0",
        "cohort": "rising_risk",
        "date": date(2026, 10, 31),
        "person_id": person.id,
        "priority": person.priority,
        "reasons": list(person.reasons),
        "rank": rank,
    }


def _files() -> list[dict[str, Any]]:
    feeds = (
        ("gp_registrations", 2),
        ("gp_events", 2),
        ("inpatient_spells", 6),
        ("emergency_attendances", 6),
        ("community_contacts", 9),
        ("care_packages", 60),
    )
    return [
        {
            "load_id": "a1",
            "feed": feed,
            "file": f"{feed}_20261120.csv",
            "sha256": "0" * 64,
            "described_by": "0" * 64,
            "extracted_at": NOW - timedelta(days=days),
            "rows": 1200 * place + 36,
            "accepted": 1190 * place + 30,
            "quarantined": 3,
            "superseded": 2 + 6 * place,
            "duplicate": 1 + 4 * place,
        }
        for place, (feed, days) in enumerate(feeds, start=1)
    ]


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows in the table's columns; what is never empty and was not given is zero, false or blank."""
    types: dict[str, tuple[pa.DataType, Any]] = {
        "text": (pa.string(), ""),
        "date": (pa.date32(), TODAY),
        "instant": (pa.timestamp("us"), NOW),
        "int": (pa.int64(), 0),
        "float": (pa.float64(), 0.0),
        "bool": (pa.bool_(), False),
        "bytes": (pa.binary(), b""),
        "list of text": (pa.list_(pa.string()), []),
    }
    columns = tables()[name].columns
    blank = {column.name: None if column.null else types[column.type][1] for column in columns}
    whole = [{key: _naive(value) for key, value in (blank | row).items()} for row in rows]
    return pa.Table.from_pylist(whole, pa.schema([(one.name, types[one.type][0]) for one in columns]))


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _instant(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
