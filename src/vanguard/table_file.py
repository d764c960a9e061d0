"""One table in a file of anyone's: CSV, gzipped CSV or Parquet, read as text, answered as CSV.
For the commands that work on a single file without a place."""

import csv
import gzip
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.no_table import GZIPPED, what_it_is

EXAMPLES = 3
NAMELESS = "nameless column "
DO = "Give CSV (UTF-8, with a header line; .csv or .csv.gz) or Parquet."
BLANKS = " \t\r\n\u00a0\ufeff"
DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d %B %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
)


@dataclass(frozen=True)
class Unknown:
    """Impossible values of one column, counted as unknown: how many, and the first as (line, value)."""

    column: str
    count: int
    examples: tuple[tuple[int, str], ...]

    def sentence(self) -> str:
        """What was found, in words."""
        shown = ", ".join(f"line {line}: {value}" for line, value in self.examples)
        return f"{self.count} impossible values of {self.column} count as unknown ({shown})."


def read_table(con: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """Make the table `received`, every column as text in the order of the file.

    Returns its columns: the name without white space round it, and as it stands in `received`. Raises BadInput for
    a file that cannot be read.
    """
    if file.is_dir():
        raise BadInput("This is a folder.", where=str(file), do="Name a file in it.")
    if not file.is_file():
        raise BadInput("There is no such file.", where=str(file), do="Check the path.")
    if file.stat().st_size == 0:
        raise BadInput("The file is empty.", where=str(file), do="Give a file with a header line and rows.")
    _refuse_signs(file)
    try:
        con.execute(f"CREATE TABLE received AS {_reading(file)}")
    except (duckdb.Error, OSError, EOFError, UnicodeError, csv.Error) as problem:
        reason, do = _reason(problem)
        raise BadInput(f"The file cannot be read as a table: {reason}.", where=str(file), do=do) from problem
    return {str(row[0]).strip(): str(row[0]) for row in con.execute("DESCRIBE received").fetchall()}


def chosen_columns(
    file: Path, present: Iterable[str], columns: Mapping[str, str], ours: Iterable[str]
) -> dict[str, str]:
    """The file's column for each of `ours` that it has, and for each name in `columns` (our name: the file's).

    Raises BadInput where `columns` names what the file has not.
    """
    have = list(present)
    for name, theirs in columns.items():
        if theirs not in have:
            raise BadInput(
                f"There is no column {theirs} for {name}.", where=f"{file}, line 1", do=f"It has {listed(have)}."
            )
    chosen = {name: name for name in ours if name in have and name not in columns}
    chosen.update(columns)
    return chosen


def needed_columns(
    file: Path,
    by_name: Mapping[str, str],
    columns: Mapping[str, str],
    *,
    needed: Collection[str],
    optional: Collection[str],
) -> dict[str, str]:
    """As `chosen_columns`, our names written in any case. Raises BadInput without one that is needed."""
    folded = {name.casefold(): name for name in by_name}
    ours = (*needed, *optional)
    spelt = {name: folded[name] for name in ours if name in folded and name not in columns}
    chosen = chosen_columns(file, by_name, {**spelt, **columns}, ours)
    missing = [name for name in needed if name not in chosen]
    if missing:
        raise BadInput(
            f"There is no column {missing[0]}; the columns are {listed(by_name)}.",
            where=f"{file}, line 1",
            do=f"Name the one that holds it, for example --columns {missing[0]}=…",
        )
    return chosen


def cells(by_name: Mapping[str, str], chosen: Mapping[str, str], ours: Iterable[str]) -> str:
    """SQL of our columns from the table `received`, as text, trimmed; null where the file has none."""
    return ", ".join(
        f"{trimmed(quoted(by_name[chosen[name]]))} AS {name}" if name in chosen else f"CAST(NULL AS VARCHAR) AS {name}"
        for name in ours
    )


def listed(columns: Iterable[str]) -> str:
    """The names of the columns that have one."""
    return ", ".join(name for name in columns if not name.startswith(NAMELESS))


def check_output(output: Path, inputs: Collection[Path]) -> None:
    """Raise BadInput where `output` cannot be written, or is one of the files that are read."""
    if not output.parent.is_dir():
        raise BadInput("There is no such folder.", where=str(output.parent), do="Make it first.")
    if output.is_dir():
        raise BadInput("The output is a folder.", where=str(output), do="Name a file in it.")
    if output.exists() and any(file.exists() and output.samefile(file) for file in inputs):
        raise BadInput("The output would overwrite the input.", where=str(output), do="Name another file.")


def write_table(con: duckdb.DuckDBPyConnection, query: str, output: Path) -> None:
    """Write the rows of `query` as CSV with a header, gzipped where the name ends so; whole or not at all."""
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    packed = "gzip" if output.suffix == ".gz" else "none"
    try:
        con.execute(f"COPY ({query}) TO {text(str(beside))} (FORMAT csv, HEADER, COMPRESSION {packed})")
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)


