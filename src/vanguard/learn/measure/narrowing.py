"""Of the events of a lake, those that can matter to the intervals to be worked out, read once for many measures."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import duckdb

from vanguard.blueprint import Measure
from vanguard.lake.condition import columns_of
from vanguard.learn.measure.plan import Planned, wait
from vanguard.table_file import quoted

WORTH, MANY = 4, 8
"""Events are put aside where they are of at most one in so many days, and so many measures will read them."""
ALWAYS = ("event_id", "person_id", "date", "end_date", "known_to")
FOLLOWED = ("start", "end", "timed")

# Put so that each part is a few columns beside days: then whole groups of rows of other months are not even read.
BEGUN = "date BETWEEN DATE '{first}' AND DATE '{last}'"
GOING_ON = "date {since} AND date < DATE '{first}' AND end_date >= DATE '{first}'"
# An event may have ended before it began: then it is of both days.
ENDED_BEFORE = "date > DATE '{last}' {until} AND end_date <= DATE '{last}'"


def narrow(con: duckdb.DuckDBPyConnection, span: timedelta, to_do: Iterable[tuple[Measure, Sequence[Planned]]]) -> None:
    """Hide the table `event` behind its rows of the days that the intervals ask about, in the columns that the measures
    ask about, where these days are few of the whole `span`. Where many measures ask, these rows are put aside."""
    asked = [(measure, some) for measure, some in to_do if some]
    windows = _together((one.interval.start, one.interval.end + wait(m)) for m, some in asked for one in some)
    days = sum((last - first).days + 1 for first, last in windows)
    if not windows or days * WORTH > span.days:
        return
    whole = "FROM memory.main.event WHERE known_to IS NULL AND "
    if len(asked) < MANY:
        parts = " UNION ALL ".join(f"SELECT * {whole}{part}" for part in _parts(windows))
        con.execute(f"CREATE TEMP VIEW event AS {parts}")
        return
    columns = dict.fromkeys(ALWAYS)
    for measure, _ in asked:
        columns.update(dict.fromkeys(name for name in measure.by if name in ("place", "source")))
        if measure.followed_by is not None:
            columns.update(dict.fromkeys(FOLLOWED))
        for choice in (measure.count, measure.sum, measure.followed_by, measure.per):
            if choice is not None and choice.where is not None:
                columns.update(dict.fromkeys(columns_of(choice.where)))
            if choice is not None and choice.codes is not None:
                columns["codes"] = None
        if measure.sum is not None:
            columns[measure.sum.what] = None
    kept = ", ".join(map(quoted, columns))
    parts = " UNION ALL ".join(f"SELECT {kept} {whole}{part}" for part in _parts(windows))
    con.execute(f"CREATE TEMP TABLE event AS {parts}")


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
