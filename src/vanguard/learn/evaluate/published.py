"""Published files become a panel, by the rules of a described feed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from vanguard.errors import BadInput
from vanguard.lake.condition import nearest
from vanguard.learn.evaluate.calendar import beginning, how_often, said, unbroken
from vanguard.learn.evaluate.cells import MISSING, first_day, number
from vanguard.learn.evaluate.feed import Denominator, Feed, OwnLevel, Rule, Successors
from vanguard.learn.evaluate.odd import alike
from vanguard.learn.evaluate.own_level import own_mean, to_own_level
from vanguard.learn.evaluate.panel_file import Table
from vanguard.learn.evaluate.shortcomings import listed
from vanguard.table_file import quoted, text, trimmed

OURS = ("file", "unit", "day", "written")
"""Columns of `kept` beside those of the files."""


@dataclass(frozen=True)
class _Source:
    """A connection with the folder that files are looked for in."""

    con: duckdb.DuckDBPyConnection
    folder: Path

    def read(self, name: str, pattern: str) -> list[str]:
        """Make the table `name` of all files that match, as text, with the file's name; returns its columns."""
        found = sorted(self.folder.glob(pattern))
        if not found:
            raise BadInput(
                f"There is no file {pattern}.",
                where=str(self.folder),
                do="Name the folder of the open data: VANGUARD_OPEN_DATA, or --data.",
            )
        files = ", ".join(text(str(one)) for one in found)
        self.con.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv([{files}], all_varchar = true, header = true, "
            "union_by_name = true, filename = file)"
        )
        return [str(row[0]) for row in self.con.execute(f"DESCRIBE {name}").fetchall()]


def feed_of(feeds: Mapping[str, Feed], outcome: str, folder: Path | None = None, like: str = "") -> Feed:
    """The feed that has an outcome, by its id or by the name of its column; in a `folder` also the one whose files have
    such a column, first of all the feed of the outcome `like`. Raises BadInput where none has."""
    own = next((feed for feed in feeds.values() if like in feed.outcomes and outcome not in feed.outcomes), None)
    if own is not None and outcome in _columns_of(own, folder):
        return own
    for feed in feeds.values():
        if outcome in feed.outcomes:
            return feed
    for feed in feeds.values():
        if outcome in map(_column, feed.outcomes.values()) or outcome in _columns_of(feed, folder):
            return feed
    known = [name for feed in feeds.values() for name in feed.outcomes]
    do = nearest(outcome, known, otherwise=f"There are {', '.join(known)}.")
    raise BadInput(f"No feed has the outcome {outcome}.", do=do)


def _columns_of(feed: Feed, folder: Path | None) -> list[str]:
    """The columns of a feed's files; none where there are no files."""
    if folder is None or not any(folder.glob(feed.files)):
        return []
    with duckdb.connect() as con:
        return [name for name in _Source(con, folder).read("row", feed.files) if name not in OURS]


def panel_of(feed: Feed, folder: Path, outcome: str, *, without: Collection[str] = ()) -> Table:
    """The outcome of every unit and period in the folder's files, by the feed's rules except those of `without`.

    Where a joined unit has no row of one of its parts in a period, the others stand alone; where a part's figure is not
    known, neither is the whole. Raises BadInput.
    """
    with duckdb.connect() as con:
        source = _Source(con, folder)
        columns = source.read("row", feed.files)
        asked = feed.outcomes.get(outcome, outcome)
        column = _column(asked)
        below = feed.denominator
        divisor = below.column if below.files is None else None
        for name in filter(None, (feed.unit, feed.period, column, divisor)):
            if name not in columns:
                do = nearest(name, columns, otherwise=f"There are {', '.join(columns)}.")
                raise BadInput(f"The files have no column {name}.", where=str(folder / feed.files), do=do)
        if divisor == column:
            raise BadInput(f"{outcome} would be divided by itself.", do="Describe another denominator in the feed.")
        _keep(con, feed, columns)
        rules = {name: rule for name, rule in feed.rules.items() if name not in without}
        gone = {old: new for rule in rules.values() for old, new in _apply(con, source, rule).items()}
        _refuse_cells(con, "kept", column)
        below_it = "NULL"
        if divisor is not None:
            _refuse_cells(con, "kept", divisor)
            below_it = _summed(divisor)
        con.execute(
            f"CREATE TABLE cell AS SELECT unit, day, {_summed(column)} AS numerator, {below_it} AS denominator "
            "FROM kept GROUP BY unit, day"
        )
        if below.files is not None and below.column is not None:
            _divide_by_file(con, source, below, rules)
        table = _table(con, feed, outcome)
        table = replace(table, gone={**{old: f"was added to {new}" for old, new in gone.items()}, **table.gone})
        return table if isinstance(asked, str) else to_own_level(table, asked)


