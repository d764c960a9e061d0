"""Reading a table of series, one row a point, into columns in the order of time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vanguard.errors import BadInput
from vanguard.learn.measure.spc.periods import FORMS, in_time
from vanguard.learn.measure.spc.xmr import Flags, Floats
from vanguard.table_file import cells, needed_columns, read_table

NEEDED = ("series", "period", "value")
OPTIONAL = ("target", "rebase", "reason", "direction")
OURS = (*NEEDED, *OPTIONAL)
# What spreadsheets and publishers write where there is no number.
MISSING = (
    *("na", "n/a", "#n/a", "#na", "<na>", "nan", "null", "none", "nat"),
    *("-", "\u2013", "\u2014", "*", ".", "..", ":", "?", "unknown", "not known", "missing"),
)
YES = ("yes", "y", "true", "t", "1", "1.0", "x")
NO = ("no", "n", "false", "f", "0", "0.0")
DIRECTIONS = ("up", "down", "neither")
LARGEST = 1e100

# A number as people write it: 1,234.5, £3, 12.5%, 1e3. A comma that does not part thousands is no number.
WRITTEN = r"^[-+]?£?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][-+]?\d+)?%?$"

SAID = """
CREATE TEMP TABLE said AS
SELECT row_number() OVER () AS row, {cells} FROM received
"""

POINT = """
CREATE TEMP TABLE point AS
SELECT s.row, n.sid, s.period, {value} AS value, {target} AS target,
       coalesce(lower(rebase) IN {yes}, false) AS rebase, reason
FROM said s JOIN (SELECT series, row_number() OVER (ORDER BY min(row)) - 1 AS sid FROM said
                  WHERE series IS NOT NULL GROUP BY series) n USING (series)
"""

# The first way in which every period of a series can be read.
FORM = """
CREATE TEMP TABLE form AS
SELECT sid, min(form) AS form
FROM (SELECT p.sid, w.form FROM (SELECT DISTINCT sid, period FROM point) p JOIN written w USING (period)
      GROUP BY p.sid, w.form
      HAVING count(*) = (SELECT count(DISTINCT q.period) FROM point q WHERE q.sid = p.sid))
