"""Cohorts: who is in, why in words, and in which order; from a lake to a lake."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.blueprint import read, shipped
from vanguard.codes import alerts, conditions
from vanguard.errors import BadInput
from vanguard.know.population import build
from vanguard.know.population.cohorts import make_members
from vanguard.lake import Lake, tables
from vanguard.lake.condition import holds, words

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MONTH_END = date(2026, 2, 28)
ARROW = {
    "text": pa.string(),
    "date": pa.date32(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list of text": pa.list_(pa.string()),
}

count = st.integers(0, 5)
person = st.fixed_dictionaries(
    {
        "age": st.none() | st.integers(60, 95),
        "sex": st.sampled_from(["female", "male", None]),
        "practice": st.sampled_from(["K1", None]),
        "area": st.none(),
        "conditions": st.lists(st.sampled_from([c.id for c in conditions()]), unique=True, max_size=5),
        "alerts": st.lists(st.sampled_from([a.id for a in alerts()]), unique=True, max_size=3),
        "hospital_frailty": st.none() | st.integers(0, 300).map(lambda tenths: tenths / 10),
        "hospital_frailty_band": st.sampled_from([None, "low", "intermediate", "high"]),
        "emergency_admissions_12m": count,
        "elective_admissions_12m": count,
        "bed_days_12m": st.integers(0, 40),
        "emergency_department_12m": count,
        "primary_care_12m": count,
        "community_12m": count,
        "falls_12m": count,
        "last_admission": st.none() | st.dates(date(2025, 12, 1), MONTH_END),
        "care_package": st.booleans(),
    }
)


def described(people):
    return [
        one | {"person_id": f"p{number}", "month_end": MONTH_END, "condition_count": len(one["conditions"])}
        for number, one in enumerate(people)
    ]


def in_duckdb(rows, blueprint, restricted=()):
    con = duckdb.connect(config={"threads": 1})
    columns = tables()["person_feature"].columns
    con.register("feature", pa.table({c.name: pa.array([row[c.name] for row in rows], ARROW[c.type]) for c in columns}))
    con.execute("CREATE TABLE restriction (person_id VARCHAR, on_lists BOOLEAN, planning BOOLEAN)")
    for one in restricted:
        con.execute("INSERT INTO restriction VALUES (?, ?, ?)", one)
    make_members(con, [blueprint])
    return con.execute("SELECT * FROM member ORDER BY cohort, rank").fetchall()


def by_hand(rows, blueprint):
    """The slow reference: each condition and sentence worked out for each person in plain Python."""
    found = []
    for cohort in sorted(blueprint.cohorts.values(), key=lambda cohort: cohort.id):
        members = []
        for row in rows:
            if holds(cohort.who, row) is True:
                true = [reason for reason in cohort.because if holds(reason.when, row) is True]
                true.sort(key=lambda reason: -reason.points)
                points = sum(reason.points for reason in true)
                key = [-points]
                for order in cohort.order:
                    value = row[order.by]
                    sign = -1 if order.first == "highest" else 1
                    key += [value is None, 0 if value is None else sign * value]
                members.append(((*key, row["person_id"]), points, [words(reason.say, row) for reason in true]))
        members.sort(key=lambda member: member[0])
        found += [
            (blueprint.id, blueprint.version, cohort.id, MONTH_END, key[-1], points, said, rank)
            for rank, (key, points, said) in enumerate(members, start=1)
        ]
    return found


@pytest.mark.parametrize("name", shipped())
def test_sql_agrees_with_the_slow_reference_on_each_shipped_blueprint(name):
    blueprint = read(name)

    @settings(max_examples=15, deadline=None)
    @given(st.lists(person, min_size=1, max_size=10).map(described))
    def agree(rows):
        made = in_duckdb(rows, blueprint)
        assert made == by_hand(rows, blueprint)
        # Who may neither be on lists nor count for planning is in no cohort; either use keeps the row.
        restricted = [("p0", False, False), ("p1", False, True), ("p2", True, False)]
        assert in_duckdb(rows, blueprint, restricted) == by_hand(
            [row for row in rows if row["person_id"] != "p0"], blueprint
        )
        assert all(reasons for *_, reasons, _ in made), "somebody is in a cohort for no reason that is said"

    agree()


BLUEPRINT = """\
id: moon
label: Moon
version: 2.0.0
effective: {from: 2026-01-01}
type: uec
purpose: Anything.
source: {cites: us}
sources:
  us: {title: Ours, publisher: Us, published: now}
roles:
  keeper: {label: Keeper, source: {cites: us}}
tiers:
  full: {label: Full, purpose: All, source: {cites: us}}
"""
COHORTS = """\
cohorts:
  admitted:
    label: Admitted
    tier: full
    source: {cites: us}
    who: emergency_admissions_12m >= 1
    because:
      - when: has(conditions, 'copd')
        say: Has a lung disease
        points: 5
        source: {cites: us}
      - when: emergency_admissions_12m >= 1
        say:
          count: emergency_admissions_12m
          one: 1 emergency admission in the last 12 months
          many: "{emergency_admissions_12m} emergency admissions in the last 12 months"
        points: 7
        source: {cites: us}
    review: {by: [keeper], every: P1W}
    order: [{by: age, first: lowest}]
