"""Reading a panel of anyone's: a table with a row for each unit and period, into units by periods."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from vanguard.errors import BadInput
from vanguard.lake.condition import nearest
from vanguard.learn.evaluate.calendar import Every, beginning, how_often, unbroken
from vanguard.learn.evaluate.cells import MISSING, first_day, number
from vanguard.learn.evaluate.odd import alike
from vanguard.learn.evaluate.panel import Floats
from vanguard.table_file import chosen_columns, listed, quoted, read_table, trimmed

OURS: dict[str, tuple[str, ...]] = {
    "unit": (
        *("unit_id", "unit_code", "code", "org_code", "ccg_code", "ccg", "practice", "practice_code", "provider"),
        *("provider_code", "provider_name", "council", "la_code", "locality", "area", "commissioner", "site", "id"),
        "name",
    ),
    "period": ("month", "date", "time", "week", "quarter", "year", "period_start", "start_of_period"),
    "measure": ("outcome_id", "measure_id", "indicator", "metric", "series"),
    "numerator": ("count", "events", "n", "cases"),
    "denominator": ("population", "persons", "person_time", "at_risk", "registered_patients", "list_size", "pop"),
    "value": ("outcome", "rate", "y"),
    "treated": ("treatment", "intervention", "is_treated", "vanguard"),
    "start": ("starts", "start_date", "began", "treatment_start", "start_period", "start_month"),
    "cluster": ("clusters", "clustered_by", "group", "region"),
}
"""Our columns, and other names under which they are taken where nobody says."""
YES = ("yes", "y", "true", "t", "1", "1.0", "treated")
NO = ("no", "n", "false", "f", "0", "0.0", "control", "comparator", "")
KNOWN_BY = 0.25
"""Where fewer of the periods have any figure, their days were not understood."""
NEVER = ("never", "na", "n/a", "nan", "null", "none", "nat", "-", "0", "inf", "")


@dataclass(frozen=True)
class Table:
    """One outcome as a file has it: U units in the order of their codes over T periods without a gap."""

    outcome: str
    units: tuple[str, ...]
    periods: tuple[date, ...]
    every: Every
    numerator: Floats
    """U x T; NaN where the file says nothing."""
    denominator: Floats | None = None
    starts: Mapping[str, date | None] = field(default_factory=dict)
    """Units that the file says changed, and when; None where it does not say when."""
    clusters: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """How the file was understood, where it might have been otherwise."""
    called: str = ""
    """What people call the outcome; its id in words where nobody says."""
    per: str = ""
    """What people call what it is divided by, to follow "per 1,000"; where nobody says, how often it is counted."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """Units of the files that are not among `units`, each with why, to follow "it"."""


def read_panel(file: Path, outcome: str, columns: Mapping[str, str] | None = None) -> Table:
    """The outcome of every unit and period of a CSV or Parquet file; `columns` maps our names to the file's.

    Wide, the outcome stands in a column of its own name (its denominator in NAME_denominator or denominator); long, in
    numerator and denominator, or value, of the rows whose measure it is. Raises BadInput with the line.
    """
    con = duckdb.connect()
    try:
        by_name = read_table(con, file)
        chosen, notes = _columns(file, by_name, outcome, columns or {})
        cells = ", ".join(
            f"{trimmed(quoted(by_name[chosen[name]]))} AS {quoted(name)}"
            if name in chosen
            else f"CAST(NULL AS VARCHAR) AS {quoted(name)}"
            for name in OURS
        )
        con.execute(f"CREATE TABLE said AS SELECT row_number() OVER () AS row, {cells} FROM received")
        con.execute("DELETE FROM said WHERE unit IS NULL AND period IS NULL AND numerator IS NULL AND value IS NULL")
        if "measure" in chosen:
            _only(con, file, outcome)
        _refuse_cells(con, file, chosen)
        return _table(con, file, outcome, notes)
    finally:
        con.close()


def _columns(
    file: Path, by_name: Mapping[str, str], outcome: str, columns: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The file's column for each of ours that it has."""
    strangers = [name for name in columns if name not in OURS]
    if strangers:
        do = f"There are {', '.join(OURS)}."
        raise BadInput(f"A panel has no column {strangers[0]}.", where="--columns", do=do)
    chosen = dict(chosen_columns(file, by_name, columns, ()))
    folded = {name.casefold().replace(" ", "_"): name for name in by_name}
    own = folded.get(outcome.casefold())
    if own is not None and "numerator" not in chosen and "value" not in chosen:
        chosen["numerator"] = own
        below = folded.get(f"{outcome.casefold()}_denominator")
        if below is not None:
            chosen.setdefault("denominator", below)
    for name, others in OURS.items():
        if own is not None and name in ("measure", "value", "numerator"):
            continue
        found = next((folded[other] for other in (name, *others) if other in folded), None)
        if name not in chosen and found is not None and found not in chosen.values():
            chosen[name] = found
    for name in ("unit", "period"):
        if name not in chosen:
            raise BadInput(
                f"There is no column {name}; the columns are {listed(by_name)}.",
                where=f"{file}, line 1",
                do=f"Name the one that holds it, for example --columns {name}=…",
            )
    held = [chosen[name] for name in ("numerator", "value") if name in chosen]
    if not held:
        raise BadInput(
            f"The data have no outcome {outcome}; the columns are {listed(by_name)}.",
            where=f"{file}, line 1",
            do=nearest(outcome, by_name, otherwise="Name its column, for example --columns numerator=…"),
        )
    if "numerator" in chosen and "value" in chosen:
        del chosen["value"]
    said = own is not None or "measure" in chosen or "numerator" in columns or "value" in columns
    note = f"The data do not name their outcome: the column {held[0]} was taken for {outcome}."
    return chosen, [] if said else [note]