GROUP BY sid
"""


@dataclass(frozen=True)
class Series:
    """Points of many series, those of a series together and in the order of time; columns are as long as the points.

    `names` and `directions` (up, down, neither or "") have one entry a series, the rest one a point: `number` is the
    place of its series in `names`, `values` and `targets` are NaN where missing, `rebased` marks the first point of a
    new group within a series, `reasons` says why it was begun. `empty_rows` were passed over.
    """

    names: tuple[str, ...]
    directions: tuple[str, ...]
    number: npt.NDArray[np.int64]
    periods: pa.StringArray
    values: Floats
    targets: Floats
    rebased: Flags
    reasons: pa.StringArray
    empty_rows: int

    @property
    def first(self) -> Flags:
        """Where a series or a rebased part of it begins."""
        begins = self.rebased.copy()
        begins[:1] = True
        begins[1:] |= self.number[1:] != self.number[:-1]
        return begins


def read_series(con: duckdb.DuckDBPyConnection, file: Path, columns: Mapping[str, str]) -> Series:
    """The series of a CSV or Parquet file; `columns` maps our names to the file's.

    Series are in the order in which the file first names them. Raises BadInput, with the line, for a cell that is not
    what its column says, a period that cannot be placed, and a period given twice in one series.
    """
    by_name = read_table(con, file)
    chosen = needed_columns(file, by_name, columns, needed=NEEDED, optional=OPTIONAL)
    con.execute(SAID.format(cells=cells(by_name, chosen, OURS)))
    con.execute("DROP TABLE received")
    nothing = " AND ".join(f"{name} IS NULL" for name in OURS)
    empty = con.execute(f"SELECT count(*) FROM said WHERE {nothing}").fetchall()[0][0]
    con.execute(f"DELETE FROM said WHERE {nothing}")
    _refuse_cells(con, file)
    con.execute(POINT.format(value=_number("value"), target=_number("target"), yes=YES))
    _order(con, file)
    return _collect(con, file, int(empty))


def _refuse_cells(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Raise BadInput for the first cell that is not what its column says."""
    wanted = {
        "series": ("series IS NULL", "The row names no series.", "Give each row the name of its series."),
        "period": ("period IS NULL", "The row has no period.", "Give each row a day, month, week, quarter or number."),
        "value": (_no_number("value"), "{cell} is not a number.", "Give a number, or nothing where it is missing."),
        "target": (_no_number("target"), "{cell} is not a number.", "Give a number, or nothing without a target."),
        "rebase": (f"lower(rebase) NOT IN {(*YES, *NO)}", "{cell} is neither yes nor no.", "Write yes or leave blank."),
        "direction": (f"lower(direction) NOT IN {DIRECTIONS}", "{cell} is no direction.", "Write up, down or neither."),
    }
    for column, (wrong, what, do) in wanted.items():
        found = con.execute(f"SELECT row, {column} FROM said WHERE {wrong} ORDER BY row LIMIT 1").fetchall()
        for row, cell in found:
            instead = _instead(cell) if "a number" in what else None
            raise BadInput(what.format(cell=cell), where=f"{_line(file, row)}, column {column}", do=instead or do)
    mixed = con.execute(
        """
        SELECT series, min(row) FILTER (ends_with(value, '%')), min(row) FILTER (NOT ends_with(value, '%'))
        FROM said WHERE regexp_matches(value, '[0-9]') GROUP BY series
        HAVING bool_or(ends_with(value, '%')) AND NOT bool_and(ends_with(value, '%')) ORDER BY min(row) LIMIT 1
        """
    ).fetchall()
    for series, percent, plain in mixed:
        raise BadInput(
            f"The series {series} has values with a percent sign and without (line {plain + 1}).",
            where=f"{_line(file, percent)}, column value",
            do="Write all of them in the same way.",
        )


def _instead(cell: str) -> str | None:
    """How a number is to be written that people write otherwise; None where nobody can tell."""
    if re.fullmatch(r"[-+]?\d+,\d+", cell):
        return f"Write decimals with a point: {cell.replace(',', '.')}."
    if re.fullmatch(r"\(\d+(\.\d+)?\)", cell):
        return f"Write what is below nought with a minus: -{cell[1:-1]}."
    if re.fullmatch(r"\d{1,3}( \d{3})+(\.\d+)?", cell):
        return f"Write it without spaces: {cell.replace(' ', '')}."
    if re.fullmatch(r"[-+]?\d[\d.]*([eE]\+?\d+)?", cell):
        return f"No number may be larger than {LARGEST:.0e}: give it in a larger unit."
    if cell.startswith(("<", "\u2264")):
        return "Leave the cell blank where a small number was kept back."
    return None


