"""How deprived small areas are: from a published table into the lake's `small_area`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.table_file import cells, needed_columns, read_table

NEEDED = ("area", "decile")


def write_small_areas(lake: Lake, deciles: Mapping[str, int], now: datetime) -> int:
    """The table holds these areas, by their tenth of England's (1 the most deprived), and no others; returns how
    many."""
    table = pa.table(
        {
            "area": pa.array(deciles, pa.string()),
            "deprivation": pa.array([(decile + 1) // 2 for decile in deciles.values()], pa.int64()),
        }
    )
    with lake.write(now) as batch, lake.connect() as con:
        con.register("given", table)
        return batch.replace("small_area", con, "SELECT * FROM given ORDER BY area")


def read_small_areas(file: Path, columns: Mapping[str, str]) -> dict[str, int]:
    """The deciles of a CSV or Parquet file with the columns area and decile, or as `columns` calls them.

    Raises BadInput, with the line, for a row without an area, a decile that is none, and an area given twice.
    """
    with duckdb.connect() as con:
        by_name = read_table(con, file)
        chosen = needed_columns(file, by_name, columns, needed=NEEDED, optional=())
        con.execute(
            f"CREATE TABLE said AS SELECT row_number() OVER () AS row, {cells(by_name, chosen, NEEDED)} FROM received"
        )
        wrong = con.execute(
            "SELECT row, area, decile FROM said WHERE area IS NULL OR coalesce(try_cast(decile AS INTEGER), 0) "
            "NOT BETWEEN 1 AND 10 ORDER BY row LIMIT 1"
        ).fetchall()
        for row, area, decile in wrong:
            what = "The row names no area." if area is None else f"{decile} is no tenth of England's areas."
            do = "Give each row a code, and a whole number from 1 (the most deprived) to 10."
            raise BadInput(what, where=f"{file}, line {row + 1}", do=do)
        twice = con.execute(
            "SELECT area, min(row), max(row) FROM said GROUP BY area HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
        ).fetchall()
        for area, one, other in twice:
            what = f"The area {area} is there twice, first on line {one + 1}."
            raise BadInput(what, where=f"{file}, line {other + 1}", do="Give each area once.")
        return {area: int(decile) for area, decile in con.execute("SELECT area, decile FROM said").fetchall()}
