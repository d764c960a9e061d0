"""Measures of a synthetic place by practice over 36 months, beside the best query by hand for each, summed; and what a
refreshed month costs. `python -m benchmarks.measures --people 540000` is a county's 50 million events."""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from benchmarks.machine import line
from vanguard.blueprint import read
from vanguard.lake import Lake, tables
from vanguard.learn.measure import build

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)
LAST, MONTH_BEFORE = date(2026, 5, 31), date(2026, 4, 30)
EVENTS_EACH = 93
MAIN = """\
id: bench
label: Bench
version: 1.0.0
effective: {from: 2026-01-01}
type: uec
purpose: Measured.
source: {cites: us}
sources: {us: {title: Ours, publisher: Us, published: now}}
roles: {keeper: {label: Keeper, source: {cites: us}}}
tiers: {full: {label: Full, purpose: All, source: {cites: us}}}
"""
COMMON = "definition: Any, direction: down, source: {cites: us}, interval: month, by: [practice]"
EMERGENCY = "setting = 'inpatient' and method = 'emergency'"
MEASURES = f"""\
measures:
  admissions_65: {{label: A, {COMMON}, count: {{where: "{EMERGENCY}", whom: age >= 65}},
    per: {{number: 1000, of: person_years, whom: age >= 65}}}}
  nights_65: {{label: B, {COMMON}, sum: {{what: nights, where: "{EMERGENCY}", whom: age >= 65}},
    per: {{number: 1000, of: person_years, whom: age >= 65}}}}
  attendances: {{label: C, {COMMON}, count: {{where: "setting = 'emergency_department'"}},
    per: {{number: 1000, of: person_years}}}}
  readmissions: {{label: D, {COMMON}, count: {{where: "setting = 'inpatient'"}},
    followed_by: {{where: "{EMERGENCY}", within: P30D}}, per: {{number: 100, of: all_counted}}}}
"""
AGE_65 = "birth_date <= date_trunc('month', {day}) - INTERVAL 1 DAY - INTERVAL 65 YEAR"
REGISTERED = (
    'JOIN person_period r ON r.person_id = e.person_id AND r.start <= e.date AND coalesce(r."end" > e.date, true)'
)
TIME = """
SELECT m, person_period.practice, sum(least(coalesce("end", next), next) - greatest(start, m)) / 365.25
FROM (SELECT CAST(m AS DATE) AS m, CAST(m + INTERVAL 1 MONTH AS DATE) AS next
      FROM generate_series(DATE '2023-06-01', DATE '2026-05-01', INTERVAL 1 MONTH) t(m)) months
JOIN person_period ON start < next AND coalesce("end" > m, true) {older}
GROUP BY GROUPING SETS ((m), (m, person_period.practice))
"""
COUNTED = """
SELECT date_trunc('month', {day}) AS m, r.practice, {sum} FROM event e {registered} {older}
WHERE known_to IS NULL AND {day} BETWEEN DATE '2023-06-01' AND DATE '2026-05-31' AND {where} {more}
GROUP BY GROUPING SETS ((m), (m, r.practice))
"""
OLDER_TIME = f"JOIN person USING (person_id) WHERE {AGE_65.format(day='m')}"
OLDER = f"JOIN person p ON p.person_id = e.person_id AND {AGE_65.format(day='e.date')}"
FOLLOWED = """count(*), count(*) FILTER (EXISTS (
    SELECT 1 FROM event f WHERE f.known_to IS NULL AND f.setting = 'inpatient' AND f.method = 'emergency'
    AND f.person_id = e.person_id AND f.event_id <> e.event_id AND f.date BETWEEN e.end_date AND e.end_date + 30))"""
