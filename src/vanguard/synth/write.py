"""Write one extract: its rows, then at its end the rows that come twice, come corrected or are planted
wrong."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.synth.chance import Ints, Stream
from vanguard.synth.days import FOREVER
from vanguard.synth.disorder import Texts, failing
from vanguard.synth.rates import rates


@dataclass(frozen=True)
class Planted:
    """A row written on purpose: where it is, what about it, and the line that it repeats, corrects or spoils.
    Where it bears a person's number of its own, `new_record` is that and `of_record` the number of the
    line."""

    file: str
    line: int
    column: str
    value: str
    kind: str
    of_line: int
    new_record: str = ""
    of_record: str = ""


def texts(values: Texts | list[str], rows: Ints | None = None) -> Any:
    """A text column: for each row the value numbered so in `values` (all in order where no rows are
    given); None and negative numbers are empty."""
    if rows is None:
        return pa.array(values, pa.string())
    known = pa.array(values, pa.string())
    empty = np.array([value is None for value in values], dtype=bool)
    missing: Any = (rows < 0) | empty[np.maximum(rows, 0)] if len(values) else np.ones(len(rows), dtype=bool)
    numbers: Any = pa.array(rows.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(numbers, known)


def days(values: Ints) -> Any:
    """A column of dates; FOREVER is empty."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=values >= FOREVER).cast(pa.date32())


def instants(values: Ints) -> Any:
    """A column of local instants from seconds; FOREVER days and later are empty."""
    running = values >= FOREVER * 86_400
    return pa.array(values * 1_000_000, pa.int64(), mask=running).cast(pa.timestamp("us"))


def write_table(path: Path, rows: Any) -> None:
    """Write a table as CSV: header, ISO dates, empty for nothing, quotes only where needed."""
    con = duckdb.connect()
    con.register("extract", rows)
    con.execute(
        f"""copy (select * from extract) to '{str(path).replace("'", "''")}'
            (format csv, header, dateformat '%Y-%m-%d', timestampformat '%Y-%m-%dT%H:%M:%S')"""
    )
    con.close()


def write_feed(rng: Stream, path: Path, feed: str, columns: dict[str, Any]) -> tuple[int, list[Planted]]:
    """Write the extract of one feed and return its rows, with those that were planted."""
    rows = pa.table(columns)
    write_table(path, rows)
    extra, planted = _planted(rng, feed, path.name, rows)
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(extra)
    return len(rows) + len(extra), planted


def _planted(rng: Stream, feed: str, file: str, rows: Any) -> tuple[list[list[str]], list[Planted]]:
    """The rows that end the file, as text, and what is known of each."""
    rule = rates("disorder")
    names = rows.column_names
    extra: list[list[str]] = []
    planted: list[Planted] = []

    def again(column: str, count: int) -> list[tuple[int, list[str]]]:
        """Rows of the file, each once, that have a value in a column: their numbers and text."""
        there = np.flatnonzero(rows[column].is_valid().to_numpy())
        chosen = np.sort(rng.choice(there, min(count, len(there)), replace=False))
        taken = rows.take(pa.array(chosen)).to_pydict()
        return [
            (int(number), [_text(taken[name][position]) for name in names]) for position, number in enumerate(chosen)
        ]

    def add(row: list[str], kind: str, column: str, number: int, *records: str) -> None:
        extra.append(row)
        value = row[names.index(column)] if column else ""
        line = len(rows) + 1 + len(extra)
        planted.append(Planted(file, line, column, value, kind, number + 2, *records))

    for number, row in again(names[0], max(rule["rows_at_least"], int(len(rows) * rule["exact_duplicates"]))):
        add(row, "duplicate", "", number)
    column = rule["corrected"][feed]
    for number, row in again(column, max(rule["rows_at_least"], int(len(rows) * rule["corrections"]))):
        row[names.index(column)] = _corrected(row[names.index(column)])
        add(row, "correction", column, number)
    key = names.index(rule["keys"][feed])
    for column, value in rule["planted"][feed]:
        for number, row in again(column, rule["planted_each"]):
            at = names.index(column)
            row[at] = failing(row[at]) if value == "failing" else value
            # A key of its own, so that the mistake hides nothing.
            before, row[key] = row[key], f"{row[key][:1]}X{len(extra) + 1:06d}"
            add(row, "mistake", column, number, *((row[key], before) if key == 0 else ()))
    return extra, planted


def _corrected(value: str) -> str:
    """Another value of the same kind: a number one larger."""
    head, digits = value[:-1], value[-1]
    if "." in value:
        return str(float(value) + 1)
    return str(int(value) + 1) if value.isdigit() else head + str((int(digits) + 1) % 10)


def _text(value: Any) -> str:
    """A value as the file writes it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)
