"""Reading any table of people: CSV, gzipped CSV or Parquet, with columns named by the user."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.identity.normal import read_date_sql
from vanguard.nhs_number import digits_sql, formatted, valid_sql
from vanguard.table_file import EXAMPLES, NAMELESS, Unknown, chosen_columns, listed, quoted, read_table, text

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
# In `linked_row` a further column bears this before its name, so that none hides one of ours.
FURTHER = "further "


def read_people(
    con: duckdb.DuckDBPyConnection, file: Path, columns: Mapping[str, str], today: date
) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """Make the table `linked_row` from `file`; returns the further columns and what counted as unknown.

    `columns` maps our name to the file's. `linked_row` has row (its place in the file, from 1), source,
    source_id, nhs_number, given_name, family_name, birth_date (a date, not after `today`), sex, postcode
    and the further columns, all trimmed. Raises BadInput for a file that cannot be read, a missing
    source_id, or a repeated one.
    """
    by_name = read_table(con, file)
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


def _chosen(file: Path, present: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The file's column for each of ours that it has."""
    chosen = chosen_columns(file, present, columns, OURS)
    if "source_id" not in chosen:
        raise BadInput(
            f"There is no column source_id; the columns are {listed(present)}.",
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


def _stem(file: Path) -> str:
    return file.name.split(".")[0]
