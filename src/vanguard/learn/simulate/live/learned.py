"""What a running service has shown: read from what it told the lake, without those who chose to be counted nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb

from vanguard.blueprint import Hours, Pathways
from vanguard.errors import BadInput
from vanguard.flow import Calendar
from vanguard.lake import Lake

LEAST = timedelta(days=14)
LEAST_REFERRALS = 50
HOUR = timedelta(hours=1)
TABLES = ("care_event", "shift", "restriction")
SAID = """
CREATE TEMP TABLE said AS
SELECT source, source_id, key, kind, status, start, "end", codes FROM care_event
QUALIFY row_number() OVER (PARTITION BY source, key ORDER BY number DESC) = 1
"""
# Of each referral, also of those before the days learned from, its pathway and origin; of people who want their data
# used for their own care alone nothing.
REQUEST = """
CREATE TEMP TABLE request AS
SELECT source, source_id, start, start AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/London' AS local,
       list_filter(codes, lambda one: one LIKE 'pathway:%')[1][9:] AS pathway,
       list_filter(codes, lambda one: one LIKE 'origin:%')[1][8:] AS origin
FROM said WHERE kind = 'ServiceRequest' AND status <> 'entered-in-error' AND start < $until
  AND (source, source_id) NOT IN (
      SELECT (source, source_id) FROM care_event
      WHERE person_id IN (SELECT person_id FROM restriction WHERE NOT planning))
"""
FIRST = "SELECT pathway, min(start) FROM request WHERE pathway IS NOT NULL GROUP BY pathway"
CAME = "SELECT {by} AS which, count(*) FROM request WHERE pathway = $pathway AND start >= $since GROUP BY ALL"
# Steps that were finished in that time, whenever the referral came: else the long ones would be missing. One that the
# end cut short says nothing of how long it takes. Beside each the clocks that, as it turned out, ran at its entry.
STEPS = """
WITH took AS (
    SELECT source, source_id, key, pathway, list_filter(codes, lambda one: one LIKE 'step:%')[1][6:] AS step,
           said.start, "end"
    FROM said JOIN request USING (source, source_id)
    WHERE kind = 'EpisodeOfCare' AND status = 'finished' AND step IS NOT NULL AND "end" >= $since AND "end" < $until),
promise AS (
    SELECT source, source_id, list_filter(codes, lambda one: one LIKE 'clock:%')[1][7:] AS clock, start, "end"
    FROM said WHERE kind = 'Task' AND clock IS NOT NULL),
each AS (
    SELECT pathway, step, any_value(epoch(took."end") - epoch(took.start)) / 60 AS minutes,
           list_sort(list(DISTINCT clock) FILTER (WHERE clock IS NOT NULL)) AS clocks
    FROM took LEFT JOIN promise ON promise.source = took.source AND promise.source_id = took.source_id
        AND promise.start <= took.start AND coalesce(promise."end" > took.start, true)
    GROUP BY took.source, took.source_id, took.key, pathway, step)
SELECT pathway, step, coalesce(clocks, []), count(*), avg(minutes) FROM each GROUP BY ALL
"""
CLOCKS = """
SELECT pathway, list_filter(codes, lambda one: one LIKE 'clock:%')[1][7:] AS clock, count(*),
       count(*) FILTER (WHERE status = 'completed')
FROM said JOIN request USING (source, source_id)
WHERE kind = 'Task' AND clock IS NOT NULL AND request.start >= $since GROUP BY ALL
"""
SHIFTS = """
SELECT pool, min(start), sum(greatest(0, epoch(least(over, $until)) - epoch(greatest(start, $since)))) / 3600
FROM (
    SELECT pool, start, least("end", coalesce(withdrawn_at, "end")) AS over FROM shift
    QUALIFY row_number() OVER (PARTITION BY shift ORDER BY number DESC) = 1)