def _keep(con: duckdb.DuckDBPyConnection, feed: Feed, columns: Sequence[str]) -> None:
    """The table `kept`: each row with its unit and first day; of what two files have, what the later file says."""
    own = ", ".join(quoted(name) for name in columns if name.casefold() in OURS)
    con.execute(
        f"CREATE TABLE kept AS SELECT * EXCLUDE ({own}), {trimmed(quoted(feed.unit))} AS unit, unit AS written, "
        f"{first_day(trimmed(quoted(feed.period)))} AS day, file, {quoted(feed.period)} AS cell FROM row"
    )
    con.execute("DELETE FROM kept WHERE unit IS NULL AND cell IS NULL")
    for file, cell in con.execute("SELECT file, cell FROM kept WHERE day IS NULL LIMIT 1").fetchall():
        raise BadInput(
            f"{cell or 'Nothing'} is not a period.",
            where=f"{file}, column {feed.period}",
            do="Write a month, such as 2018-08.",
        )
    con.execute(
        "CREATE OR REPLACE TABLE kept AS SELECT * EXCLUDE (cell) FROM kept QUALIFY "
        "row_number() OVER (PARTITION BY unit, day ORDER BY file DESC) = 1 "
        "OR count(*) OVER (PARTITION BY unit, day, file) > 1"
    )
    twice = con.execute(
        "SELECT max(file), unit, day FROM kept GROUP BY unit, day HAVING count(*) > 1 ORDER BY unit, day LIMIT 1"
    ).fetchall()
    for file, unit, day in twice:
        raise BadInput(f"{unit} has {day} twice.", where=str(file), do="Take out the row that repeats.")


