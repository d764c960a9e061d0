"""One look over the tables before anything is counted: since when, by which feeds, how fully, and what has changed."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint, Measure
from vanguard.lake.condition import columns_of
from vanguard.learn.measure.counting import event_where
from vanguard.learn.measure.dialect import DuckDB
from vanguard.learn.measure.intervals import after, start_of
from vanguard.learn.measure.parts import by_people
from vanguard.learn.measure.told import Kind, Look, look_at_all

Key = tuple[str, str]

EVENTS = """
SELECT feed, date, ended, mark FROM told_event
WHERE greatest(date, coalesce(ended, date)) >= date_trunc('month', $first::DATE) AND date <= $last
"""
# Who was registered where from the day before each month to its end; what happens later changes nothing. Most stand a
# whole month through: they are marked once as that begins and once more as it ends. Others are marked month by month.
PEOPLE = """
WITH registration AS (
    SELECT hash(person_id, period.practice, period.area, care_home, sex, birth_date) AS who, period.start AS began,
           coalesce(period."end", DATE '9999-12-31') AS ended, coalesce(death_date, DATE '9999-12-31') AS died,
           CAST(date_trunc('month', began) + INTERVAL 1 MONTH AS DATE) AS from_month,
           CAST(date_trunc('month', ended - 1) AS DATE) AS to_month,
           CAST(date_trunc('month', died) AS DATE) AS died_month
    FROM person_period period JOIN person USING (person_id)),
stretch AS (
    SELECT hash(who) AS mark, from_month AS comes, least(to_month, died_month) AS goes FROM registration
    UNION ALL SELECT hash(who, died), greatest(from_month, died_month), to_month FROM registration
    WHERE died_month < to_month),
edge AS (
    SELECT DISTINCT rowid_of, who, began, ended, died, CAST(date_trunc('month', day) AS DATE) AS month
    FROM (SELECT row_number() OVER () AS rowid_of, *, unnest([began, began - 1, ended, ended - 1]) AS day
          FROM registration WHERE began >= $first OR ended BETWEEN $first AND $last + 2))
SELECT month, true AS lasts, bit_xor(mark), sum(sign)
FROM (SELECT comes AS month, mark, 1 AS sign FROM stretch WHERE comes < goes
      UNION ALL SELECT goes, mark, -1 FROM stretch WHERE comes < goes) WHERE month <= $last GROUP BY month
UNION ALL
SELECT month_start, false, bit_xor(hash(who, greatest(began, month_start - 1), least(ended, month_end + 2),
                                        CASE WHEN died <= month_end THEN died END)), count(*)
FROM edge JOIN month_list ON month_start = month
WHERE began <= month_end + 1 AND ended >= month_start AND NOT (began < month_start AND ended >= month_end + 2)
GROUP BY month_start
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

    `days` are the days of each feed on which anything was told. By the first day of a month, `events` is a fingerprint
    of what happened in it, `people` of who was registered in it and how they stood at the end of the month before; by
    feed and month, `begun` are the earlier months in which events began that ended in it. `place` is a fingerprint of
    what holds for all months.
    """

    told: Mapping[Key, date | None]
    feeds: Mapping[Key, tuple[str, ...]]
    days: Mapping[str, frozenset[date]]
    events: Mapping[date, int]
    people: Mapping[date, str]
    begun: Mapping[tuple[str, date], frozenset[date]]
    place: str
    in_order: dict[tuple[str, ...], list[date]] = field(default_factory=dict)
    """Of feeds together, the days in order, once they have been asked for."""

    def seen(self, key: Key, first: date, last: date) -> tuple[int, int]:
        """On how many of the days between the two the measure's feeds told anything, and how many days there are."""
        feeds = self.feeds[key]
        if feeds not in self.in_order:
            self.in_order[feeds] = sorted(set().union(*(self.days.get(feed, frozenset()) for feed in feeds)))
        days = self.in_order[feeds]
        return bisect_right(days, last) - bisect_left(days, first), (last - first).days + 1

    def began(self, key: Key, first: date, last: date) -> set[date]:
        """The first days of the months before that of `first` in which events of the measure's feeds began that ended
        from the month of `first` to that of `last`."""
        months = month_starts(first, last)
        earlier = (self.begun.get((feed, month), frozenset()) for feed in self.feeds[key] for month in months)
        return {month for some in earlier for month in some if month < months[0]}


