"""A lake whose tables are given as SQL; columns that it leaves out are empty."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb

from vanguard.lake import Lake, tables


def write_tables(home: Path, given: Mapping[str, str], now: datetime) -> Lake:
    """Write the tables, each by its query, into the lake of the place in `home`."""
    lake = Lake(home)
    con = in_memory()
    with lake.write(now) as batch:
        for name, sql in given.items():
            made = con.execute(f"SELECT * FROM ({sql}) LIMIT 0").description
            missing = [c for c in tables()[name].columns if c.name not in {one[0] for one in made}]
            more = "".join(f', CAST(NULL AS {c.sql_type}) AS "{c.name}"' for c in missing)
            batch.replace(name, con, f"SELECT *{more} FROM ({sql})")
    return lake


@cache
def in_memory() -> duckdb.DuckDBPyConnection:
    """One for all tests of a process: to begin one anew takes longer than most of what is asked of it."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    return con
