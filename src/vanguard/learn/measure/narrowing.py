"""Of the events of a lake, those that can matter to the intervals to be worked out, read once for all measures."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import duckdb

from vanguard.blueprint import Per
from vanguard.lake.condition import columns_of
from vanguard.learn.measure.counting import event_where
from vanguard.learn.measure.dialect import DuckDB
from vanguard.learn.measure.plan import Job, wait
from vanguard.table_file import quoted

WORTH = 4
"""Events are put aside where they are of at most one day in so many."""
ALWAYS = ("event_id", "person_id", "date", "end_date", "known_to")
FOLLOWED = ("start", "end", "timed")

# Put so that each part is a few columns beside days: then whole groups of rows of other months are not even read.
BEGUN = "date BETWEEN DATE '{first}' AND DATE '{last}'"
GOING_ON = "date {since} AND date < DATE '{first}' AND end_date >= DATE '{first}'"
# An event may have ended before it began: then it is of both days.
ENDED_BEFORE = "date > DATE '{last}' {until} AND end_date <= DATE '{last}'"


def narrow(con: duckdb.DuckDBPyConnection, span: timedelta, jobs: Iterable[Job]) -> None:
    """Hide the table `event` behind those that the measures ask about, of the days that their intervals to do ask about
    and in the columns that they ask about, where these days are few of the whole `span`."""
    asked = [job for job in jobs if job.to_do]
    windows = _together(
        (one.interval.start, one.interval.end + wait(job.measure)) for job in asked for one in job.to_do
    )
    days = sum((last - first).days + 1 for first, last in windows)
    if not windows or days * WORTH > span.days:
        return
    columns, kinds = dict.fromkeys(ALWAYS), dict[str, None]()
    for job in asked:
        measure = job.measure
        columns.update(dict.fromkeys(name for name in measure.by if name in ("place", "source")))
        if measure.followed_by is not None:
            columns.update(dict.fromkeys(FOLLOWED))
        if measure.sum is not None:
            columns[measure.sum.what] = None
        for choice in (measure.count, measure.sum, measure.followed_by, measure.per):
            if choice is None or (isinstance(choice, Per) and choice.of != "events"):
                continue
            kinds[event_where(DuckDB(), job.blueprint, choice)] = None
            columns.update(dict.fromkeys(columns_of(choice.where) if choice.where is not None else ()))
            if choice.codes is not None:
                columns["codes"] = None
    kept, any_of = ", ".join(map(quoted, columns)), " OR ".join(f"({kind})" for kind in kinds)
    parts = " UNION ALL ".join(f"SELECT {kept} FROM memory.main.event WHERE {part}" for part in _parts(windows))
    con.execute(f"CREATE TEMP TABLE event AS SELECT * FROM ({parts}) WHERE {any_of}")


def _parts(windows: Sequence[tuple[date, date]]) -> list[str]:
    """Conditions of which each event that is of a day of these windows, which lie apart and in order, meets one."""
    parts, since = [], "IS NOT NULL"
    for (first, last), (then, _) in zip(windows, [*windows[1:], (None, None)], strict=True):
        until = f"AND date < DATE '{then}'" if then else ""
        parts.append(BEGUN.format(first=first, last=last))
        parts.append(GOING_ON.format(first=first, since=since))
        parts.append(ENDED_BEFORE.format(last=last, until=until))
        since = f"> DATE '{last}'"
    return parts


def _together(windows: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days in as few windows as there can be, in order."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(windows):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
