"""Files of one feed → one staged table: each row with its key, the hash of its content, and whether it is usable."""

from pathlib import Path

import duckdb

from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.columns import field
from vanguard.know.intake.faults import helpers, unusable
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.readers.csv_file import read_csv
from vanguard.know.intake.readers.parquet_file import damaged, read_parquet

LINES_OF_A_FILE = 1 << 40
"""More than any file has: file number times this, plus the line, is a row's place among all rows of the feed."""


def make_stage(con: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """The empty temporary table `staged`: rid BIGINT, file_no INT, line, ok, fault, raw, k, c and the columns c0, c1 …

    `k` is the row's key, `c` a hash of feed and content. `rid` is the order in which words count:
    the table's own order is not, for DuckDB's threads insert as each comes to an end.
    """
    columns = ", ".join(f"c{number} VARCHAR" for number in range(len(feed.columns)))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE staged (rid BIGINT, file_no INT, line BIGINT, ok BOOLEAN, fault VARCHAR, "
        f"raw VARCHAR, k VARCHAR, c VARCHAR, {columns})"
    )


def stage_file(con: duckdb.DuckDBPyConnection, claim: Claim, file_no: int, scratch: Path) -> None:
    """Add the rows of one file to `staged`. Raises BadInput for a file that cannot be read as a whole."""
    feed = claim.feed
    parquet = claim.path.suffix.lower() == ".parquet"
    records = read_parquet(con, claim) if parquet else read_csv(con, claim, scratch)
    bad = unusable(feed, claim.extracted_on)
    key = "concat_ws('|', " + ", ".join(field(feed, column) for column in feed.key) + ")"
    columns = [f"c{number}" for number in range(len(feed.columns))]
    place = f"{file_no * LINES_OF_A_FILE:d}::BIGINT + line"
    usable = f"fault IS NULL AND NOT coalesce({bad}, false)"
    content = sql.digest([sql.text(feed.feed), *columns])
    insert = (
        f"INSERT INTO staged SELECT {place}, {file_no:d}, line, {usable}, fault, raw, {key}, {content}, "
        f"{', '.join(columns)} FROM (SELECT *{helpers(feed)} FROM ({records}))"
    )
    try:
        con.execute(insert)
    except duckdb.Error as error:
        if parquet and not isinstance(error, duckdb.OutOfMemoryException):
            raise damaged(claim) from error
        raise