BY_HAND = {
    "admissions_65": [
        COUNTED.format(day="e.date", sum="count(*)", registered=REGISTERED, older=OLDER, where=EMERGENCY, more=""),
        TIME.format(older=OLDER_TIME),
    ],
    "nights_65": [
        COUNTED.format(day="e.date", sum="sum(nights)", registered=REGISTERED, older=OLDER, where=EMERGENCY, more=""),
        TIME.format(older=OLDER_TIME),
    ],
    "attendances": [
        COUNTED.format(
            day="e.date",
            sum="count(*)",
            registered=REGISTERED,
            older="",
            where="setting = 'emergency_department'",
            more="",
        ),
        TIME.format(older=""),
    ],
    "readmissions": [
        COUNTED.format(
            day="e.end_date", sum=FOLLOWED, registered=REGISTERED, older="", where="setting = 'inpatient'", more=""
        )
    ],
}
TABLES = {
    "person": """SELECT 'p' || i AS person_id, DATE '1930-01-01' + CAST(i * 37 % 30000 AS INTEGER) AS birth_date,
        CASE WHEN i % 2 = 0 THEN 'female' ELSE 'male' END AS sex FROM range({people}) t(i)""",
    "person_period": """SELECT 'p' || i AS person_id, DATE '2020-01-01' AS start, 'K' || i % 56 AS practice,
        'E' || i % 320 AS area FROM range({people}) t(i)""",
    "event": """SELECT 'e' || i AS event_id, 'p' || hash(i) % {people} AS person_id, 'Encounter' AS kind,
        'finished' AS status, CASE WHEN i % 30 = 0 THEN 'inpatient' WHEN i % 30 = 1 THEN 'emergency_department'
        ELSE 'primary_care' END AS setting, CASE WHEN i % 60 = 0 THEN 'emergency' END AS method, date,
        date + 3 AS end_date, date::TIMESTAMP AS start, (date + 3)::TIMESTAMP AS "end", false AS timed, 3 AS nights,
        [] AS codes, 'gp' AS source, 'feed' AS feed, date::TIMESTAMP AS known_from
        FROM (SELECT i, DATE '2023-06-01' + CAST(hash(i + 1) % 1096 AS INTEGER) AS date FROM range({events}) t(i))""",
}


def main() -> None:
    """Print one line."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=20_000)
    people = asked.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        lake = _filled(Path(folder) / "place", people)
        bench = Path(folder) / "bench"
        bench.mkdir()
        (bench / "blueprint.yaml").write_text(MAIN)
        (bench / "measures.yaml").write_text(MEASURES)
        blueprint = read(bench)
        by_hand = _by_hand(lake)
        earlier = _seconds(lambda: build(lake, [blueprint], MONTH_BEFORE, NOW, anew=True))
        month = _seconds(lambda: build(lake, [blueprint], LAST, NOW))
        ours = _seconds(lambda: build(lake, [blueprint], LAST, NOW, anew=True))
    line(
        "measures",
        people=people,
        events=people * EVENTS_EACH,
        measures=len(BY_HAND),
        ours_seconds=round(ours, 2),
        by_hand_seconds=round(sum(by_hand.values()), 2),
        times_by_hand=round(ours / sum(by_hand.values()), 2),
        each_by_hand={name: round(seconds, 2) for name, seconds in by_hand.items()},
        all_but_last_month_seconds=round(earlier, 2),
        one_month_more_seconds=round(month, 2),
    )


def _filled(home: Path, people: int) -> Lake:
    lake = Lake(home)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        for name, sql in TABLES.items():
            query = sql.format(people=people, events=people * EVENTS_EACH)
            made = {one[0] for one in con.execute(f"SELECT * FROM ({query}) LIMIT 0").description}
            rest = [f'CAST(NULL AS {c.sql_type}) AS "{c.name}"' for c in tables()[name].columns if c.name not in made]
            batch.replace(name, con, f"SELECT *, {', '.join(rest)} FROM ({query})")
    return lake


def _by_hand(lake: Lake) -> dict[str, float]:
    found = {}
    with lake.connect() as con:
        for name, queries in BY_HAND.items():
            found[name] = _seconds(lambda queries=queries: [con.execute(sql).fetchall() for sql in queries])
    return found


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