WHERE start < $until AND over > start GROUP BY pool
"""


@dataclass(frozen=True)
class Came:
    """Who came into one pathway from a full hour on: how many, by origin, by hour of the local day, and by weekday from
    Monday."""

    since: datetime
    number: int
    origins: Mapping[str, int]
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]


@dataclass(frozen=True)
class Worked:
    """Hours on shift of one pool from a full hour on."""

    since: datetime
    hours: float


@dataclass(frozen=True)
class Learned:
    """What a service showed from `since` until `until`, both full hours; of a younger pathway or pool, since it began.

    `steps`: by the clocks that ran when a step of a pathway was entered, how often it was then finished, and minutes
    from its entry until then on average. `clocks`: how often a promise was settled, and kept. `worked`: by pool; one
    without a rota, or with too young a one, is not in it.
    """

    since: datetime
    until: datetime
    came: Mapping[str, Came]
    steps: Mapping[tuple[str, str], Mapping[tuple[str, ...], tuple[int, float]]] = field(repr=False)
    clocks: Mapping[tuple[str, str], tuple[int, int]] = field(repr=False)
    worked: Mapping[str, Worked] = field(repr=False)

    @property
    def days(self) -> float:
        return (self.until - self.since) / timedelta(days=1)

    def open_hours(self, calendar: Hours, since: datetime) -> float:
        """For how many hours of that time a calendar was open, from an instant on."""
        open_: timedelta = Calendar(calendar).open_time(since, self.until)
        return open_ / HOUR


def learn(lake: Lake, pathways: Pathways, until: datetime, days: int) -> Learned:
    """The last days before an instant; fewer for a pathway or pool that is younger. Raises BadInput where not enough is
    known to learn from."""
    until = _full_hour(until)
    start = until - timedelta(days=days)
    bound = {"since": _plain(start), "until": _plain(until)}
    with lake.connect(only=TABLES) as con:
        con.execute(SAID)
        con.execute(REQUEST, {"until": bound["until"]})
        begun = {way: _begun(at, start) for way, at in con.execute(FIRST).fetchall() if way in pathways.pathways}
        since = min(begun.values(), default=until)
        if until - since < LEAST:
            what = f"The service is known for {(until - since).days} days; {LEAST.days} are needed."
            raise BadInput(what, do="Try again when it has run for longer.")
        old = {way: at for way, at in begun.items() if until - at >= LEAST}
        came = {way: _came(con, way, at) for way, at in old.items()}
        came = {way: one for way, one in came.items() if one.number >= LEAST_REFERRALS}
        if not came:
            what = f"Into no pathway of this blueprint came {LEAST_REFERRALS} people or more."
            raise BadInput(what, do="Try again when more have come.")
        steps: dict[tuple[str, str], dict[tuple[str, ...], tuple[int, float]]] = {}
        for way, step, running, times, mean in con.execute(STEPS, bound).fetchall():
            if way in old:
                steps.setdefault((way, step), {})[tuple(running)] = (times, mean)
        clocks = con.execute(CLOCKS, {"since": bound["since"]}).fetchall()
        shifts = con.execute(SHIFTS, bound).fetchall()
    kept_of = {(way, clock): (times, kept) for way, clock, times, kept in clocks}
    worked = {pool: Worked(_begun(first, start), hours) for pool, first, hours in shifts}
    worked = {pool: one for pool, one in worked.items() if until - one.since >= LEAST}
    return Learned(since, until, came, steps, kept_of, worked)


def _came(con: duckdb.DuckDBPyConnection, pathway: str, since: datetime) -> Came:
    def counted(by: str) -> dict[object, int]:
        return dict(con.execute(CAME.format(by=by), {"pathway": pathway, "since": _plain(since)}).fetchall())

    origins, hours, weekdays = counted("origin"), counted("hour(local)"), counted("isodow(local)")
    return Came(
        since,
        sum(origins.values()),
        {str(id): number for id, number in origins.items() if id is not None},
        tuple(hours.get(hour, 0) for hour in range(24)),
        tuple(weekdays.get(day, 0) for day in range(1, 8)),
    )


def _begun(first: datetime, start: datetime) -> datetime:
    """From when on something that began so, as the lake has it, is learned from."""
    return max(_full_hour(first.replace(tzinfo=UTC)), start)


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _plain(at: datetime) -> datetime:
    """An instant as the lake has it: UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)