def _only(con: duckdb.DuckDBPyConnection, file: Path, outcome: str) -> None:
    """Keep the rows of the outcome."""
    there = [str(m) for (m,) in con.execute("SELECT DISTINCT measure FROM said WHERE measure IS NOT NULL").fetchall()]
    if outcome.casefold() not in {name.casefold() for name in there}:
        raise BadInput(
            f"The data have no outcome {outcome}.",
            where=f"{file}, column measure",
            do=nearest(outcome, there, otherwise=f"There are {', '.join(sorted(there)[:10])}."),
        )
    con.execute("DELETE FROM said WHERE measure IS NULL OR lower(measure) <> lower(?)", [outcome])


def _refuse_cells(con: duckdb.DuckDBPyConnection, file: Path, chosen: Mapping[str, str]) -> None:
    wanted = {
        "unit": ("unit IS NULL", "The row names no unit.", "Give each row the code of its unit."),
        "period": (
            f"{first_day('period')} IS NULL",
            "{cell} is not a period.",
            "Write a month (2018-08), a day (2018-08-06), a quarter (2018-Q3) or a week (2018-W32).",
        ),
        **{
            name: (
                f"{number(name)} IS NULL AND lower(coalesce({name}, '')) NOT IN {MISSING}",
                "{cell} is not a number.",
                "Give a number, or nothing where it is not known.",
            )
            for name in ("numerator", "denominator", "value")
        },
        "treated": (
            f"lower(coalesce(treated, '')) NOT IN {(*YES, *NO)}",
            "{cell} is neither yes nor no.",
            "Write yes for a unit that changed, no for another.",
        ),
        "start": (
            f"lower(coalesce(start, '')) NOT IN {NEVER} AND {first_day('start')} IS NULL",
            "{cell} is not a day.",
            "Write the day on which the unit began, such as 2015-04-01, or nothing.",
        ),
    }
    for name, (wrong, what, do) in wanted.items():
        for row, cell in con.execute(f"SELECT row, {name} FROM said WHERE {wrong} ORDER BY row LIMIT 1").fetchall():
            what = what.format(cell=cell if cell is not None else "Nothing")
            raise BadInput(what, where=f"{_line(file, row)}, column {chosen.get(name, name)}", do=do)
    if con.execute("SELECT count(*) FROM said").fetchall() == [(0,)]:
        raise BadInput("The data have no rows.", where=str(file), do="Give a row for each unit and period.")


