"""Every shipped blueprint: its sites exist, it runs a fortnight, its measures are taken, and two can be compared."""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb
import pytest
from pydantic import BaseModel
from tests.learn.board.conftest import LAST, NOW, TABLES

from vanguard.blueprint import Blueprint, Cited, diff, in_text, read, shipped
from vanguard.lake import Lake, tables
from vanguard.learn.measure import build
from vanguard.learn.simulate.findings import findings
from vanguard.learn.simulate.run import replicate
from vanguard.learn.simulate.simulation import service_of

NAMES = sorted(shipped())


@cache
def with_sites() -> list[str]:
    return [name for name in NAMES if read(name).sites]


def citations(value: object) -> Iterator[Cited]:
    """Every citation of a source within a part of a blueprint."""
    if isinstance(value, Cited):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from citations(getattr(value, name))
    elif isinstance(value, Mapping):
        for held in value.values():
            yield from citations(held)
    elif isinstance(value, tuple):
        for held in value:
            yield from citations(held)


def named(blueprint: Blueprint) -> set[str]:
    """The sites that its elements name."""
    return {site for part in blueprint.files.values() for one in citations(part) for site in one.sites}


@pytest.mark.parametrize("name", NAMES)
def test_elements_name_the_sites_that_have_them(name: str) -> None:
    blueprint = read(name)
    assert named(blueprint) == set(blueprint.sites), "each site that is listed has some element, and no other is named"
    for part in ("cohorts.yaml", "pathways.yaml", "measures.yaml"):
        if blueprint.sites and blueprint.id != "primary-care-home":  # the paper does not say what each of its sites did
            assert any(one.sites for one in citations(blueprint.files[part])), part


def test_every_site_is_one_of_the_programmes_history() -> None:
    history = Path(str(resources.files("vanguard"))) / "programme" / "history" / "sites.csv"
    if not history.exists():
        pytest.skip("the programme's history is not in this package")
    with history.open(encoding="utf-8") as file:
        known = {row["short"]: row["name"] for row in csv.DictReader(file)}
    cited = {site: one for name in NAMES for site, one in read(name).sites.items()}
    assert {id: one.label for id, one in cited.items() if id not in known} == {}
    assert len(cited) == len(known) == 65, "every site of the history is in some blueprint"


def test_a_fortnight_of_each_can_be_simulated_and_its_promises_can_be_kept() -> None:
    for name in NAMES:
        blueprint = read(name)
        assert blueprint.simulate.scenarios
        for scenario in (None, next(iter(blueprint.simulate.scenarios))):
            found = findings(replicate(service_of(blueprint, scenario, 14), 1))
            assert found["ends"]
            assert sum(one["people"]["mean"] for one in found["ends"].values()) > 10
            kept = {id: one["kept"]["mean"] for id, one in found["clocks"].items() if one["kept"]["mean"] is not None}
            assert kept and all(0 <= share <= 1 for share in kept.values())
            if scenario is None:
                assert {id: share for id, share in kept.items() if share < 0.5} == {}, name


# What the service itself did reaches `event` under these codes; a measure names them in the text of its condition.
OWN = {
    "clock": "Task",
    "origin": "ServiceRequest",
    "answer": "Observation",
    "step": "EpisodeOfCare",
    "end": "EpisodeOfCare",
    "told": "Communication",
}


def own_codes(blueprint: Blueprint) -> set[tuple[str, str]]:
    """What of its own events the blueprint measures: kind of code and id."""
    text = (shipped()[blueprint.id] / "measures.yaml").read_text("utf-8")
    return {(kind, id) for kind, id in re.findall(r"'([a-z]+):([a-z0-9_]+)'", text)}


@pytest.mark.parametrize("name", NAMES)
def test_measures_speak_of_what_its_pathways_have(name: str) -> None:
    blueprint = read(name)
    ways = blueprint.pathways.pathways.values()
    have = {
        "clock": {id for way in ways for id in way.clocks},
        "origin": {id for way in ways for id in way.entry.origins},
        "step": {id for way in ways for id in way.steps},
        "end": {id for way in ways for id in way.ends},
        "told": {*blueprint.roles},
        "answer": {*blueprint.pathways.questions, *blueprint.plans.questions},
    }
    cited = own_codes(blueprint)
    assert {(kind, id) for kind, id in cited if id not in have[kind]} == set()
    assert any(kind == "clock" for kind, _ in cited), "some promise is measured"


