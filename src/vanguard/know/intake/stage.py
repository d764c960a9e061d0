"""Files of one feed → staged rows: each with the hash of its content, and whether it is usable."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from vanguard.know.intake.claim import Claim
from vanguard.know.intake.columns import content
from vanguard.know.intake.faults import helpers, unusable
from vanguard.know.intake.readers.parquet_file import damaged
from vanguard.know.intake.readers.records import Records

LINES_OF_A_FILE = 1 << 40
"""More than any file has: file number times this, plus the line, is a row's place among all rows of the feed."""
ROW_GROUP = 122_880
"""Of DuckDB."""
PIECE = 4 * ROW_GROUP
"""Most lines that are staged in one table and written to one file of the lake."""


@dataclass(frozen=True)
class Piece:
    """Some of one file's records, one after the other, and the table that holds them once they are staged."""

    table: str
    claim: Claim
    file_no: int
    records: str
    lines: int
    """How many there are at most."""


def pieces(claim: Claim, file_no: int, records: Records) -> list[Piece]:
    """The file cut into pieces, in order; a file of few pieces is cut smaller, so that more hands have work."""
    size = min(PIECE, ROW_GROUP * max(1, -(-records.count // PIECE)), max(records.count, 1))
    starts = range(0, max(records.count, 1), size)
    return [
        Piece(f"staged_{file_no}_{number}", claim, file_no, records.select(start, start + size), size)
        for number, start in enumerate(starts)
    ]


def stage_piece(con: duckdb.DuckDBPyConnection, piece: Piece) -> None:
    """Make the piece's table: rid BIGINT, file_no INT, line, ok, fault, raw, c and the columns c0, c1 …

    `c` is a hash of feed and content, `rid` the order in which words count.
    Raises BadInput for a file that turns out to be damaged.
    """
    feed = piece.claim.feed
    columns = [f"c{number}" for number in range(len(feed.columns))]
    line = f"(line + {piece.claim.shift:d})" if piece.claim.shift else "line"
    place = f"{piece.file_no * LINES_OF_A_FILE:d}::BIGINT + {line}"
    usable = f"fault IS NULL AND NOT coalesce({unusable(feed, piece.claim.extracted_on)}, false)"
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE {piece.table} AS "
            f"SELECT {place} AS rid, {piece.file_no:d} AS file_no, {line} AS line, {usable} AS ok, fault, raw, "
            f"{content(feed)} AS c, {', '.join(columns)} "
            f"FROM (SELECT *{helpers(feed)} FROM ({piece.records}))"
        )
    except duckdb.Error as error:
        if piece.claim.path.suffix.lower() == ".parquet" and not isinstance(
            error, (duckdb.OutOfMemoryException, duckdb.InterruptException)
        ):
            raise damaged(piece.claim) from error
        raise


def runs(staged: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces in order, small ones together: many small files of the lake cost more than one."""
    found: list[list[Piece]] = [[]]
    for piece in staged:
        if sum(one.lines for one in found[-1]) + piece.lines > ROW_GROUP and found[-1]:
            found.append([])
        found[-1].append(piece)
    return found


def joined(staged: Sequence[Piece]) -> str:
    """SQL of the rows of these pieces, in order."""
    return " UNION ALL ".join(f"SELECT * FROM {piece.table}" for piece in staged)


def join_pieces(con: duckdb.DuckDBPyConnection, staged: Sequence[Piece]) -> None:
    """Make the view `staged` over all pieces of a feed."""
    con.execute(f"CREATE OR REPLACE VIEW staged AS {joined(staged)}")
