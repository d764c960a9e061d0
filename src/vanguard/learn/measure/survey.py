"""One look over the tables before anything is counted: since when, by which feeds, how fully, and what has changed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint, Measure
from vanguard.learn.measure.counting import event_where
from vanguard.learn.measure.dialect import DuckDB
from vanguard.learn.measure.intervals import after, start_of

Key = tuple[str, str]

# Which events stood on each day: an event's own facts never change under its id, and a superseded one never counts.
EVENTS = """
SELECT feed, date, CAST(date_trunc('month', end_date) AS DATE), bit_xor(hash(event_id, person_id))
FROM event WHERE known_to IS NULL AND coalesce(end_date, date) >= $first AND date <= $last GROUP BY ALL
"""
# Who was registered where from the day before each month to its end; what happens later changes nothing.
PEOPLE = """
SELECT month_start, count(*), bit_xor(hash(
         who, greatest(began, month_start - 1), least(coalesce(ended, month_end + 2), month_end + 2),
         CASE WHEN death_date <= month_end THEN death_date END))
FROM month_list JOIN (
         SELECT hash(person_id, period.practice, period.area, care_home, sex, birth_date) AS who,
                period.start AS began, period."end" AS ended, death_date
         FROM person_period period JOIN person USING (person_id)) registration
     ON began <= month_end + 1 AND (ended IS NULL OR ended >= month_start)
GROUP BY ALL
"""
# What begins or ends to stand in one month is known at its end, and so is about the month after.
NOTED = """
SELECT CAST(date_trunc('month', day) + INTERVAL 1 MONTH AS DATE), sum(mark)
FROM (SELECT start AS day, CAST(hash(person_id, means, "grouping") % 1000000007 AS BIGINT) AS mark FROM noted
      UNION ALL SELECT "end", -CAST(hash(person_id, means, "grouping") % 1000000007 AS BIGINT) FROM noted
      WHERE "end" IS NOT NULL) GROUP BY ALL
"""
PLACE = """
SELECT (SELECT bit_xor(hash(practice, locality)) FROM practice),
       (SELECT bit_xor(hash(area, deprivation)) FROM small_area),
       (SELECT bit_xor(hash(person_id)) FROM restriction WHERE NOT planning)
"""


@dataclass(frozen=True)
class Survey:
    """`told` and `feeds` by (blueprint, measure): the first day on which such an event was told, and by which feeds.

    `days` are the days of each feed on which anything was told; `months` a fingerprint of what is known of each
    month, by its first day; `place` one of what holds for all of them.
    """

    told: Mapping[Key, date | None]
    feeds: Mapping[Key, tuple[str, ...]]
    days: Mapping[str, frozenset[date]]
    months: Mapping[date, str]
    place: str

    def seen(self, key: Key, first: date, last: date) -> tuple[int, int]:
        """On how many of the days between the two the measure's feeds told anything, and how many days there are."""
        days = set().union(*(self.days.get(feed, frozenset()) for feed in self.feeds[key]))
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return sum(day in days for day in every), len(every)

    def over(self, first: date, last: date) -> list[str]:
        """Fingerprints of the months from that of `first` to that of `last`."""
        found, month = [], start_of("month", first)
        while month <= last:
            found.append(self.months.get(month, ""))
            month = after("month", month)
        return found


def survey(con: duckdb.DuckDBPyConnection, blueprints: Iterable[Blueprint], first: date, last: date) -> Survey:
    """Look over the months from that of `first` to that of `last`, in three passes whatever the number of measures."""
    measures = {(one.id, id): (one, measure) for one in blueprints for id, measure in one.measures.items()}
    told, feeds = _told(con, measures)
    rows = con.execute(EVENTS, {"first": first - timedelta(days=31), "last": last}).fetchall()
    marks: dict[date, int] = {}
    days: dict[str, set[date]] = {}
    for feed, day, ended, mark in rows:
        month = start_of("month", day)
        for touched in {month, ended or month}:
            marks[touched] = marks.get(touched, 0) ^ mark
        days.setdefault(feed, set()).add(day)
    features = _features(con, first, last)
    people = _people(con, first, last)
    months = {
        month: f"{marks.get(month, 0)} {people.get(month, '')} {features.get(month, '')}"
        for month in {*marks, *people, *features}
    }
    place = repr(con.execute(PLACE).fetchall())
    return Survey(told, feeds, {feed: frozenset(some) for feed, some in days.items()}, months, place)


def fingerprint(*parts: object) -> str:
    """Twenty letters that are others as soon as one part is."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:20]


def _told(
    con: duckdb.DuckDBPyConnection, measures: Mapping[Key, tuple[Blueprint, Measure]]
) -> tuple[dict[Key, date | None], dict[Key, tuple[str, ...]]]:
    columns = []
    for blueprint, measure in measures.values():
        chosen = measure.count or measure.sum
        assert chosen is not None
        columns.append(f"min(date) FILTER (WHERE {event_where(DuckDB(), blueprint, chosen)})")
    if not columns:
        return {}, {}
    rows = con.execute(f"SELECT feed, {', '.join(columns)} FROM event WHERE date IS NOT NULL GROUP BY feed").fetchall()
    by_measure = {
        key: {row[0]: row[place] for row in rows if row[place] is not None}
        for place, key in enumerate(measures, start=1)
    }
    return (
        {key: min(told.values(), default=None) for key, told in by_measure.items()},
        {key: tuple(sorted(told)) for key, told in by_measure.items()},
    )


def _people(con: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[date, str]:
    months = _month_starts(first, last)
    con.register(
        "month_list",
        pa.table(
            {
                "month_start": pa.array(months, pa.date32()),
                "month_end": pa.array([after("month", one) - timedelta(days=1) for one in months], pa.date32()),
            }
        ),
    )
    found = {month: f"{count} {mark}" for month, count, mark in con.execute(PEOPLE).fetchall()}
    con.unregister("month_list")
    return found


def _month_starts(first: date, last: date) -> list[date]:
    months, month = [], start_of("month", first)
    while month <= last:
        months.append(month)
        month = after("month", month)
    return months


def _features(con: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[date, str]:
    """What is known of people at the end of the month before, by the month's first day."""
    found: dict[date, str] = {}
    for table, day in (("person_feature", "month_end"), ("cohort_member", "date")):
        rows = con.execute(f"SELECT {day}, bit_xor(hash(t)) FROM {table} t GROUP BY ALL").fetchall()
        for ended, mark in rows:
            month = start_of("month", ended + timedelta(days=1))
            found[month] = f"{found.get(month, '')} {mark}"
    standing = 0
    changes = {day: int(mark) for day, mark in con.execute(NOTED).fetchall()}
    for day in sorted({*changes, *_month_starts(first, last)}):
        standing += changes.get(day, 0)
        found[day] = f"{found.get(day, '')} {standing}"
    return found