def small_tables() -> dict[str, str]:
    """200 people and half a year of events of every kind that these blueprints measure."""
    own = sorted({code for name in with_sites() for code in own_codes(read(name))})
    rows = ", ".join(f"('{OWN[kind]}', '{kind}:{id}')" for kind, id in own)
    day = "DATE '2025-12-01' + CAST(i * 37 % 180 AS INTEGER)"
    features = """
        SELECT 'p' || i AS person_id, m::DATE AS month_end, 5 + i * 7 % 90 AS age,
               CASE WHEN i % 2 = 0 THEN 'female' ELSE 'male' END AS sex, 'K8000' || i % 3 + 1 AS practice,
               'E' || i % 5 AS area, ['copd', 'cancer', 'stroke', 'severe_mental_illness'] AS conditions,
               i % 6 AS condition_count, CASE WHEN i % 2 = 0 THEN ['care_home_resident'] ELSE [] END AS alerts,
               i % 4 AS emergency_admissions_12m, 0 AS elective_admissions_12m, i % 30 AS bed_days_12m,
               i % 5 AS emergency_department_12m, 3 AS primary_care_12m, 2 AS community_12m, i % 3 AS falls_12m,
               false AS care_package
        FROM range(200) t(i), (VALUES ('2025-11-30'), ('2025-12-31'), ('2026-01-31'), ('2026-02-28'), ('2026-03-31'),
               ('2026-04-30')) v(m)"""
    events = f"""
        SELECT 'e' || i || '-' || s AS event_id, 'p' || i % 200 AS person_id, kind, setting, method, codes, display,
               CASE WHEN kind <> 'Task' THEN 'finished' WHEN i % 7 = 0 THEN 'failed' ELSE 'completed' END AS status,
               {day} AS date, {day} + 2 AS end_date, ({day})::TIMESTAMP AS start,
               ({day} + 2)::TIMESTAMP AS "end", true AS timed, 2 AS nights, 'some' AS source,
               coalesce(feed, 'some') AS feed, 90000 AS cost_pence, ({day})::TIMESTAMP AS known_from
        FROM range(60) t(i), (SELECT row_number() OVER () AS s, * FROM (
            SELECT 'Encounter' AS kind, setting, method, string_split(codes, ' ') AS codes, display, feed FROM (VALUES
                ('inpatient', 'emergency', 'icd10:I639', '', NULL), ('inpatient', 'elective', '', '', NULL),
                ('inpatient', 'transfer', '', '', NULL), ('emergency_department', 'emergency', '', '', NULL),
                ('ambulance', 'emergency', '', '', NULL), ('virtual', NULL, '', '', 'calls_111'),
                ('primary_care', NULL, 'vgp:end_of_life_plan', '', NULL), ('community', NULL, '', '', NULL),
                ('social_care', NULL, '', 'Nursing home', NULL),
                ('care_home', NULL, '', '', NULL)) v(setting, method, codes, display, feed)
            UNION ALL
            SELECT kind, 'community', NULL, [code], '', NULL FROM (VALUES {rows}) w(kind, code)))"""
    people = "range(200) t(i)"
    return TABLES | {
        "event": events,
        "person_feature": features,
        "noted": """SELECT 'p' || i AS person_id, means, "grouping", DATE '2025-01-01' AS start FROM range(200) t(i),
            (VALUES ('alert', 'care_home_resident', 2), ('condition', 'copd', 1), ('condition', 'cancer', 1),
                    ('condition', 'stroke', 1), ('condition', 'severe_mental_illness', 1)) v(means, "grouping", each)
            WHERE i % each = 0""",
        "person": f"""SELECT 'p' || i AS person_id, (DATE '2020-06-01' - to_years(CAST(i * 7 % 90 AS INTEGER)))::DATE
            AS birth_date, CASE WHEN i % 2 = 0 THEN 'female' ELSE 'male' END AS sex FROM {people}""",
        "person_period": TABLES["person_period"]
        .replace("range(3100) t(i)", people)
        .replace("2024-01-01", "2025-11-01"),
    }


def test_measures_of_all_of_them_are_taken_side_by_side(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        for name, sql in small_tables().items():
            has = {one[0] for one in con.execute(f"SELECT * FROM ({sql}) LIMIT 0").description}
            missing = [c for c in tables()[name].columns if c.name not in has]
            more = "".join(f', CAST(NULL AS {c.sql_type}) AS "{c.name}"' for c in missing)
            batch.replace(name, con, f"SELECT *{more} FROM ({sql})")
    blueprints = [read(name) for name in with_sites()]
    result = build(lake, blueprints, LAST, NOW)
    every = {(one.id, measure) for one in blueprints for measure in one.measures}
    assert (result.left_out, result.measures) == ((), len(every))
    with lake.connect(only=["measure_point"]) as con:
        found = con.execute(
            "SELECT blueprint, measure, sum(numerator) FROM measure_point WHERE split_by = 'all' GROUP BY ALL"
        ).fetchall()
    assert {(blueprint, measure) for blueprint, measure, total in found if total is not None} == every
    counted = {(one.id, id) for one in blueprints for id, m in one.measures.items() if m.followed_by is None}
    assert counted - {(blueprint, measure) for blueprint, measure, total in found if total} == set()


def test_two_of_them_are_compared_in_words() -> None:
    changes = diff(read(with_sites()[0]), read(with_sites()[-1]))
    lines = in_text(changes).splitlines()
    assert len(lines) > 200
    assert [
        line for line in lines if re.search(r"mappingproxy|timedelta|Condition\(|object at|=<|None|\{'", line)
    ] == []
    assert all(line.endswith(".") for line in lines if line.startswith("  "))
