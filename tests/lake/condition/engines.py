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


def vocabulary(kinds: Mapping[str, str]) -> Vocabulary:
    return Vocabulary.over(Column(name, kind, True, "") for name, kind in kinds.items())


def table(kinds: Mapping[str, str], rows: Rows) -> pa.Table:
    columns = {name: pa.array([one[name] for one in rows], ARROW[kind]) for name, kind in kinds.items()}
    return pa.table({"_row": pa.array(range(len(rows)), pa.int64()), **columns})


def in_duckdb(sql: str, kinds: Mapping[str, str], rows: Rows) -> list[Any]:
    con = duckdb.connect()
    con.register("given", table(kinds, rows))
    return [found for (found,) in con.execute(f"SELECT {sql} FROM given ORDER BY _row").fetchall()]


def in_spark(spark: Any, folder: Path, asked: Sequence[tuple[Sequence[str], Mapping[str, str], Rows]]) -> list[Any]:
    """For each table with its SQL expressions (of one type), a list of found values for each; all in one query."""
    parts = []
    for number, (expressions, kinds, rows) in enumerate(asked):
        file = folder / f"{number}.parquet"
        pq.write_table(table(kinds, rows), file)
        parts.append(f"SELECT {number} AS part, _row, array({', '.join(expressions)}) AS found FROM parquet.`{file}`")
    found = {(row.part, row._row): row.found for row in spark.sql(" UNION ALL ".join(parts)).collect()}
    return [
        [[found[number, at][place] for at in range(len(rows))] for place in range(len(expressions))]
        for number, (expressions, _, rows) in enumerate(asked)
    ]
