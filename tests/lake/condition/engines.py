"""Conditions run on each engine over the same rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from vanguard.lake import Column
from vanguard.lake.condition import Vocabulary

ARROW = {
    "int": pa.int64(),
    "float": pa.float64(),
    "text": pa.string(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "list of text": pa.list_(pa.string()),
}

Rows = Sequence[Mapping[str, Any]]


def vocabulary(kinds: Mapping[str, str], at_most: Mapping[str, float] | None = None) -> Vocabulary:
    known = at_most or {}
    return Vocabulary.over(Column(name, kind, True, "", at_most=known.get(name)) for name, kind in kinds.items())


def table(kinds: Mapping[str, str], rows: Rows) -> pa.Table:
    columns = {name: pa.array([one[name] for one in rows], ARROW[kind]) for name, kind in kinds.items()}
    return pa.table({"_row": pa.array(range(len(rows)), pa.int64()), **columns})


def in_duckdb(sql: str, kinds: Mapping[str, str], rows: Rows) -> list[Any]:
    con = duckdb.cursor()
    con.register("given", table(kinds, rows))
    return [found for (found,) in con.execute(f"SELECT {sql} FROM given ORDER BY _row").fetchall()]


def in_spark(spark: Any, folder: Path, expressions: Sequence[str], kinds: Mapping[str, str], rows: Rows) -> list[Any]:
    """For each of several expressions of one type, what it gives for each row: one query for all of them."""
    file = folder / "given.parquet"
    pq.write_table(table(kinds, rows), file)
    found = spark.sql(f"SELECT _row, array({', '.join(expressions)}) AS found FROM parquet.`{file}`").collect()
    by_row = [row.found for row in sorted(found, key=lambda row: row._row)]
    return [list(values) for values in zip(*by_row, strict=True)]