def _refuse_cells(con: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    """Raise BadInput for a row that counts without a unit, or with something that is no number."""
    cell = trimmed(quoted(column))
    wrong = f"{number(cell)} IS NULL AND lower(coalesce({cell}, '')) NOT IN {MISSING}"
    for file, unit, day, said_there in con.execute(
        f"SELECT file, written, day, {cell} FROM {table} WHERE unit IS NULL OR ({wrong}) ORDER BY day, unit LIMIT 1"
    ).fetchall():
        if unit is None:
            raise BadInput(f"A row of {day} names no unit.", where=str(file), do="Give each row the code of its unit.")
        raise BadInput(
            f"{unit} has {said_there} in {day}, which is not a number.",
            where=f"{file}, column {column}",
            do="Give a number, or nothing where it is not known.",
        )


def _summed(column: str) -> str:
    """SQL of the sum of a column, null where one of the parts is not known."""
    amount = number(trimmed(quoted(column)))
    return f"CASE WHEN count({amount}) = count(*) THEN sum({amount}) END"


def _apply(con: duckdb.DuckDBPyConnection, source: _Source, rule: Rule) -> dict[str, str]:
    """Do what a rule says to the rows; the units that it joins into others."""
    for name, values in (rule.keep or {}).items():
        con.execute(f"DELETE FROM kept WHERE {quoted(name)} IS NULL OR {quoted(name)} NOT IN {_list(values)}")
    for name, values in (rule.drop or {}).items():
        con.execute(f"DELETE FROM kept WHERE {quoted(name)} IN {_list(values)}")
    for name, pattern in (rule.match or {}).items():
        con.execute(f"DELETE FROM kept WHERE NOT coalesce(regexp_matches({quoted(name)}, {text(pattern)}), false)")
    if rule.least is not None:
        con.execute(
            f"DELETE FROM kept WHERE unit NOT IN (SELECT unit FROM kept GROUP BY unit "
            f"HAVING avg({number(trimmed(quoted(rule.least.column)))}) >= {rule.least.mean})"
        )
    return _join(con, source, "kept", rule)


def _join(con: duckdb.DuckDBPyConnection, source: _Source, table: str, rule: Rule) -> dict[str, str]:
    last: dict[str, str] = {}
    if rule.join_by is not None:
        chains = dict(_chains(con, source, rule.join_by))
        pairs = [(old, later) for old, chain in chains.items() for later in chain]
        con.execute("CREATE OR REPLACE TABLE pair (old VARCHAR, later VARCHAR)")
        if pairs:
            con.executemany("INSERT INTO pair VALUES (?, ?)", pairs)
        for old, later, day in con.execute(
            f"SELECT old, later, one.day FROM pair JOIN {table} one ON one.unit = old JOIN {table} other "
            "ON other.unit = later AND other.day = one.day ORDER BY old, one.day LIMIT 1"
        ).fetchall():
            raise BadInput(
                f"{old} and {later}, of which it became a part, both have {day}: the same people would count twice.",
                do="Take out one of the two, or the pair from the table of successors.",
            )
        last = {old: chain[-1] for old, chain in chains.items()}
        con.execute("CREATE OR REPLACE TABLE last_of (old VARCHAR, new VARCHAR)")
        if last:
            con.executemany("INSERT INTO last_of VALUES (?, ?)", list(last.items()))
        con.execute(f"UPDATE {table} SET unit = new FROM last_of WHERE {table}.unit = old")
    for name, others in (rule.join or {}).items():
        con.execute(f"UPDATE {table} SET unit = {text(name)} WHERE unit IN {_list(others)}")
        last |= dict.fromkeys(others, name)
    return last


def _chains(con: duckdb.DuckDBPyConnection, source: _Source, join: Successors) -> Iterator[tuple[str, list[str]]]:
    """Each unit that was joined into another, with that one and those that it was joined into later."""
    source.read("successor", join.files)
    old, new = trimmed(quoted(join.old)), trimmed(quoted(join.new))
    told = dict(con.execute(f"SELECT {old} AS old, {new} AS new FROM successor WHERE old <> new").fetchall())
    for first in told:
        chain: list[str] = []
        after = told[first]
        while after not in (first, *chain):
            chain.append(after)
            after = told.get(after, after)
        yield first, chain


def _divide_by_file(
    con: duckdb.DuckDBPyConnection, source: _Source, below: Denominator, rules: Mapping[str, Rule]
) -> None:
    """Give each cell its denominator from another file, joined by the same rules as the units."""
    source.read("divisor", below.files or "")
    column = below.column or ""
    con.execute(
        f"CREATE TABLE below AS SELECT file, {trimmed(quoted(below.unit))} AS unit, unit AS written, "
        f"{first_day(trimmed(quoted(below.period)))} AS day, {quoted(column)} FROM divisor"
    )
    _refuse_cells(con, "below", column)
    for rule in rules.values():
        _join(con, source, "below", rule)
    con.execute(f"CREATE TABLE base AS SELECT unit, day, {_summed(column)} AS amount FROM below GROUP BY unit, day")
    day = "least(greatest(cell.day, span.first), span.last)" if below.carry else "cell.day"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE cell AS
        SELECT cell.unit, cell.day, cell.numerator, base.amount AS denominator
        FROM cell LEFT JOIN (SELECT unit, min(day) AS first, max(day) AS last FROM base GROUP BY unit) span USING (unit)
        LEFT JOIN base ON base.unit = cell.unit AND base.day = {day}
        """
    )


def _table(con: duckdb.DuckDBPyConnection, feed: Feed, outcome: str) -> Table:
    found = con.execute("SELECT unit, day, numerator, denominator FROM cell ORDER BY unit, day").fetchnumpy()
    days = sorted({day.astype("datetime64[D]").item() for day in np.unique(found["day"])})
    if not days:
        raise BadInput("No row is left.", where=feed.files, do="Look at the rules of the feed.")
    every = how_often(days)
    periods = unbroken(every, beginning(every, days[0], days[0]), beginning(every, days[-1], days[0]))
    units = tuple(dict.fromkeys(map(str, found["unit"])))
    rows = np.searchsorted(np.array(units), found["unit"].astype(str))
    columns = np.searchsorted(np.array(periods, dtype="datetime64[D]"), found["day"].astype("datetime64[D]"))
    numerator, denominator = (np.full((len(units), len(periods)), np.nan) for _ in range(2))
    numerator[rows, columns] = np.ma.filled(np.ma.asarray(found["numerator"], dtype=np.float64), np.nan)
    denominator[rows, columns] = np.ma.filled(np.ma.asarray(found["denominator"], dtype=np.float64), np.nan)
    notes: list[str] = alike(units)
    nobody = denominator <= 0
    if nobody.any():
        first = periods[int(np.argmax(nobody.any(axis=0)))]
        notes.append(
            f"{listed([units[one] for one in np.flatnonzero(nobody.any(axis=1))])}: nothing above 0 to divide by in "
            f"{int(nobody.sum()):,} of the figures, which are not used (first in {said(every, first)})."
        )
        denominator[nobody] = np.nan
    below = feed.denominator
    kept: Sequence[int] = range(len(units))
    if below.own_mean is not None:
        denominator, kept = own_mean(below.own_mean, numerator, periods)
    known = np.isfinite(denominator).any(axis=1)
    without = [units[row] for row in kept if not known[row]]
    if without:
        notes.append(f"Without anything to divide by, and left out: {', '.join(without)}.")
    small = set(units) - {units[row] for row in kept}
    kept = [row for row in kept if known[row]]
    return Table(
        outcome=outcome,
        units=tuple(units[row] for row in kept),
        periods=periods,
        every=every,
        numerator=numerator[kept],
        denominator=denominator[kept],
        notes=tuple(notes),
        called=feed.labels.get(outcome, ""),
        per=below.per,
        gone=dict.fromkeys(without, "has nothing above 0 to divide by")
        | dict.fromkeys(small, "has hardly anything in the time that everything is held against"),
    )


def _column(outcome: str | OwnLevel) -> str:
    return outcome if isinstance(outcome, str) else outcome.column


def _list(values: Collection[str]) -> str:
    return f"({', '.join(map(text, values))})"
