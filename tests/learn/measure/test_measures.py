"""Measures: against a plain reading of the same blueprint, in a lake, and opened to rows that recount."""

import json
import math
import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learn.measure.plain_measures import Town, points

from vanguard.blueprint import read
from vanguard.errors import BadInput
from vanguard.lake import Lake, tables
from vanguard.learn.board.command import measure
from vanguard.learn.measure import build, direct, indirect, open_point
from vanguard.learn.measure.engine import OnDuckDB
from vanguard.learn.measure.intervals import pieces, whole
from vanguard.learn.measure.people import People
from vanguard.learn.measure.plan import NOT_KNOWN_THEN, TOO_SOON, Job, plan
from vanguard.learn.measure.points import NO_DENOMINATOR, Gathering
from vanguard.learn.measure.standing import make_registered
from vanguard.learn.measure.survey import survey

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)
ARROW = {
    "text": pa.string(), "date": pa.date32(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(),
    "instant": pa.timestamp("us"), "list of text": pa.list_(pa.string()),
}  # fmt: skip

MAIN = """\
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
COMMON = "definition: Any., direction: down, source: {cites: us}"
MEASURES = f"""\
measures:
  stays_65: {{label: Stays, {COMMON}, interval: month, by: [practice, locality, deprivation, age_band, sex],
    standardise: {{method: direct, by: [age, sex]}},
    count: {{where: "setting = 'inpatient'", whom: age >= 65}},
    per: {{number: 1000, of: person_years, whom: age >= 65}}}}
  weekly: {{label: Weekly, {COMMON}, interval: week, by: [practice, age_band],
    standardise: {{method: indirect, by: [sex, deprivation]}},
    count: {{where: "setting = 'inpatient'"}}, per: {{number: 1000, of: person_years}}}}
  nights: {{label: Nights, {COMMON}, interval: month, by: [place, source],
    sum: {{what: nights, where: "setting = 'inpatient'"}}}}
  falls: {{label: Falls, {COMMON}, interval: quarter, by: [sex],
    count: {{codes: falls}}, per: {{number: 100, of: people, whom: age >= 65}}}}
  back: {{label: Back, {COMMON}, interval: month, by: [place],
    count: {{where: "setting = 'inpatient'"}},
    followed_by: {{where: "method = 'emergency'", within: P10D}}, per: {{number: 100, of: all_counted}}}}
  quiet: {{label: Quiet, {COMMON}, interval: month,
    count: {{where: "setting = 'community'", whom: "sex = 'female'"}},
    followed_by: {{where: "setting = 'inpatient'", within: PT30H, after: start, never: true}},
    per: {{number: 100, of: all_counted}}}}
  share: {{label: Share, {COMMON}, interval: month, by: [practice],
    count: {{where: "method = 'emergency'"}}, per: {{number: 100, of: events, where: "setting = 'inpatient'"}}}}
  alerted: {{label: Alerted, {COMMON}, interval: month,
    count: {{where: "setting = 'inpatient'", whom: care_package}}}}
"""


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moon")
    (folder / "blueprint.yaml").write_text(MAIN)
    (folder / "measures.yaml").write_text(MEASURES.replace("Any.,", "'Any.',"))
    return read(folder)


def made_up(seed: int):
    """A dozen people of whom some move or die, and ten events each; one on the day of every move."""
    chance = random.Random(seed)
    day = lambda first, days: first + timedelta(days=chance.randrange(days))
    people = [
        {
            "birth_date": day(date(1958, 1, 1), 2190),
            "sex": chance.choice(["female", "male"]),
            "death_date": chance.choice([None, None, date(2026, 3, 10)]),
            "moves": chance.choice([None, day(date(2025, 11, 1), 170)]),
        }
        for _ in range(12)
    ]
    moves = [(who, one["moves"]) for who, one in enumerate(people) if one["moves"]]
    happenings = [
        {
            "who": who,
            "date": when,
            "nights": chance.choice([None, 0, 1, 3, 20]),
            "hour": chance.choice([None, 0, 9, 15]),
            "setting": chance.choice(["inpatient", "inpatient", "community", None]),
            "method": chance.choice(["emergency", "elective", None]),
            "codes": chance.choice([[], ["icd10:W19"], ["icd10:I50", "icd10:W06"]]),
            "place": chance.choice(["RXQ", None]),
            "superseded": chance.random() < 0.1,
        }
        for who, when in [
            *moves,
            *((chance.randrange(13), day(date(2025, 12, 20), 137)) for _ in range(100)),
            # So many in one week that some fall on one day.
            *((chance.randrange(2), day(date(2026, 2, 2), 7)) for _ in range(25)),
        ]
    ]
    return people, happenings


def town_of(people, happenings):
    """Persons, each of one practice and then perhaps another, and their events."""
    persons, periods, events = [], [], []
    for number, one in enumerate(people):
        id = f"p{number}"
        persons.append(
            {"person_id": id, "birth_date": one["birth_date"], "sex": one["sex"], "death_date": one["death_date"]}
        )
        ends = [one["moves"], one["death_date"]] if one["moves"] else [one["death_date"]]
        # One of many came lately, and so stood nowhere at the end of the month before.
        start = date(2025, 6, 1) if number != 7 else date(2026, 2, 10)
        for end, practice in zip(ends, ("K1", "K2"), strict=False):
            end = end if end is None or one["death_date"] is None else min(end, one["death_date"])
            if end is None or end > start:
                periods.append({"person_id": id, "start": start, "end": end, "practice": practice, "area": "E1"})
            start = end
    for number, one in enumerate(happenings):
        begins = datetime.combine(one["date"], time(one["hour"] or 0))
        ends = None if one["nights"] is None else begins + timedelta(days=one["nights"], hours=1)
        events.append(
            {
                "event_id": f"e{number:02}", "person_id": f"p{one['who']}", "kind": "Encounter", "status": "finished",
                "setting": one["setting"], "method": one["method"], "start": begins, "end": ends, "date": one["date"],
                "end_date": ends and ends.date(), "timed": one["hour"] is not None, "codes": one["codes"],
                "nights": ends and (ends.date() - one["date"]).days, "place": one["place"],
                "source": "hospital", "feed": "spells", "known_from": begins,
                "known_to": begins if one["superseded"] else None,
            }
        )  # fmt: skip
    return persons, [period | {"care_home": None} for period in periods], events


def arrow(name, rows):
    columns = tables()[name].columns
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], ARROW[c.type]) for c in columns})


POINT = "blueprint, version, measure, split_by, split, start, numerator, denominator, value, reason, events"
TABLES = ("person", "person_period", "event", "person_feature", "cohort_member")
PLACE = {
    "noted": [],
    "restriction": [{"person_id": "p3", "sharing": "share_all", "on_lists": True, "planning": False}],
    "practice": [{"practice": "K1", "name": "Mill", "locality": "north", "locality_name": "North"}],
    "small_area": [{"area": "E1", "deprivation": 2}],
}


def test_points_are_as_the_plain_reading_says(blueprint):
    """Each measure and split, over whole intervals; what is too soon to tell is worked out by hand below."""

    columns = (f'CAST(NULL AS {column.sql_type}) AS "{column.name}"' for column in tables()["measure_point"].columns)
    no_points = f"SELECT {', '.join(columns)} LIMIT 0"

    @settings(max_examples=3)
    @given(st.integers(0, 10**6))
    def agree(seed):
        rows = dict(zip(TABLES, (*town_of(*made_up(seed)), [], []), strict=True)) | PLACE
        # Whoever wants their data used for their own care alone is counted nowhere.
        town = Town(*([row for row in rows[name] if row["person_id"] != "p3"] for name in TABLES[:3]))
        with duckdb.connect(config={"threads": 1}) as con:
            for name in rows:
                con.register(name, arrow(name, rows[name]))
            make_registered(OnDuckDB(con))
            seen = survey(con, [blueprint], FIRST, LAST)
            for id, measure in blueprint.measures.items():
                if id == "alerted":
                    continue
                found = plan(con, blueprint, id, seen, FIRST, LAST)
                intervals = [(one.interval.start, one.interval.end) for one in found.intervals]
                con.execute(f"CREATE OR REPLACE TEMP TABLE point AS {no_points}")
                gathering = Gathering(con, OnDuckDB(con), People(OnDuckDB(con)))
                gathering.add(Job(blueprint, id, found, found.intervals))
                gathering.put_together()
                every = con.execute(f"SELECT {POINT} FROM point").fetchall()
                assert {row[3] for row in every} <= {"all", *found.splits}
                for split in ("all", *found.splits):
                    plain = points(town, measure, split, intervals)
                    made = [row for row in every if row[3] == split]
                    assert {row[4] for row in made} >= {part for (part, _), (_, n) in plain.items() if n}
                    if split == "all":
                        assert sorted(row[5] for row in made) == [start for start, _ in intervals]
                    for *_, part, start, numerator, denominator, value, reason, events in made:
                        if reason == TOO_SOON:
                            continue
                        top, bottom = plain.get((part, start), (0, 0))
                        assert numerator == top
                        assert bool(events) == bool(top) or measure.sum
                        if measure.per is None:
                            assert (denominator, value, reason) == (None, top, None)
                            continue
                        assert denominator == pytest.approx(bottom)
                        if bottom:
                            assert value == pytest.approx(measure.per.number * top / bottom)
                        else:
                            assert (value, reason) == (None, NO_DENOMINATOR)

    agree()


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Two people of 70 in two practices from January; one is admitted twice, 4 days apart, and again in April."""
    folder = tmp_path_factory.mktemp("place")
    found = Lake(folder)
    born = {"birth_date": date(1955, 5, 5), "sex": "female", "death_date": None}
    persons = [born | {"moves": None}, born | {"sex": "male", "moves": date(2026, 2, 1)}]
    stay = {"hour": 9, "setting": "inpatient", "method": "emergency", "codes": [], "place": "RXQ", "superseded": False}
    stays = [
        stay | {"who": 0, "date": day, "nights": nights}
        for day, nights in (
            (date(2025, 12, 31), 0),
            (date(2026, 1, 5), 3),
            (date(2026, 1, 12), 2),
            (date(2026, 4, 25), 2),
        )
    ]
    person, period, events = town_of(persons, stays)
    features = [{"person_id": "p0", "month_end": LAST, "conditions": [], "condition_count": 0, "alerts": []}]
    for name in tables()["person_feature"].columns:
        if not name.null:
            features[0].setdefault(name.name, False if name.type == "bool" else 0)
    with found.write(NOW) as batch, duckdb.connect() as con:
        tables_of = dict(zip(TABLES, (person, period, events, features, []), strict=True)) | PLACE
        for name, rows in tables_of.items():
            con.register(name, arrow(name, rows))
            batch.replace(name, con, f"SELECT * FROM {name}")
    return found


def test_a_lake_has_its_points_and_each_opens_to_rows_that_recount(lake, blueprint):
    result = build(lake, [blueprint], LAST, NOW)
    assert result.measures == 8
    assert lake.rows("measure_point") == result.points
    with lake.connect() as con:
        made = con.execute(
            "SELECT measure, split_by, split, start, numerator, denominator, value, reason FROM measure_point"
        ).fetchall()
    by_key = {row[:4]: row[4:] for row in made}
    month = date(2026, 1, 1)
    assert by_key["stays_65", "all", "all", month] == (2, 62 / 365.25, 1000 * 2 / (62 / 365.25), None)
    assert by_key["stays_65", "practice", "K2", date(2026, 2, 1)][1] == 28 / 365.25
    assert by_key["nights", "place", "RXQ", month][2] == 5
    assert by_key["back", "all", "all", month] == (1, 2, 50, None)
    assert by_key["back", "all", "all", date(2026, 4, 1)] == (None, None, None, TOO_SOON)
    assert by_key["back", "all", "all", date(2026, 2, 1)] == (0, 0, None, NO_DENOMINATOR)
    assert by_key["alerted", "all", "all", month][3] == NOT_KNOWN_THEN
    assert ("falls", "all", "all", month) not in by_key
    assert "Falls: no event of this kind has been told yet." in result.left_out
    recounted = 0
    for id, split_by, split, start in by_key:
        numerator, denominator, *_ = by_key[id, split_by, split, start]
        if numerator and id in ("stays_65", "back", "share"):
            rows = open_point(lake, blueprint, id, start, split_by=split_by, split=split)
            assert (rows.numerator, rows.denominator) == (numerator, denominator)
            recounted += 1
    assert recounted >= 8


def test_what_is_not_there_cannot_be_opened(lake, blueprint):
    with pytest.raises(BadInput, match="has no measure moons"):
        open_point(lake, blueprint, "moons", FIRST)
    with pytest.raises(BadInput, match="is not split by area"):
        open_point(lake, blueprint, "stays_65", FIRST, split_by="area", split="E1")

    with pytest.raises(BadInput, match="No month begins on 2026-01-02"):
        open_point(lake, blueprint, "stays_65", date(2026, 1, 2))


def test_standardised_values_are_those_of_the_rows_behind_the_points(lake, blueprint):
    """The strata of each practice, counted again from its rows, through the formulas of the published examples."""
    build(lake, [blueprint], LAST, NOW)
    with lake.connect() as con:
        made = con.execute(
            "SELECT measure, split_by, split, start, standardised, expected FROM measure_point "
            "WHERE measure IN ('stays_65', 'weekly') AND split_by IN ('all', 'practice') AND value IS NOT NULL"
        ).fetchall()
    told = 0
    for id, split_by, split, start, value, expected in made:
        part, whole = (strata(lake, blueprint, id, start, *of) for of in ((split_by, split), ("all", "all")))
        keys = [key for key, (_, people) in whole.items() if people]
        counts, people = (np.array([[part.get(key, (0, 0))[n]] for key in keys], float) for n in (0, 1))
        total = np.array([whole[key] for key in keys], float)
        if id == "stays_65":
            wanted = direct(counts, people, total[:, 1])[0] * 1000
        else:
            found = indirect(counts, people, total[:, 0] / total[:, 1])
            wanted = 1000 * found.ratio[0] * total[:, 0].sum() / total[:, 1].sum()
            assert expected == pytest.approx(found.expected[0])
        if math.isnan(wanted):
            assert value is None
        else:
            assert value == pytest.approx(wanted)
            told += value > 0
    assert told >= 4


def strata(lake, blueprint, id, start, split_by, split):
    """Count and person-years of each stratum, from the rows behind a point."""
    rows = open_point(lake, blueprint, id, start, split_by=split_by, split=split)
    found = {}
    for place, some in enumerate((rows.counted, rows.base)):
        for row in some:
            # Everybody lives in one area, so that its fifth changes nothing.
            key = (row.age_band, row.sex) if id == "stays_65" else row.sex
            found.setdefault(key, [0, 0])[place] += row.amount / (rows.unit if place else 1)
    return found


def test_what_has_not_changed_is_not_made_again(lake, blueprint):
    """A month later only its own interval and those that waited for it are; a mended event touches its own month."""
    whole = build(lake, [blueprint], LAST, NOW, anew=True)
    made = points_of(lake)
    assert build(lake, [blueprint], LAST, NOW).made_anew == 0
    assert points_of(lake) == made
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace(
            "event", con, "SELECT * REPLACE (CASE WHEN event_id = 'e02' THEN start END AS known_to) FROM event"
        )
    again = build(lake, [blueprint], LAST, NOW)
    assert 0 < again.made_anew < whole.made_anew
    changed = points_of(lake)
    assert {key for key in made if made[key] != changed.get(key)} >= {("stays_65", "all", "all", date(2026, 1, 1))}
    build(lake, [blueprint], LAST, NOW, anew=True)
    assert points_of(lake) == changed, "the same as if all had been made anew"
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace(
            "event", con, "SELECT * REPLACE (CASE WHEN event_id <> 'e02' THEN known_to END AS known_to) FROM event"
        )
    build(lake, [blueprint], LAST, NOW)
    assert points_of(lake) == made


def points_of(lake):
    with lake.connect() as con:
        rows = con.execute(
            "SELECT measure, split_by, split, start, numerator, denominator, value, standardised, reason "
            "FROM measure_point"
        ).fetchall()
    return {row[:4]: row[4:] for row in rows}


@given(st.sampled_from(["day", "week", "month", "quarter", "year"]), st.dates(), st.integers(0, 800))
def test_whole_intervals_follow_each_other_and_are_made_of_pieces_within_months(kind, first, length):
    if first > date(9990, 1, 1) or first < date(2, 1, 1):
        return
    last = first + timedelta(days=length)
    found = whole(kind, first, last)
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[kind]
    assert found or length < 2 * longest
    for one, following in pairwise(found):
        assert following.start == one.end + timedelta(days=1)
    for one in found:
        assert first <= one.start <= one.end <= last
        parts = pieces(one)
        assert (parts[0].start, parts[-1].end) == (one.start, one.end)
        assert all((part.start.year, part.start.month) == (part.end.year, part.end.month) for part in parts)
        assert sum((part.end - part.start).days + 1 for part in parts) == (one.end - one.start).days + 1


def test_the_command_needs_features_and_says_what_it_left_out(lake, tmp_path, monkeypatch):
    monkeypatch.setenv("VANGUARD_HOME", str(tmp_path))
    refused = CliRunner().invoke(measure, [])
    assert "Run vanguard refresh first." in str(refused.exception)
    monkeypatch.setenv("VANGUARD_HOME", str(lake.folder.parent))
    said = CliRunner().invoke(measure, ["--json"])
    assert said.exit_code == 0, said.exception
    told = json.loads(said.output)
    assert (told["month_end"], told["points"]) == ("2026-04-30", lake.rows("measure_point"))
    assert any("no event of this kind has been told yet" in sentence for sentence in told["left_out"])
