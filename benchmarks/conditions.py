"""Conditions checked and compiled a minute, and what they cost over 500,000 persons beside queries by hand."""

import statistics
import time
from collections.abc import Callable

import duckdb

from benchmarks.machine import line
from vanguard.lake import tables
from vanguard.lake.condition import Vocabulary, condition_sql, read_condition

PEOPLE = 500_000
ROUNDS = 15

BESIDE = {
    "age >= 75": "age >= 75",
    "age >= 75 and hospital_frailty_band in ('intermediate', 'high')": (
        "age >= 75 AND hospital_frailty_band IN ('intermediate', 'high')"
    ),
    "has(conditions, 'copd') or not care_package": "list_contains(conditions, 'copd') OR NOT care_package",
    "last_admission is not null and days_between(last_admission, month_end) <= 90": (
        "last_admission IS NOT NULL AND month_end - last_admission <= 90"
    ),
    "coalesce(hospital_frailty, 0) + 2 * emergency_admissions_12m > 10.5": (
        "coalesce(hospital_frailty, 0) + 2 * emergency_admissions_12m > 10.5"
    ),
    "age between 65 and 74 and how_many(conditions) not in (0, 1)": (
        "age BETWEEN 65 AND 74 AND len(conditions) NOT IN (0, 1)"
    ),
    "hospital_frailty * 2 > 12.5": "hospital_frailty * 2 > 12.5",
    "bed_days_12m / emergency_admissions_12m > 5": "bed_days_12m / nullif(emergency_admissions_12m, 0) > 5",
    "years_between(last_admission, month_end) >= 1": (
        "year(month_end) - year(last_admission) - CASE WHEN (month(month_end), day(month_end)) "
        "< (month(last_admission), day(last_admission)) THEN 1 ELSE 0 END >= 1"
    ),
    "round(hospital_frailty) >= 6 and weekday(month_end) < 6": "round(hospital_frailty) >= 6 AND isodow(month_end) < 6",
    "has_prefix(conditions, 'co', 'de')": (
        "len(list_filter(conditions, lambda c: starts_with(c, 'co') OR starts_with(c, 'de'))) > 0"
    ),
    "most_common(conditions) = 'copd'": "list_mode(conditions) = 'copd'",
}

FEATURES = f"""
CREATE TABLE person_feature AS
SELECT DATE '2018-07-31' AS month_end,
       CAST(hash(i, 1) % 100 AS BIGINT) AS age,
       CASE WHEN hash(i, 2) % 4 > 0 THEN hash(i, 3) % 400 / 10.0e0 END AS hospital_frailty,
       ['low', 'intermediate', 'high'][CAST(1 + hash(i, 4) % 3 AS BIGINT)] AS hospital_frailty_band,
       list_filter(['copd', 'dementia', 'stroke', 'diabetes'], lambda c: hash(i, c) % 3 = 0) AS conditions,
       CAST(hash(i, 5) % 4 AS BIGINT) AS emergency_admissions_12m,
       CAST(hash(i, 6) % 30 AS BIGINT) AS bed_days_12m,
       CASE WHEN hash(i, 7) % 3 = 0 THEN DATE '2018-07-31' - CAST(hash(i, 8) % 900 AS INTEGER) END AS last_admission,
       hash(i, 9) % 5 = 0 AS care_package
FROM range({PEOPLE}) AS made(i)
"""


def compiling(vocabulary: Vocabulary) -> None:
    """Read, check and compile each of the conditions, over and over."""

    def once() -> None:
        for text in BESIDE:
            condition_sql(read_condition(text, vocabulary))

    once()
    seconds = min(_cpu_seconds(lambda: [once() for _ in range(100)]) for _ in range(5))
    line("conditions.compile", per_minute=round(100 * len(BESIDE) / seconds * 60), conditions=len(BESIDE))


def running(vocabulary: Vocabulary) -> None:
    """Count whom each condition holds for, in turns with the query by hand."""
    con = duckdb.connect()
    con.execute("SET threads = 1")
    con.execute(FEATURES)
    for text, by_hand in BESIDE.items():
        ours = f"SELECT count(*) FROM person_feature WHERE {condition_sql(read_condition(text, vocabulary))}"
        theirs = f"SELECT count(*) FROM person_feature WHERE {by_hand}"
        same = con.execute(ours).fetchall() == con.execute(theirs).fetchall()
        times = [(_query(con, ours), _query(con, theirs)) for _ in range(ROUNDS)]
        mine, hand = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
        line(
            "conditions.run",
            condition=text,
            people=PEOPLE,
            same=same,
            milliseconds=round(mine, 2),
            by_hand=round(hand, 2),
            ratio=round(mine / hand, 2),
        )


def _query(con: duckdb.DuckDBPyConnection, sql: str) -> float:
    return _cpu_seconds(lambda: con.execute(sql).fetchall())


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    vocabulary = Vocabulary.over(tables()["person_feature"].columns)
    compiling(vocabulary)
    running(vocabulary)


if __name__ == "__main__":
    main()
