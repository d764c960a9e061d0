"""One place for all tests to look at, read as text."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from vanguard.synth import Summary, make_place
from vanguard.synth.extracts import feeds

UNTIL = date(2018, 8, 6)
FEEDS = tuple(feeds())


@dataclass(frozen=True)
class Place:
    """A made place with every file as a view of text columns; the extracts without their planted mistakes."""

    folder: Path
    summary: Summary
    con: duckdb.DuckDBPyConnection

    def one(self, sql: str) -> float:
        row = self.con.execute(sql).fetchall()[0]
        return float(row[0] or 0)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.con.execute(sql).fetchall()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("synth") / "place"
    summary = make_place(20_000, 7, UNTIL, folder)
    con = duckdb.connect()
    for name in ("persons", "links", "planted", "slips", "alike"):
        path = folder / "truth" / f"{name}.csv"
        con.execute(f"create table {name} as from read_csv('{path}', all_varchar = true, header = true)")
    for feed in FEEDS:
        file = f"{feed}_20180806.csv"
        con.execute(
            f"""create table all_{feed} as select row_number() over () + 1 as line, *
                from read_csv('{folder / file}', all_varchar = true, header = true, parallel = false)"""
        )
        con.execute(
            f"""create view {feed} as from all_{feed} where line not in
                (select line::int from planted where file = '{file}')"""
        )
    return Place(folder, summary, con)