def _table(con: duckdb.DuckDBPyConnection, file: Path, outcome: str, notes: list[str]) -> Table:
    days = [
        day for (day,) in con.execute(f"SELECT DISTINCT {first_day('period')} AS d FROM said ORDER BY d").fetchall()
    ]
    every = how_often(days)
    place = {day: beginning(every, day, days[0]) for day in days}
    periods = unbroken(every, place[days[0]], place[days[-1]])
    told = len(set(place.values()))
    if told < KNOWN_BY * len(periods):
        raise BadInput(
            f"The periods run from {days[0]} to {days[-1]}: {len(periods):,} of a {every} each, of which {told:,} have "
            "any figure.",
            where=f"{file}, column period",
            do="Is one of them mistyped, or are days and months the other way round?",
        )
    index = {day: number for number, day in enumerate(periods)}
    con.execute("CREATE TABLE placed (day DATE, t BIGINT)")
    con.executemany("INSERT INTO placed VALUES (?, ?)", [(day, index[first]) for day, first in place.items()])
    con.execute(
        f"""
        CREATE TABLE cell AS
        SELECT row, unit, dense_rank() OVER (ORDER BY unit) - 1 AS u, t, period, cluster,
               coalesce({number("numerator")}, {number("value")}) AS numerator,
               {number("denominator")} AS denominator,
               lower(coalesce(treated, '')) IN {YES} AS treated, {first_day("start")} AS start
        FROM said JOIN placed ON placed.day = {first_day("period")}
        """
    )
    _refuse_doubles(con, file, every)
    units = tuple(str(unit) for (unit,) in con.execute("SELECT DISTINCT unit FROM cell ORDER BY unit").fetchall())
    found = con.execute("SELECT u, t, numerator, denominator FROM cell").fetchnumpy()
    filled = [_grid(found, name, len(units), len(periods)) for name in ("numerator", "denominator")]
    divided = not np.isnan(filled[1]).all()
    return Table(
        outcome=outcome,
        units=units,
        periods=periods,
        every=every,
        numerator=filled[0],
        denominator=filled[1] if divided else None,
        starts=_starts(con, file, periods),
        clusters={
            str(unit): str(cluster)
            for unit, cluster in con.execute(
                "SELECT unit, min(cluster) FROM cell WHERE cluster IS NOT NULL GROUP BY unit"
            ).fetchall()
        },
        notes=(*notes, *alike(units)),
    )


def _grid(found: Mapping[str, Any], name: str, units: int, periods: int) -> Floats:
    grid = np.full((units, periods), np.nan)
    column = np.ma.asarray(found[name], dtype=np.float64)
    grid[found["u"], found["t"]] = np.ma.filled(column, np.nan)
    return grid


def _refuse_doubles(con: duckdb.DuckDBPyConnection, file: Path, every: Every) -> None:
    twice = con.execute(
        """
        SELECT unit, min(row), arg_min(period, row), min_by(row, row, 2)[2] AS again FROM cell
        GROUP BY unit, t HAVING count(*) > 1 ORDER BY again LIMIT 1
        """
    ).fetchall()
    for unit, row, period, again in twice:
        raise BadInput(
            f"The unit {unit} has the {every} {period} twice, first on {_line(file, row).rpartition(', ')[2]}.",
            where=f"{_line(file, again)}, column period",
            do="Count each once: join parts of a unit into one row, or take out the row that repeats.",
        )


def _starts(con: duckdb.DuckDBPyConnection, file: Path, periods: tuple[date, ...]) -> dict[str, date | None]:
    """Who changed and when, from the columns treated and start. A `treated` that turns to yes says when."""
    starts: dict[str, date | None] = {}
    for unit, day, other, always, first, back, row in con.execute(
        """
        SELECT unit, min(start), max(start), bool_and(treated), min(t) FILTER (treated),
               coalesce(max(t) FILTER (NOT treated) > min(t) FILTER (treated), false), min(row)
        FROM cell GROUP BY unit HAVING bool_or(treated) OR min(start) IS NOT NULL ORDER BY unit
        """
    ).fetchall():
        if day != other:
            what = f"The unit {unit} has the starts {day} and {other}."
            raise BadInput(what, where=f"{_line(file, row)}, column start", do="Say one start for each unit.")
        if back:
            raise BadInput(
                f"The unit {unit} is treated and later no longer.",
                where=f"{_line(file, row)}, column treated",
                do="A unit that changed has changed: leave out the periods after it went back, in the plan.",
            )
        starts[str(unit)] = day if day is not None or always else periods[first]
    return starts


def _line(file: Path, row: int) -> str:
    return f"{file}, row {row}" if file.suffix == ".parquet" else f"{file}, line {row + 1}"