"""


@pytest.fixture
def blueprint(tmp_path: Path):
    folder = tmp_path / "blueprint"
    folder.mkdir()
    (folder / "blueprint.yaml").write_text(BLUEPRINT, "utf-8")
    (folder / "cohorts.yaml").write_text(COHORTS, "utf-8")
    return read(folder)


@pytest.fixture
def lake(tmp_path: Path):
    """A lake of three registered people: two admitted as an emergency, one of them twice."""
    lake = Lake(tmp_path)
    with lake.write(NOW) as batch:
        con = duckdb.connect()
        for table, rows in ROWS.items():
            columns = tables()[table].columns
            data = pa.table(
                {
                    c.name: pa.array([row.get(c.name) for row in rows], ARROW.get(c.type, pa.timestamp("us")))
                    for c in columns
                }
            )
            con.register("given", data)
            batch.replace(table, con, "SELECT * FROM given")
    return lake


def admission(event_id, person_id, day, code):
    return {
        "event_id": event_id,
        "person_id": person_id,
        "kind": "Encounter",
        "setting": "inpatient",
        "status": "finished",
        "method": "emergency",
        "date": day,
        "end_date": day,
        "timed": False,
        "codes": [code],
        "source": "acute",
        "feed": "inpatient_spells",
        "known_from": datetime(2026, 3, 1, tzinfo=UTC),
    }


ROWS = {
    "person": [
        {"person_id": "ann", "birth_date": date(1940, 1, 1), "sex": "female"},
        {"person_id": "bob", "birth_date": date(1950, 1, 1), "sex": "male"},
        {"person_id": "cid", "birth_date": date(1960, 1, 1), "sex": "male"},
    ],
    "person_period": [
        {"person_id": name, "start": date(2010, 1, 1), "practice": "K1", "area": "E1"} for name in ("ann", "bob", "cid")
    ],
    "event": [
        admission("e1", "ann", date(2025, 12, 24), "icd10:J441"),
        admission("e2", "ann", date(2026, 1, 24), "icd10:J440"),
        admission("e3", "bob", date(2026, 1, 24), "icd10:S720"),
        admission("e4", "cid", date(2024, 1, 24), "icd10:S720"),
    ],
}


def test_from_a_lake_to_a_lake(lake, blueprint):
    result = build(lake, [blueprint], MONTH_END, NOW)
    assert (result.people, result.members, lake.rows("person_feature")) == (3, 2, 3)
    members = lake.connect().execute(
        "SELECT blueprint, version, cohort, date, person_id, priority, reasons, rank FROM cohort_member ORDER BY rank"
    )
    said = "emergency admissions in the last 12 months"
    assert members.fetchall() == [
        ("moon", "2.0.0", "admitted", MONTH_END, "ann", 12, [f"2 {said}", "Has a lung disease"], 1),
        (
            "moon",
            "2.0.0",
            "admitted",
            MONTH_END,
            "bob",
            7,
            ["1 emergency admission in the last 12 months"],
            2,
        ),
    ]


def test_building_again_replaces_what_was_there(lake, blueprint):
    build(lake, [blueprint], MONTH_END, NOW)
    again = build(lake, [blueprint], date(2026, 1, 31), NOW)
    assert again.members == lake.rows("cohort_member") == 2
    assert lake.connect().execute("SELECT DISTINCT month_end FROM person_feature").fetchall() == [(date(2026, 1, 31),)]


def test_codes_that_the_place_supplies_count_and_their_mistakes_stop_the_build(lake, blueprint, tmp_path):
    own = tmp_path / "codes"
    own.mkdir()
    (own / "own.yaml").write_text("id: own\nversion: 1\nsource: us\nlicence: ours\nextends: long_term_conditions\n")
    (own / "own.csv").write_text("set,system,code\nosteoporosis,icd10,S72.0\n")
    build(lake, [blueprint], MONTH_END, NOW)
    of_bob = "SELECT conditions FROM person_feature WHERE person_id = 'bob'"
    assert lake.connect().execute(of_bob).fetchall() == [(["osteoporosis"],)]
    before = lake.manifest()
    (own / "own.csv").write_text("set,system,code\nosteoporosis,snomed,1234567\n")
    with pytest.raises(BadInput, match=r"own\.csv, line 2"):
        build(lake, [blueprint], MONTH_END, NOW)
    assert lake.manifest() == before


def test_nothing_is_written_for_a_day_within_a_month(lake, blueprint):
    before = lake.manifest()
    with pytest.raises(BadInput, match="not the last day of a month"):
        build(lake, [blueprint], date(2026, 2, 27), NOW)
    assert lake.manifest() == before


def test_an_empty_lake_has_nobody(tmp_path, blueprint):
    assert build(Lake(tmp_path), [blueprint], MONTH_END, NOW).people == 0
