"""Tables as files: the same columns that are read, so that what was given can be loaded again."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from vanguard.programme.tables.checking import plain_number
from vanguard.programme.tables.declaring import ROW, YES_NO, Table
from vanguard.programme.tables.deriving import alias, with_derived
from vanguard.programme.tables.reading import FORMULA
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.row import Row

A_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def cells_of(table: Table, row: Row) -> dict[str, str]:
    """The row as its line in a file says it."""
    return {one.name: _cell(table, one.name, getattr(row, one.name)) for one in table.columns}


def as_csv(table: Table, rows: "QuerySet[Row]", today: date | None = None) -> str:
    """A header line and a line for each row; nothing in it that a spreadsheet would run.

    With `today` each line ends with what follows from the others on that day.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([one.name for one in (*table.columns, *(table.derived if today else ()))])
    writer.writerows([safe(cell) for cell in told.values()] for told in _told(table, rows, today))
    return out.getvalue()


def as_json(table: Table, rows: "QuerySet[Row]", today: date | None = None) -> str:
    """A list of objects, every value as it would be written in a cell; `today` as for CSV."""
    return json.dumps(list(_told(table, rows, today)), ensure_ascii=False, indent=1)


def export(folder: Path, how: str) -> dict[str, int]:
    """Write every table into the folder as `how` (csv or json); returns how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for table in all_tables().values():
        rows = table.model._default_manager.order_by("pk")
        counts[table.id] = rows.count()
        text = as_json(table, rows) if how == "json" else as_csv(table, rows)
        (folder / f"{table.id}.{how}").write_text(text, "utf-8")
    return counts


def _told(table: Table, rows: "QuerySet[Row]", today: date | None) -> Iterator[dict[str, str]]:
    derived = table.derived if today else ()
    whole = rows.select_related(*table.rows_named()) if table.rows_named() else rows
    for row in with_derived(table, whole, today) if today else whole:
        follows = {one.name: getattr(row, alias(one)) for one in derived}
        yield cells_of(table, row) | {name: "" if value is None else str(value) for name, value in follows.items()}


def _cell(table: Table, name: str, value: Any) -> str:
    kind = table.kind(name)
    if value is None:
        return ""
    if kind == ROW:
        return value.key
    return ("yes" if value else "no") if kind == YES_NO else plain_number(value)


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA) and not A_NUMBER.fullmatch(cell) else cell
