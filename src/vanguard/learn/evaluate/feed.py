"""A described feed: published files become a panel by rules that are written down, each with its reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vanguard.errors import BadInput
from vanguard.lake.condition import nearest
from vanguard.learn.evaluate.calendar import beginning, how_often, unbroken
from vanguard.learn.evaluate.panel import Floats
from vanguard.learn.evaluate.panel_file import Table
from vanguard.table_file import quoted, text

SHIPPED = Path(str(files("vanguard.learn.evaluate"))) / "vanguards"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Successors(_Strict):
    """A table of units that were joined into others."""

    files: str
    old: str
    new: str


class Least(_Strict):
    """The mean of a column over all periods that a unit must reach."""

    column: str
    mean: float


class Rule(_Strict):
    """One thing that is done to the rows, and why."""

    because: str
    keep: Mapping[str, tuple[str, ...]] | None = None
    """Only rows with one of these values, by column."""
    drop: Mapping[str, tuple[str, ...]] | None = None
    match: Mapping[str, str] | None = None
    """Only rows that match a regular expression, by column."""
    least: Least | None = None
    join_by: Successors | None = None
    join: Mapping[str, tuple[str, ...]] | None = None
    """Units that are added to another, by its code."""


class OwnMean(_Strict):
    """A unit's own mean of the numerator between two days."""

    start: date = Field(alias="from")
    to: date
    least: float = 0.0


class OwnLevel(_Strict):
    """A column held against what the unit's own rate between two days would have given: 100 is as before."""

    column: str
    start: date = Field(alias="from")
    to: date
    because: str


class Denominator(_Strict):
    """What the outcome is divided by: a column of the same file, another file, or the unit's own mean before."""

    because: str
    column: str | None = None
    files: str | None = None
    unit: str = ""
    period: str = ""
    carry: bool = False
    """Whether the first and last known period stand for those before and after."""
    own_mean: OwnMean | None = None


class Feed(_Strict):
    """Where the figures stand and what is done to them."""

    label: str
    publisher: str
    files: str
    unit: str
    period: str
    outcomes: Mapping[str, str | OwnLevel]
    """By the id of the outcome: its column, with whatever it is held against besides."""
    labels: Mapping[str, str] = Field(default_factory=dict)
    """By the id of the outcome: what people call it."""
    denominator: Denominator
    rules: Mapping[str, Rule] = Field(default_factory=dict)


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
        listed = ", ".join(text(str(one)) for one in found)
        self.con.execute(
            f"CREATE OR REPLACE TABLE {name} AS "
            f"SELECT * FROM read_csv([{listed}], all_varchar = true, header = true, union_by_name = true, "
            "filename = file)"
        )
        return [str(row[0]) for row in self.con.execute(f"DESCRIBE {name}").fetchall()]


