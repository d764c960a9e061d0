"""DuckDB and Spark give the same points: every measure of every shipped blueprint, over a small made-up lake."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.learn.measure.test_measures import arrow

from vanguard.blueprint import Blueprint, read
from vanguard.blueprint.elements.measures import Measures
from vanguard.codes import conditions, grouping_table, groupings
from vanguard.lake import Lake, tables
from vanguard.lake.condition import Condition, tree
from vanguard.learn.measure import build
from vanguard.learn.measure.plan import TOO_SOON

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)
FIRST, LAST = date(2025, 12, 20), date(2026, 5, 31)
READ = (
    "event",
    "person",
    "person_period",
    "person_feature",
    "noted",
    "cohort_member",
    "restriction",
    "practice",
    "small_area",
)
SHIPPED = sorted(path.parent.name for path in Path("src/vanguard/blueprints").glob("*/measures.yaml"))
NOTINGS = [("alert", "care_home_resident"), *(("condition", one.id) for one in conditions())]
# A rate standardised, a sequence within hours and out of all, and what was noted of people at the time.
FEW = ("emergency_admissions_65", "ambulance_to_hospital_65", "care_home_residents_admitted")


def test_a_measure_of_each_kind_counts_alike(spark: Any, tmp_path: Path) -> None:
    blueprint = read("frail-older-people")
    some = Measures.model_construct(measures={id: blueprint.measures[id] for id in FEW})
    few = blueprint.model_copy(update={"files": {**blueprint.files, "measures.yaml": some}})
    assert counted_alike(spark, tmp_path, few) == set(FEW)


@pytest.fixture(scope="module")
def interpreting(spark: Any) -> Iterator[Any]:
    """Spark that does not compile each of some hundred queries, which would take most of their time."""
    settings = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    for name, value in settings.items():
        spark.conf.set(name, value)
    yield spark
    for name in settings:
        spark.conf.unset(name)


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
def test_every_measure_that_we_ship_counts_alike(interpreting: Any, tmp_path: Path, name: str) -> None:
    blueprint = read(name)
    assert counted_alike(interpreting, tmp_path, blueprint) == set(blueprint.measures)


def counted_alike(spark: Any, folder: Path, blueprint: Blueprint) -> set[str]:
    """The measures that counted something, or wait for what may follow, and say the same from both in each point."""
    lake = made_up_lake(folder / "place", blueprint)
    with lake.connect() as con:
        for name in READ:
            file = folder / f"{name}.parquet"
            con.execute(f"COPY (SELECT * FROM {name}) TO '{file}'")
            spark.read.parquet(str(file)).createOrReplaceTempView(name)
    build(lake, [blueprint], LAST, NOW)
    from_duckdb = points(lake)
    build(lake, [blueprint], LAST, NOW, anew=True, spark=spark)
    from_spark = points(lake)
    assert from_duckdb.keys() == from_spark.keys()
    assert {key: (row, from_spark[key]) for key, row in from_duckdb.items() if row != from_spark[key]} == {}
    return {key[0] for key, (numerator, *_, reason) in from_duckdb.items() if numerator or reason == TOO_SOON}


def points(lake: Lake) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    with lake.connect(only=["measure_point"]) as con:
        rows = con.execute(
            "SELECT measure, split_by, split, start, numerator, denominator, value, events, standardised, expected, "
            "reason FROM measure_point"
        ).fetchall()
    return {row[:4]: row[4:] for row in rows}


def made_up_lake(folder: Path, blueprint: Blueprint) -> Lake:
    """Sixty people who move, die, and have events of which each measure counts some, at moments that follow others."""
    chance = random.Random(7)
    people, periods, features, noted, members = [], [], [], [], []
    ends = [date(2025, 11, 30), *(date(2026, month, 1) - timedelta(days=1) for month in range(1, 7))]
    for number in range(60):
        id, died = f"p{number}", chance.choice([None] * 8 + [date(2026, 3, 31), date(2026, 2, 10)])
        age = chance.choice([5, 40, 66, 76, 82, 91])
        leap = number % 9 == 0 and (2026 - age) % 4 == 0
        born = date(2026 - age, 2, 29) if leap else date(2026 - age, 4, number % 28 + 1)
        sex = "female" if number % 2 else "male"
        people.append({"person_id": id, "birth_date": born, "sex": sex, "death_date": died})
        moves = chance.choice([None, None, date(2026, 1, 1), date(2026, 2, 14)])
        for start, end, practice in ((date(2020, 1, 1), moves, "K1"), (moves, None, "K2")):
            over = min((day for day in (end, died and died + timedelta(days=1)) if day), default=None)
            if start is not None and (over is None or start < over):
                where = {"practice": practice, "area": f"E{number % 3}", "care_home": "H1" if age > 80 else None}
                periods.append({"person_id": id, "start": start, "end": over} | where)
        for means, grouping in NOTINGS:
            if chance.random() < 0.7:
                since = date(2025, 6, 1) + timedelta(days=chance.randrange(300))
                until = chance.choice([None, since + timedelta(days=100)])
                noted.append({"person_id": id, "means": means, "grouping": grouping, "start": since, "end": until})
        for end in ends:
            features.append({"person_id": id, "month_end": end, "age": age})
            members += [
                {"blueprint": blueprint.id, "cohort": cohort, "person_id": id, "date": end}
                for cohort in blueprint.cohorts
                if number % 3
            ]
    events = [event for number, one in enumerate(chosen_by(blueprint)) for event in happenings(chance, number, one)]
    places = {"practice": "K1", "name": "Mill", "locality": "north", "locality_name": "North"}
    rows = {
        "event": events,
        "person": people,
        "person_period": periods,
        "person_feature": features,
        "noted": noted,
        "cohort_member": members,
        "restriction": [{"person_id": "p3", "sharing": "share_all", "on_lists": True, "planning": False}],
        "practice": [places, places | {"practice": "K2", "locality": "south"}],
        "small_area": [{"area": f"E{number}", "deprivation": number + 1} for number in range(3)],
    }
    lake = Lake(folder)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        for name, some in rows.items():
            for column in tables()[name].columns:
                empty = {"bool": False, "list of text": [], "int": 0, "float": 0.0}.get(column.type, "")
                for row in some:
                    row.setdefault(column.name, None if column.null else empty)
            con.register(name, arrow(name, some))
            batch.replace(name, con, f"SELECT * FROM {name}")
    return lake


def chosen_by(blueprint: Blueprint) -> list[dict[str, Any]]:
    """Facts of events that some choice of some measure is about, each once."""
    found: dict[str, dict[str, Any]] = {}
    for measure in blueprint.measures.values():
        for choice in (measure.count, measure.sum, measure.followed_by, measure.per):
            if choice is None:
                continue
            where = getattr(choice, "where", None)
            facts: dict[str, Any] = facts_of(where) if where is not None else {}
            if getattr(choice, "codes", None):
                facts["codes"] = [code_of(blueprint, choice.codes), "snomed:1"]
            found[repr(facts)] = facts
    return list(found.values())


def facts_of(condition: Condition) -> dict[str, Any]:
    """An event of which the condition may be true: what it is equal to, one of the values that it may have."""
    found: dict[str, Any] = {}
    todo: list[Any] = [condition.tree]
    while todo:
        part = todo.pop()
        if isinstance(part, tree.AllOf):
            todo.extend(part.of)
        elif isinstance(part, tree.Compare) and part.sign == "=":
            found[part.left.name] = part.right.value
        elif isinstance(part, tree.OneOf):
            found[part.of.name] = part.values[0].value
        elif isinstance(part, tree.Call) and part.name in ("has", "has_any"):
            found["codes"] = [part.of[1].value]
    return found


def code_of(blueprint: Blueprint, id: str) -> str:
    """A code that belongs to the set, or with a letter more belongs to it."""
    own = blueprint.code_sets.get(id)
    if own is not None:
        return f"{own.system}:{(own.codes or own.prefixes)[0]}"
    return str(grouping_table([groupings()[id]]).to_pylist()[0]["code"])


def happenings(chance: random.Random, number: int, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Events with these facts, ten on days within one week, so that things follow each other within hours."""
    found = []
    for count in range(130):
        day = date(2026, 2, 9) if count < 10 else FIRST
        begins = datetime.combine(day + timedelta(days=chance.randrange(7 if count < 10 else 160)), datetime.min.time())
        begins += timedelta(hours=chance.choice([0, 1, 9, 23]))
        ends = begins + timedelta(days=chance.choice([0, 1, 3, 20]), hours=1) if chance.random() < 0.9 else None
        row = {
            "event_id": f"e{number}-{count}", "person_id": f"p{chance.randrange(61)}", "kind": "Encounter",
            "status": chance.choice(["finished", "in-progress"]), "source": chance.choice(["one", "two"]),
            "feed": "feed", "place": chance.choice(["RXQ", "RHW", None]), "start": begins, "end": ends,
            "date": begins.date(), "end_date": ends and ends.date(), "timed": begins.hour > 0, "known_from": begins,
            "nights": ends and (ends.date() - begins.date()).days, "cost_pence": chance.choice([None, 1, 25_050]),
            "known_to": begins if chance.random() < 0.05 else None, "codes": [], "display": "Seen",
        } | facts  # fmt: skip
        found.append(row)
    return found