def date_sql(column: str) -> str:
    """A day written in one of DATE_FORMATS; null if it is none or not a day of the calendar."""
    return f"CAST({read_as(column, DATE_FORMATS)} AS DATE)"


def read_as(raw: str, forms: Sequence[str]) -> str:
    """SQL of the instant that the text `raw` says in one of these strptime forms, NULL where it says none.

    Both begin with a mark: bare, DuckDB reads the words infinity and epoch under any form, as the first day of 1900.
    """
    marked = [text(f"={form}") for form in forms]
    return f"try_strptime('=' || {raw}, {marked[0] if len(marked) == 1 else '[' + ', '.join(marked) + ']'})"


def trimmed(column: str) -> str:
    """SQL of a cell without white space round it, null if empty. Trims only what needs it: trimming costs much."""
    loose = f"{column} < '!' OR {column} > '~' OR " + " OR ".join(f"ends_with({column}, '{blank}')" for blank in BLANKS)
    trimmed = f"nullif(trim({column}, '{BLANKS}'), '')"
    return f"CASE WHEN {column} = '' THEN NULL WHEN {loose} THEN {trimmed} ELSE {column} END"


def text(value: str) -> str:
    """`value` as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def quoted(column: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def _reading(file: Path) -> str:
    name = text(str(file))
    if file.suffix == ".parquet":
        return f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet({name})"
    header, delimiter = _header(file)
    # Told everything, so that a ragged line is an error and never a guess.
    types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in header)
    return (
        f"SELECT * FROM read_csv({name}, auto_detect = false, header = true, columns = {{{types}}},"
        f" delim = {text(delimiter)}, quote = '\"', escape = '\"', strict_mode = true)"
    )


def _header(file: Path) -> tuple[list[str], str]:
    """The column names of a CSV file and the mark that separates them; a nameless column is called by its
    place."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
    delimiter = max(",;\t|", key=lambda mark: (first.count(mark), mark == ","))
    names = next(csv.reader([first], delimiter=delimiter), [])
    folded = [name.strip().casefold() for name in names]
    twice = sorted({name for name, key in zip(names, folded, strict=True) if key and folded.count(key) > 1})
    if twice:
        raise BadInput(
            f"The column {twice[0].strip()} occurs twice.", where=f"{file}, line 1", do="Rename one of them."
        )
    return [name if name.strip() else f"{NAMELESS}{place}" for place, name in enumerate(names, 1)], delimiter


def _refuse_signs(file: Path) -> None:
    """Raise BadInput for what is no table by how it begins."""
    with file.open("rb") as opened:
        begins = opened.read(16)
    gzipped = begins.startswith(GZIPPED)
    if (found := what_it_is(begins)) and not (gzipped and file.suffix == ".gz"):
        what, do = found
        do = "Let its name end in .csv.gz." if gzipped else do
        raise BadInput(f"The file cannot be read as a table: {what}.", where=str(file), do=do)


def _reason(problem: Exception) -> tuple[str, str]:
    """What an engine's message says, in words, and what to do."""
    told = str(problem)
    if isinstance(problem, UnicodeError) or "unicode" in told.lower():
        return "it is not UTF-8 text", DO
    if ragged := re.search(r"on Line: (\d+).*Expected Number of Columns: (\d+) Found: (\d+)", told, re.DOTALL):
        line, wanted, found = map(int, ragged.groups())
        do = "Begin with the header line, and give each row a cell for each column."
        return f"line {line} has {'more' if found > wanted else 'fewer'} cells than the header line", do
    if unclosed := re.search(r"on Line: (\d+).*unterminated quote", told, re.DOTALL):
        return f"a quotation mark that begins on line {unclosed[1]} is never closed", "Close it or take it out."
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    kept = [line.rstrip(".") for line in lines if not line.startswith(("Original Line", "Possible"))]
    return "; ".join(kept[:2]), DO