def read_feeds(path: Path | None = None) -> Mapping[str, Feed]:
    """The feeds of a file, by default the shipped one. Raises BadInput."""
    where = str(path) if path else "feed.yaml"
    try:
        held = yaml.safe_load((path or SHIPPED / "feed.yaml").read_text("utf-8"))
        return {name: Feed.model_validate(one) for name, one in held["feeds"].items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as problem:
        raise BadInput(
            "The file describes no feed.", where=where, do="Write feeds: with one under each name."
        ) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(f"{place}: {first['msg']}.", where=where, do="See the shipped feed.yaml.") from problem


def feed_of(feeds: Mapping[str, Feed], outcome: str) -> Feed:
    """The feed that has an outcome, by its id or by the name of its column. Raises BadInput where none has."""
    for feed in feeds.values():
        if outcome in feed.outcomes:
            return feed
    for feed in feeds.values():
        if outcome in map(_column, feed.outcomes.values()):
            return feed
    known = [name for feed in feeds.values() for name in feed.outcomes]
    do = nearest(outcome, known, otherwise=f"There are {', '.join(known)}.")
    raise BadInput(f"No feed has the outcome {outcome}.", do=do)


def panel_of(feed: Feed, folder: Path, outcome: str, *, without: Collection[str] = ()) -> Table:
    """The outcome of every unit and period in the folder's files, by the feed's rules except those of `without`.

    Where a joined unit lacks one of its parts in a period, the others stand alone. Raises BadInput.
    """
    con = duckdb.connect()
    try:
        source = _Source(con, folder)
        columns = source.read("row", feed.files)
        asked = feed.outcomes.get(outcome, outcome)
        column = _column(asked)
        for name in (feed.unit, feed.period, column):
            if name not in columns:
                do = nearest(name, columns, otherwise=f"There are {', '.join(columns)}.")
                raise BadInput(f"The files have no column {name}.", where=str(folder / feed.files), do=do)
        con.execute(
            f"CREATE TABLE kept AS SELECT * EXCLUDE (file), {quoted(feed.unit)} AS unit, {_day(feed.period)} AS day "
            f"FROM row QUALIFY row_number() OVER (PARTITION BY unit, day ORDER BY file DESC) = 1 "
            f"OR count(*) OVER (PARTITION BY unit, day, file) > 1"
        )
        _refuse_doubles(con, folder / feed.files)
        rules = {name: rule for name, rule in feed.rules.items() if name not in without}
        for rule in rules.values():
            _apply(con, source, rule)
        below = feed.denominator
        divisor = quoted(below.column) if below.column and below.files is None else "NULL"
        con.execute(
            f"CREATE TABLE cell AS SELECT unit, day, sum(try_cast({quoted(column)} AS DOUBLE)) AS numerator, "
            f"sum(try_cast({divisor} AS DOUBLE)) AS denominator FROM kept GROUP BY unit, day"
        )
        if below.files is not None and below.column is not None:
            _divide_by_file(con, source, below, rules)
        table = _table(con, feed, outcome)
        return table if isinstance(asked, str) else _to_own_level(table, asked)
    finally:
        con.close()


def _apply(con: duckdb.DuckDBPyConnection, source: _Source, rule: Rule) -> None:
    for name, values in (rule.keep or {}).items():
        con.execute(f"DELETE FROM kept WHERE {quoted(name)} IS NULL OR {quoted(name)} NOT IN {_list(values)}")
    for name, values in (rule.drop or {}).items():
        con.execute(f"DELETE FROM kept WHERE {quoted(name)} IN {_list(values)}")
    for name, pattern in (rule.match or {}).items():
        con.execute(f"DELETE FROM kept WHERE NOT coalesce(regexp_matches({quoted(name)}, {text(pattern)}), false)")
    if rule.least is not None:
        con.execute(
            f"DELETE FROM kept WHERE unit NOT IN (SELECT unit FROM kept GROUP BY unit "
            f"HAVING avg(try_cast({quoted(rule.least.column)} AS DOUBLE)) >= {rule.least.mean})"
        )
    _join(con, source, "kept", rule)


def _join(con: duckdb.DuckDBPyConnection, source: _Source, table: str, rule: Rule) -> None:
    if rule.join_by is not None:
        source.read("successor", rule.join_by.files)
        old, new = quoted(rule.join_by.old), quoted(rule.join_by.new)
        con.execute(f"UPDATE {table} SET unit = s.{new} FROM successor s WHERE {table}.unit = s.{old}")
    for name, others in (rule.join or {}).items():
        con.execute(f"UPDATE {table} SET unit = {text(name)} WHERE unit IN {_list(others)}")


def _divide_by_file(
    con: duckdb.DuckDBPyConnection, source: _Source, below: Denominator, rules: Mapping[str, Rule]
) -> None:
    """Give each cell its denominator from another file, joined by the same rules as the units."""
    source.read("divisor", below.files or "")
    con.execute(
        f"CREATE TABLE below AS SELECT {quoted(below.unit)} AS unit, {_day(below.period)} AS day, "
        f"try_cast({quoted(below.column or '')} AS DOUBLE) AS amount FROM divisor"
    )
    for rule in rules.values():
        _join(con, source, "below", rule)
    con.execute("CREATE TABLE base AS SELECT unit, day, sum(amount) AS amount FROM below GROUP BY unit, day")
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
    denominator[denominator <= 0] = np.nan
    below = feed.denominator
    kept: Sequence[int] = range(len(units))
    notes: list[str] = []
    if below.own_mean is not None:
        denominator, kept = _own_mean(below.own_mean, numerator, periods)
    known = np.isfinite(denominator).any(axis=1)
    without = [units[row] for row in kept if not known[row]]
    if without:
        notes.append(f"Without anything to divide by, and left out: {', '.join(without)}.")
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
    )


def _column(outcome: str | OwnLevel) -> str:
    return outcome if isinstance(outcome, str) else outcome.column


def _to_own_level(table: Table, own: OwnLevel) -> Table:
    """The denominator becomes the events that the unit's own rate of the time named would have given."""
    assert table.denominator is not None, "every feed divides"
    when = np.array([own.start <= day <= own.to for day in table.periods])
    known = np.isfinite(table.numerator) & np.isfinite(table.denominator) & when
    events = np.where(known, table.numerator, 0.0).sum(axis=1, keepdims=True)
    at_risk = np.where(known, table.denominator, 0.0).sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        expected: Floats = np.where(events > 0, table.denominator * events / at_risk, np.nan)
    return replace(table, denominator=expected)


def _own_mean(own: OwnMean, numerator: Floats, periods: Sequence[date]) -> tuple[Floats, Sequence[int]]:
    """The mean of each unit in the time that the feed names, in every period; and the rows that reach the least."""
    when = np.array([own.start <= day <= own.to for day in periods])
    known = np.isfinite(numerator) & when
    counted = known.sum(axis=1)
    mean = np.where(known, numerator, 0.0).sum(axis=1) / np.maximum(counted, 1)
    enough = (counted > 0) & (mean >= max(own.least, 1e-9))
    return np.repeat(mean[:, None], len(periods), axis=1), [int(row) for row in np.flatnonzero(enough)]


def _refuse_doubles(con: duckdb.DuckDBPyConnection, where: Path) -> None:
    twice = con.execute(
        "SELECT unit, day FROM kept GROUP BY unit, day HAVING count(*) > 1 ORDER BY unit, day LIMIT 1"
    ).fetchall()
    for unit, day in twice:
        raise BadInput(f"{unit} has {day} twice.", where=str(where), do="Take out the row that repeats.")


def _day(column: str) -> str:
    cell = quoted(column)
    return f"CAST(coalesce(try_strptime({cell}, ['%Y-%m', '%Y-%m-%d', '%Y%m', '%d/%m/%Y'])) AS DATE)"


def _list(values: Collection[str]) -> str:
    return f"({', '.join(map(text, values))})"
