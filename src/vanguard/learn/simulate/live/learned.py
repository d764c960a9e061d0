"""What a running service has shown: read from what it told the lake, without those who chose to be counted nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb

from vanguard.blueprint import Hours, Pathways
from vanguard.errors import BadInput
from vanguard.flow import Calendar
from vanguard.lake import Lake

LEAST_DAYS = 14
LEAST_REFERRALS = 50
DAYS_OF_A_YEAR = 365
TABLES = ("care_event", "shift", "restriction")
SAID = """
CREATE TEMP TABLE said AS
SELECT source, source_id, kind, status, start, "end", codes FROM care_event
QUALIFY row_number() OVER (PARTITION BY source, key ORDER BY number DESC) = 1
"""
# Of each referral its pathway and origin; of people who want their data used for their own care alone nothing.
REQUEST = """
CREATE TEMP TABLE request AS
SELECT source, source_id, start, start AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/London' AS local,
       list_filter(codes, lambda one: one LIKE 'pathway:%')[1][9:] AS pathway,
       list_filter(codes, lambda one: one LIKE 'origin:%')[1][8:] AS origin
FROM said WHERE kind = 'ServiceRequest' AND status <> 'entered-in-error' AND start >= $since AND start < $until
  AND (source, source_id) NOT IN (
      SELECT (source, source_id) FROM care_event
      WHERE person_id IN (SELECT person_id FROM restriction WHERE NOT planning))
"""
CAME = "SELECT {by} AS which, count(*) FROM request WHERE pathway = $pathway GROUP BY ALL"
# Steps that were finished; one that the end cut short says nothing of how long it takes.
STEPS = """
SELECT pathway, list_filter(codes, lambda one: one LIKE 'step:%')[1][6:] AS step, count(*),
       avg(epoch("end") - epoch(said.start)) / 60
FROM said JOIN request USING (source, source_id)
WHERE kind = 'EpisodeOfCare' AND status = 'finished' AND step IS NOT NULL AND "end" IS NOT NULL GROUP BY ALL
"""
CLOCKS = """
SELECT pathway, list_filter(codes, lambda one: one LIKE 'clock:%')[1][7:] AS clock, count(*),
       count(*) FILTER (WHERE status = 'completed')
FROM said JOIN request USING (source, source_id) WHERE kind = 'Task' AND clock IS NOT NULL GROUP BY ALL
"""
SHIFTS = """
SELECT pool, sum(epoch(least("end", coalesce(withdrawn_at, "end"), $until)) - epoch(greatest(start, $since))) / 3600
FROM (SELECT * FROM shift QUALIFY row_number() OVER (PARTITION BY shift ORDER BY number DESC) = 1)
WHERE start < $until AND least("end", coalesce(withdrawn_at, "end")) > $since GROUP BY pool
"""


@dataclass(frozen=True)
class Came:
    """Who came into one pathway: how many, by origin, by hour of the local day, and by weekday from Monday."""

    number: int
    origins: Mapping[str, int]
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]


@dataclass(frozen=True)
class Learned:
    """What a service showed from `since` until `until`.

    `steps`: how often a step of a pathway was finished, and minutes from its entry until then on average. `clocks`: how
    often a promise was settled, and kept. `worked`: hours on shift by pool; a pool without a rota is not in it.
    """

    since: datetime
    until: datetime
    came: Mapping[str, Came]
    steps: Mapping[tuple[str, str], tuple[int, float]] = field(repr=False)
    clocks: Mapping[tuple[str, str], tuple[int, int]] = field(repr=False)
    worked: Mapping[str, float] = field(repr=False)

    @property
    def days(self) -> float:
        return (self.until - self.since) / timedelta(days=1)

    def open_hours(self, calendar: Hours) -> float:
        """For how many hours of that time a calendar was open."""
        open_: timedelta = Calendar(calendar).open_time(self.since, self.until)
        return open_ / timedelta(hours=1)


def learn(lake: Lake, pathways: Pathways, until: datetime, days: int) -> Learned:
    """The last days before an instant; fewer where the first referral is younger. Raises BadInput where not enough is
    known to learn from."""
    bound = {"since": _plain(until - timedelta(days=days)), "until": _plain(until)}
    with lake.connect(only=TABLES) as con:
        con.execute(SAID)
        con.execute(REQUEST, bound)
        [(first,)] = con.execute("SELECT min(start) FROM request").fetchall()
        since = until if first is None else first.replace(tzinfo=UTC)
        if until - since < timedelta(days=LEAST_DAYS):
            what = f"The service is known for {(until - since).days} days; {LEAST_DAYS} are needed."
            raise BadInput(what, do="Try again when it has run for longer.")
        came = {id: _came(con, id) for id in pathways.pathways}
        came = {id: one for id, one in came.items() if one.number >= LEAST_REFERRALS}
        if not came:
            what = f"Into no pathway of this blueprint came {LEAST_REFERRALS} people or more."
            raise BadInput(what, do="Try again when more have come.")
        steps = {(way, step): (times, mean) for way, step, times, mean in con.execute(STEPS).fetchall()}
        clocks = {(way, clock): (times, kept) for way, clock, times, kept in con.execute(CLOCKS).fetchall()}
        worked = dict(con.execute(SHIFTS, {**bound, "since": _plain(since)}).fetchall())
    return Learned(since, until, came, steps, clocks, worked)


def _came(con: duckdb.DuckDBPyConnection, pathway: str) -> Came:
    def counted(by: str) -> dict[object, int]:
        return dict(con.execute(CAME.format(by=by), {"pathway": pathway}).fetchall())

    origins, hours, weekdays = counted("origin"), counted("hour(local)"), counted("isodow(local)")
    return Came(
        sum(origins.values()),
        {str(id): number for id, number in origins.items() if id is not None},
        tuple(hours.get(hour, 0) for hour in range(24)),
        tuple(weekdays.get(day, 0) for day in range(1, 8)),
    )


def _plain(at: datetime) -> datetime:
    """An instant as the lake has it: UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)
