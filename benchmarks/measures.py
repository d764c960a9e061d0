"""Measures of a synthetic place by practice over 36 months, beside the best query by hand for each, summed; and what a
refreshed month costs. `python -m benchmarks.measures --people 540000` is a county's 50 million events."""

import argparse
import math
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from benchmarks.machine import line
from vanguard.blueprint import read
from vanguard.know.timeline.events import ORDER
from vanguard.lake import Lake, tables
from vanguard.learn.measure import build

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)
LAST, MONTH_BEFORE = date(2026, 5, 31), date(2026, 4, 30)
EVENTS_EACH = 93
Key = tuple[date, str]
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
# By hand, each in as few passes as we can write it and with the same meaning: everyone of 65 at the end of the month
# before who was registered then, on the day of the event (its practice), and wants to be counted.
COUNTED_NOT = "SELECT person_id FROM restriction WHERE NOT planning"
MONTH_END = "CAST(date_trunc('month', e.date) - INTERVAL 1 DAY AS DATE)"
ON_DAY = 'r.person_id = e.person_id AND r.start <= e.date AND coalesce(r."end" > e.date, true)'
OLDER = f"""
JOIN person p ON p.person_id = e.person_id AND p.birth_date <= {MONTH_END} - INTERVAL 65 YEAR
JOIN person_period s ON s.person_id = e.person_id AND s.start <= {MONTH_END}
                        AND coalesce(s."end" > {MONTH_END}, true)
"""
COUNTED = """
SELECT CAST(date_trunc('month', e.date) AS DATE) AS m, r.practice, {sum}
FROM (FROM event ANTI JOIN ({counted_not}) USING (person_id)
      WHERE known_to IS NULL AND date BETWEEN DATE '2023-06-01' AND DATE '2026-05-31' AND {where}) e
JOIN person_period r ON {on_day} {older} GROUP BY GROUPING SETS ((m), (m, r.practice))
"""
MONTHS = """
(SELECT CAST(m AS DATE) AS m, CAST(m + INTERVAL 1 MONTH AS DATE) AS next
 FROM generate_series(DATE '2023-06-01', DATE '2026-05-01', INTERVAL 1 MONTH) t(m)) months
"""
WHOLE = f'FROM {MONTHS} JOIN person_period r ON r.start < next AND coalesce(r."end" > m, true) '
WANTED = f"ANTI JOIN ({COUNTED_NOT}) n ON n.person_id = r.person_id"
AGED = "JOIN person p ON p.person_id = r.person_id AND p.birth_date <= m - INTERVAL 1 DAY - INTERVAL 65 YEAR "
DAYS = 'least(coalesce(r."end", next), next) - greatest(r.start, m)'
TIME = """
SELECT m, practice, sum(days) / 365.25 FROM ({rows}) GROUP BY GROUPING SETS ((m), (m, practice))
"""
TIME_ALL = TIME.format(rows=f"SELECT m, r.practice, {DAYS} AS days {WHOLE} {WANTED}")
TIME_65 = TIME.format(
    rows=f"""SELECT m, r.practice, {DAYS} AS days {WHOLE} {AGED} {WANTED} WHERE r.start < m
             UNION ALL
             SELECT m, r.practice, {DAYS} AS days {WHOLE} AND r.start >= m {AGED}
             JOIN person_period s ON s.person_id = r.person_id AND s.start < m AND coalesce(s."end" >= m, true)
             {WANTED}"""
)
FOLLOWED = f"""
SELECT CAST(date_trunc('month', e.end_date) AS DATE) AS m, r.practice, count(*) FILTER (EXISTS (
           SELECT 1 FROM event f WHERE f.known_to IS NULL AND f.setting = 'inpatient' AND f.method = 'emergency'
           AND f.person_id = e.person_id AND f.event_id <> e.event_id AND f.date BETWEEN e.end_date AND e.end_date + 30)
       ), count(*)
FROM (FROM event ANTI JOIN ({COUNTED_NOT}) USING (person_id)
      WHERE known_to IS NULL AND end_date BETWEEN DATE '2023-06-01' AND DATE '2026-04-30' AND setting = 'inpatient') e
LEFT JOIN person_period r ON {ON_DAY} GROUP BY GROUPING SETS ((m), (m, r.practice))
HAVING grouping(r.practice) = 1 OR r.practice IS NOT NULL
"""


def _counted(sum: str, where: str, older: str) -> str:
    return COUNTED.format(sum=sum, where=where, older=older, counted_not=COUNTED_NOT, on_day=ON_DAY)


