"""Reading any table of people: CSV, gzipped CSV or Parquet, with columns named by the user."""

import csv
import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.identity.normal import read_date_sql, text
from vanguard.know.identity.units import quoted
from vanguard.nhs_number import digits_sql, formatted, valid_sql

OURS = (
    "source",
    "source_id",
    "nhs_number",
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "postcode",
)
EXAMPLES = 3
# In `linked_row` a further column bears this before its name, so that none hides one of ours.
FURTHER = "further "
NAMELESS = "nameless column "


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


def read_people(
    con: duckdb.DuckDBPyConnection, file: Path, columns: Mapping[str, str], today: date
) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """Make the table `linked_row` from `file`; returns the further columns and what counted as unknown.

    `columns` maps our name to the file's. `linked_row` has row (its place in the file, from 1), source,
    source_id, nhs_number, given_name, family_name, birth_date (a date, not after `today`), sex, postcode
    and the further columns, all trimmed. Raises BadInput for a file that cannot be read, a missing
    source_id, or a repeated one.
    """
    _open(con, file)
    present = [str(row[0]) for row in con.execute("DESCRIBE received").fetchall()]
    by_name = {name.strip(): name for name in present}
    chosen = _chosen(file, by_name, columns)
    taken = {*chosen.values(), *OURS}
    spare = [name for name in by_name if name not in taken and not name.startswith(NAMELESS)]
    chosen.update({name: name for name in spare})
    further = tuple(name for name in chosen if name not in OURS)
    trimmed = {ours: f"nullif(trim({quoted(by_name[theirs])}), '')" for ours, theirs in chosen.items()}
    trimmed.setdefault("source", text(_stem(file)))
    wanted = [
        *(f"{trimmed.get(ours, 'CAST(NULL AS VARCHAR)')} AS {ours}" for ours in OURS),
        *(f"{trimmed[name]} AS {quoted(FURTHER + name)}" for name in further),
    ]
    con.execute(f"CREATE TABLE said AS SELECT row_number() OVER () AS row, {', '.join(wanted)} FROM received")
    _check_ids(con, file)
    con.execute(
        f"""
        CREATE TABLE linked_row AS
        SELECT * REPLACE ({read_date_sql("birth_date", today)} AS birth_date) FROM said ORDER BY row
        """
    )
    return further, _unknown(con)


def _open(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the table `received`, every column as text."""
    if not file.is_file():
        raise BadInput("There is no such file.", where=str(file), do="Check the path.")
    if file.stat().st_size == 0:
        raise BadInput("The file is empty.", where=str(file), do="Give a file with a header line and rows.")
    try:
        con.execute(f"CREATE TABLE received AS {_reading(file)}")
    except (duckdb.Error, OSError, EOFError, UnicodeError, csv.Error) as problem:
        raise BadInput(
            f"The file cannot be read as a table: {_reason(problem)}.",
            where=str(file),
            do="Give CSV (UTF-8, with a header line; .csv or .csv.gz) or Parquet.",
        ) from problem


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
    twice = sorted({name for name in names if name.strip() and names.count(name) > 1})
    if twice:
        raise BadInput(
            f"The column {twice[0].strip()} occurs twice.", where=f"{file}, line 1", do="Rename one of them."
        )
    return [name if name.strip() else f"{NAMELESS}{place}" for place, name in enumerate(names, 1)], delimiter


def _chosen(file: Path, present: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The file's column for each of ours that it has."""
    have = list(present)
    listed = ", ".join(name for name in have if not name.startswith(NAMELESS))
    for ours, theirs in columns.items():
        if theirs not in have:
            raise BadInput(f"There is no column {theirs} for {ours}.", where=f"{file}, line 1", do=f"It has {listed}.")
    chosen = {ours: ours for ours in OURS if ours in have and ours not in columns}
    chosen.update(columns)
    if "source_id" not in chosen:
        raise BadInput(
            f"There is no column source_id; the columns are {listed}.",
            where=f"{file}, line 1",
            do="Name the one that identifies a row, for example --columns source_id=rec_id.",
        )
    return chosen


def _check_ids(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    missing = con.execute(
        "SELECT row + 1, source_id IS NULL FROM said WHERE source IS NULL OR source_id IS NULL LIMIT 1"
    ).fetchall()
    if missing:
        line, no_id = missing[0]
        column = "source_id" if no_id else "source"
        raise BadInput(f"The {column} is empty.", where=f"{file}, line {line}", do="Give every row a source and an id.")
    repeated = con.execute(
        """
        SELECT source, source_id, min(row) + 1, arg_min(row, row, 2)[2] + 1
        FROM said GROUP BY source, source_id HAVING count(*) > 1 ORDER BY 3 LIMIT 1
        """
    ).fetchall()
    if repeated:
        source, source_id, first, second = repeated[0]
        raise BadInput(
            f"{source_id} of source {source} is already in line {first}.",
            where=f"{file}, line {second}, column source_id",
            do="Keep one row for each source and source_id.",
        )


def _unknown(con: duckdb.DuckDBPyConnection) -> tuple[Unknown, ...]:
    impossible = {
        "nhs_number": f"NOT {valid_sql(digits_sql('s.nhs_number'))}",
        "birth_date": "l.birth_date IS NULL",
    }
    found = []
    for column, condition in impossible.items():
        rows = con.execute(
            f"""
            SELECT s.row + 1, s.{column}, count(*) OVER () FROM said AS s JOIN linked_row AS l USING (row)
            WHERE s.{column} IS NOT NULL AND {condition} ORDER BY s.row LIMIT {EXAMPLES}
            """
        ).fetchall()
        if rows:
            examples = tuple((int(line), formatted(str(value))) for line, value, _ in rows)
            found.append(Unknown(column, int(rows[0][2]), examples))
    return tuple(found)


def _reason(problem: Exception) -> str:
    """The first telling line of an engine's message."""
    if isinstance(problem, UnicodeError) or "unicode" in str(problem).lower():
        return "it is not UTF-8 text"
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    kept = [line.rstrip(".") for line in lines if not line.startswith(("Original Line", "Possible"))]
    return "; ".join(kept[:2])


def _stem(file: Path) -> str:
    return file.name.split(".")[0]
