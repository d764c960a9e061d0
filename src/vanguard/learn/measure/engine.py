"""Where events and person-time are counted: in DuckDB beside the lake, or in Apache Spark over the same tables."""

from typing import Any, Protocol

import duckdb
import pyarrow as pa

from vanguard.learn.measure.dialect import Dialect, DuckDB, Spark


class Engine(Protocol):
    """What counting needs of an engine in which the lake's tables stand under their own names."""

    dialect: Dialect

    def give(self, name: str, table: pa.Table) -> None:
        """Let queries read a small table of ours under a name."""

    def make(self, name: str, sql: str) -> None:
        """Keep what a query finds as a table that later queries read."""

    def take(self, sql: str) -> pa.Table:
        """What a query finds, which is small."""


class OnDuckDB:
    """Counting in a connection to the lake."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.dialect: Dialect = DuckDB()

    def give(self, name: str, table: pa.Table) -> None:
        self.con.register(name, table)

    def make(self, name: str, sql: str) -> None:
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def take(self, sql: str) -> pa.Table:
        found: pa.Table = self.con.sql(sql).to_arrow_table()
        return found


class OnSpark:
    """Counting in a session of Spark (4), in which the lake's tables are views that its files were read into."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.dialect: Dialect = Spark()
        self.kept: dict[str, Any] = {}

    def give(self, name: str, table: pa.Table) -> None:
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def make(self, name: str, sql: str) -> None:
        before = self.kept.pop(name, None)
        self.kept[name] = self.session.sql(sql).cache()
        self.kept[name].createOrReplaceTempView(name)
        if before is not None:
            before.unpersist()

    def take(self, sql: str) -> pa.Table:
        found: pa.Table = self.session.sql(sql).toArrow()
        return found