def _order(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Give each point its place in time: tables `written`, `form` and `placed`."""
    periods = [str(period) for (period,) in con.execute("SELECT DISTINCT period FROM point").fetchall()]
    read = in_time(periods)
    texts, forms, keys = zip(*read, strict=True) if read else ((), (), ())
    con.register(
        "written",
        pa.table(
            {
                "period": pa.array(texts, pa.string()),
                "form": pa.array(forms, pa.int64()),
                "key": pa.array(keys, pa.float64()),
            }
        ),
    )
    con.execute(FORM)
    _refuse_periods(con, file)
    con.execute(
        "CREATE TEMP TABLE placed AS SELECT p.*, w.key FROM point p JOIN form f USING (sid) "
        "JOIN written w ON w.period = p.period AND w.form = f.form"
    )
    twice = con.execute(
        """
        SELECT n.series, min(p.row), arg_min(p.period, p.row), max(p.row)
        FROM placed p JOIN said n USING (row) GROUP BY n.series, p.key HAVING count(*) > 1 ORDER BY max(p.row) LIMIT 1
        """
    ).fetchall()
    for series, row, period, again in twice:
        raise BadInput(
            f"The series {series} has the period {period} twice, first on line {row + 1}.",
            where=f"{_line(file, again)}, column period",
            do="Give each period once, or name two series.",
        )


def _refuse_periods(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Raise BadInput for the first period that is no period, or not written like the others of its series."""
    unread = con.execute(
        "SELECT row, period FROM point WHERE period NOT IN (SELECT period FROM written) ORDER BY row LIMIT 1"
    ).fetchall()
    for row, period in unread:
        raise BadInput(
            f"{period} is not a period.",
            where=f"{_line(file, row)}, column period",
            do="Write a day (2018-08-06), a month (2018-08), a week (2018-W32), a quarter (2018-Q3) or a number.",
        )
    mixed = con.execute(
        """
        WITH odd AS (SELECT sid, form, count(*) AS n FROM point JOIN written USING (period)
                     WHERE sid NOT IN (SELECT sid FROM form) GROUP BY ALL),
             most AS (SELECT sid, arg_max(form, n) AS form FROM odd GROUP BY sid)
        SELECT p.row, s.series, p.period, m.form FROM point p JOIN most m USING (sid) JOIN said s USING (row)
        WHERE NOT EXISTS (FROM written w WHERE w.period = p.period AND w.form = m.form) ORDER BY p.row LIMIT 1
        """
    ).fetchall()
    for row, series, period, form in mixed:
        raise BadInput(
            f"{period} is not {list(FORMS)[form]}, as most periods of the series {series} are.",
            where=f"{_line(file, row)}, column period",
            do="Write all periods of a series in the same way.",
        )


def _collect(con: duckdb.DuckDBPyConnection, file: Path, empty: int) -> Series:
    named = con.execute(
        """
        SELECT p.sid, any_value(s.series), min(lower(s.direction)), max(lower(s.direction)), max(s.row)
        FROM point p JOIN said s USING (row) GROUP BY p.sid ORDER BY p.sid
        """
    ).fetchall()
    for _, series, one, other, row in named:
        if one != other:
            raise BadInput(
                f"The series {series} has the directions {one} and {other}.",
                where=f"{_line(file, row)}, column direction",
                do="Say one direction for each series.",
            )
    table = con.sql(
        """
        SELECT sid, period, coalesce(value, 'nan'::DOUBLE) AS value, coalesce(target, 'nan'::DOUBLE) AS target, rebase,
               reason
        FROM placed ORDER BY sid, key
        """
    ).to_arrow_table()
    column = {name: table.column(name).combine_chunks() for name in table.column_names}
    return Series(
        names=tuple(str(line[1]) for line in named),
        directions=tuple(line[2] or "" for line in named),
        number=column["sid"].to_numpy(),
        periods=column["period"],
        values=column["value"].to_numpy(),
        targets=column["target"].to_numpy(),
        rebased=column["rebase"].to_numpy(zero_copy_only=False),
        reasons=column["reason"],
        empty_rows=empty,
    )


def _number(column: str) -> str:
    """SQL of the number that a cell holds; null where it holds none."""
    plain = f"try_cast({column} AS DOUBLE)"
    written = f"try_cast(regexp_replace({column}, '[,£%+]', '', 'g') AS DOUBLE)"
    return (
        f"CASE WHEN abs({plain}) <= {LARGEST} THEN {plain}"
        f" WHEN regexp_matches({column}, '{WRITTEN}') AND abs({written}) <= {LARGEST} THEN {written} END"
    )


def _no_number(column: str) -> str:
    return f"({_number(column)}) IS NULL AND lower({column}) NOT IN {MISSING}"


def _line(file: Path, row: int) -> str:
    return f"{file}, row {row}" if file.suffix == ".parquet" else f"{file}, line {row + 1}"