def survey(
    con: duckdb.DuckDBPyConnection,
    blueprints: Iterable[Blueprint],
    first: date,
    last: date,
    look: Look = look_at_all,
) -> Survey:
    """Look over the months from that of `first` to that of `last`, in few passes whatever the number of measures;
    `look` is how events are looked through."""
    measures = {(one.id, id): (one, measure) for one in blueprints for id, measure in one.measures.items()}
    kinds = {key: _kind(*one) for key, one in measures.items()}
    # Of whoever is registered nowhere on the day, only the sex is asked of the person.
    with_sex = any("sex" in measure.by and not by_people(measure) for _, measure in measures.values())
    told = look(con, list(kinds.values()), with_sex=with_sex)
    rows = con.execute(EVENTS, {"first": first - timedelta(days=31), "last": last}).fetchall()
    events: dict[date, int] = {}
    days: dict[str, set[date]] = {}
    begun: dict[tuple[str, date], set[date]] = {}
    for feed, day, ended, mark in rows:
        month = start_of("month", day)
        for touched in {month, ended or month}:
            events[touched] = events.get(touched, 0) ^ mark
        days.setdefault(feed, set()).add(day)
        if ended is not None and month < ended:
            begun.setdefault((feed, ended), set()).add(month)
    earliest = min((month for some in begun.values() for month in some), default=first)
    features = _features(con, min(first, earliest), last)
    people = _people(con, min(first, earliest), last)
    return Survey(
        {key: min(told[kind.where].values(), default=None) for key, kind in kinds.items()},
        {key: tuple(sorted(told[kind.where])) for key, kind in kinds.items()},
        {feed: frozenset(some) for feed, some in days.items()},
        events,
        {month: f"{people.get(month, '')} {features.get(month, '')}" for month in {*people, *features}},
        {ended: frozenset(some) for ended, some in begun.items()},
        repr(con.execute(PLACE).fetchall()),
    )


def fingerprint(*parts: object) -> str:
    """Twenty letters that are others as soon as one part is."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:20]


def _kind(blueprint: Blueprint, measure: Measure) -> Kind:
    chosen = measure.count or measure.sum
    assert chosen is not None
    columns = list(columns_of(chosen.where) if chosen.where is not None else ())
    columns += ["codes"] if chosen.codes is not None else []
    return Kind(event_where(DuckDB(), blueprint, chosen), tuple(dict.fromkeys(columns)))


def _people(con: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[date, str]:
    months = month_starts(first, last)
    con.register(
        "month_list",
        pa.table(
            {
                "month_start": pa.array(months, pa.date32()),
                "month_end": pa.array([after("month", one) - timedelta(days=1) for one in months], pa.date32()),
            }
        ),
    )
    lasting: dict[date, tuple[int, int]] = {}
    passing: dict[date, tuple[int, int]] = {}
    bounds = {"first": months[0] - timedelta(days=1), "last": last}
    for month, lasts, mark, count in con.execute(PEOPLE, bounds).fetchall():
        (lasting if lasts else passing)[month] = (mark, int(count))
    con.unregister("month_list")
    found, mark, count = {}, 0, 0
    for month in sorted({*lasting, *months}):
        changed, more = lasting.get(month, (0, 0))
        mark, count = mark ^ changed, count + more
        found[month] = f"{count} {mark} {passing.get(month, '')}"
    return found


def month_starts(first: date, last: date) -> list[date]:
    """From that of the month of `first` to that of the month of `last`."""
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
    for day in sorted({*changes, *month_starts(first, last + timedelta(days=1))}):
        standing += changes.get(day, 0)
        found[day] = f"{found.get(day, '')} {standing}"
    return found