BY_HAND = {
    "admissions_65": [_counted("count(*)", EMERGENCY, OLDER), TIME_65],
    "nights_65": [_counted("sum(nights)", EMERGENCY, OLDER), TIME_65],
    "attendances": [_counted("count(*)", "setting = 'emergency_department'", ""), TIME_ALL],
    "readmissions": [FOLLOWED],
}
# One person in ten moves within the three years, some to a practice that they join later; one in fifty is not counted.
TABLES = {
    "person": """SELECT 'p' || i AS person_id, DATE '1930-01-01' + CAST(i * 37 % 30000 AS INTEGER) AS birth_date,
        CASE WHEN i % 2 = 0 THEN 'female' ELSE 'male' END AS sex FROM range({people}) t(i)""",
    "person_period": """SELECT 'p' || i AS person_id, 'K' || (i + moved) % 56 AS practice, 'E' || i % 320 AS area,
        CASE WHEN moved = 1 THEN moves + CAST(i % 3 * 20 AS INTEGER) ELSE DATE '2020-01-01' END AS start,
        CASE WHEN moved = 0 THEN moves END AS end
        FROM (SELECT i, CASE WHEN i % 10 = 0 THEN DATE '2023-06-01' + CAST(i * 7 % 1000 AS INTEGER) END AS moves
              FROM range({people}) t(i)) JOIN (VALUES (0), (1)) v(moved) ON moved = 0 OR moves IS NOT NULL""",
    "restriction": """SELECT 'p' || i AS person_id, 'share_all' AS sharing, true AS on_lists, false AS planning
        FROM range({people}) t(i) WHERE i % 50 = 1""",
    "event": f"""SELECT 'e' || i AS event_id, 'p' || hash(i) % {{people}} AS person_id, 'Encounter' AS kind,
        'finished' AS status, CASE WHEN i % 30 = 0 THEN 'inpatient' WHEN i % 30 = 1 THEN 'emergency_department'
        ELSE 'primary_care' END AS setting, CASE WHEN i % 60 = 0 THEN 'emergency' END AS method, date,
        date + 3 AS end_date, date::TIMESTAMP AS start, (date + 3)::TIMESTAMP AS "end", false AS timed, 3 AS nights,
        [] AS codes, 'gp' AS source, 'feed' AS feed, date::TIMESTAMP AS known_from
        FROM (SELECT i, DATE '2023-06-01' + CAST(hash(i + 1) % 1096 AS INTEGER) AS date FROM range({{events}}) t(i))
        ORDER BY {ORDER}""",
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
        by_hand, answers = _by_hand(lake)
        earlier, earlier_busy = _seconds(lambda: build(lake, [blueprint], MONTH_BEFORE, NOW, anew=True))
        month, month_busy = _seconds(lambda: build(lake, [blueprint], LAST, NOW))
        nothing, _ = _seconds(lambda: build(lake, [blueprint], LAST, NOW))
        ours, ours_busy = _seconds(lambda: build(lake, [blueprint], LAST, NOW, anew=True))
        compared = _compared(lake, answers)
    hand = sum(seconds for seconds, _ in by_hand.values())
    busy = sum(seconds for _, seconds in by_hand.values())
    line(
        "measures",
        people=people,
        events=people * EVENTS_EACH,
        measures=len(BY_HAND),
        ours_seconds=round(ours, 2),
        by_hand_seconds=round(hand, 2),
        times_by_hand=round(ours / hand, 2),
        processor_times_by_hand=round(ours_busy / busy, 2),
        points_compared=compared,
        each_by_hand={name: round(seconds, 2) for name, (seconds, _) in by_hand.items()},
        all_but_last_month_seconds=round(earlier, 2),
        one_month_more_seconds=round(month, 2),
        nothing_new_seconds=round(nothing, 2),
        month_of_all_processor=f"{month_busy:.1f} of {earlier_busy:.1f}",
        load_average=round(os.getloadavg()[0], 1),
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


def _by_hand(lake: Lake) -> tuple[dict[str, tuple[float, float]], dict[str, dict[Key, float]]]:
    """Seconds of each measure's queries, by the clock and of the processors; and their points."""
    found, answers = {}, {}
    with lake.connect() as con:
        for name, queries in BY_HAND.items():
            rows: list[list[tuple[date, str | None, float]]] = []
            took = _seconds(lambda queries=queries, rows=rows: rows.extend(con.execute(q).fetchall() for q in queries))
            found[name] = took
            if len(rows) == 1:
                answers[name] = {(m, part or "all"): 100 * counted / of for m, part, counted, of in rows[0]}
            else:
                counted = {(m, part or "all"): value for m, part, value in rows[0]}
                answers[name] = {
                    (m, part or "all"): 1000 * counted.get((m, part or "all"), 0) / of for m, part, of in rows[1]
                }
    return found, answers


def _compared(lake: Lake, answers: dict[str, dict[Key, float]]) -> int:
    """How many points there are; raises SystemExit where ours and those by hand are not the same."""
    with lake.connect(only=["measure_point"]) as con:
        rows = con.execute("SELECT measure, start, split, value FROM measure_point WHERE value IS NOT NULL").fetchall()
    ours: dict[str, dict[Key, float]] = {name: {} for name in answers}
    for measure, start, part, value in rows:
        ours[measure][start, part] = value
    for name, points in answers.items():
        if points.keys() != ours[name].keys():
            raise SystemExit(f"{name}: not the same points: {sorted(points.keys() ^ ours[name].keys())[:5]}")
        wrong = [key for key, value in points.items() if not math.isclose(value, ours[name][key], rel_tol=1e-9)]
        if wrong:
            raise SystemExit(f"{name}: by hand {points[wrong[0]]}, ours {ours[name][wrong[0]]}, on {wrong[0]}")
    return len(rows)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    begun, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - busy


if __name__ == "__main__":
    main()
