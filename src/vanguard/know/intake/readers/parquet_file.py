"""Parquet as records: every value as the text that the feed's description expects."""

import duckdb

from vanguard.errors import BadInput
from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.feed import FORMATS, FeedColumn
from vanguard.know.intake.readers.header import places
from vanguard.know.intake.readers.records import Records, filled


def read_parquet(con: duckdb.DuckDBPyConnection, claim: Claim) -> Records:
    """The file's records; the line of each is the row's number, counted from 1.

    Raises BadInput for a file that is not Parquet, or as `places` does.
    """
    if claim.path.stat().st_size == 0:
        raise BadInput("The file is empty.", where=claim.name, do="Ask for the extract again.")
    table = f"read_parquet({sql.text(str(claim.path))}, file_row_number = true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {table}").fetchall()
        count = con.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(claim.path)]).fetchall()[0][0]
    except duckdb.Error as error:
        raise damaged(claim) from error
    types = {str(row[0]): str(row[1]) for row in described}
    names = tuple(types)
    at = places(claim, names, where=claim.name)
    columns = ", ".join(
        f"{_field(None if place is None else names[place], types, spec)} AS c{number}"
        for number, (place, spec) in enumerate(zip(at, claim.feed.columns.values(), strict=True))
    )

    def select(first: int, before: int) -> str:
        return (
            f"SELECT file_row_number + 1 AS line, NULL::VARCHAR AS fault, NULL::VARCHAR AS raw, {columns} "
            f"FROM {table} WHERE file_row_number >= {first:d} AND file_row_number < {before:d}"
        )

    return Records(int(count), select, names)


def damaged(claim: Claim) -> BadInput:
    """The sentence for a file whose footer or pages cannot be read."""
    return BadInput("This is not a Parquet file, or it is damaged.", where=claim.name, do="Ask for the extract again.")


def _field(name: str | None, types: dict[str, str], spec: FeedColumn) -> str:
    if name is None:
        return "NULL::VARCHAR"
    return filled(f"trim({_text(name, types[name], spec)}, ' \t')", spec)


def _text(name: str, kind: str, spec: FeedColumn) -> str:
    column = sql.name(name)
    if spec.type in FORMATS and kind.startswith(("DATE", "TIMESTAMP")):
        return f"strftime(CAST({column} AS TIMESTAMP), {sql.text(spec.formats[0])})"
    if kind.startswith(("STRUCT", "MAP", "BLOB", "UNION")) or kind.endswith("]"):
        return f"CAST(to_json({column}) AS VARCHAR)"
    if kind in ("FLOAT", "DOUBLE") and spec.type not in ("float", "money"):
        # A column of whole numbers with gaps is often written as floating point: 9991234519 as 9991234519.0.
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
    return f"CAST({column} AS VARCHAR)"
