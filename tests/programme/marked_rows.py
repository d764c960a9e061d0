"""A row of every table of a programme. Each text of one that is not public bears a mark found nowhere else."""

from datetime import date
from typing import Any

from django.db import models

from vanguard.programme.tables.declaring import CHOICE, ROW, SOURCES, WHEN, Table
from vanguard.programme.tables.registry import all_tables, named_table
from vanguard.programme.tables.row import Row

MARK = "zprivate"


def mark_every_table() -> dict[str, Row]:
    """A row of every table, by the table's id; each names the rows that it may."""
    made: dict[str, Row] = {}
    for table in all_tables().values():
        row = table.model(key=word(table, "key"))
        for column in table.columns:
            setattr(row, column.name, value(table, column.name, made))
        row.save()
        made[table.id] = row
    return made


def word(table: Table, column: str) -> str:
    return f"open-{table.id}" if table.public else f"{MARK}-{table.id}-{column}"


def value(table: Table, name: str, made: dict[str, Row]) -> Any:
    column, kind, field = table.column(name), table.kind(name), table.field(name)
    place = table.columns.index(column)
    if kind == ROW:
        return made.get(named_table(table, name).id)
    if kind == CHOICE:
        return next(iter(column.choices))
    if kind == SOURCES:
        return made["sources"].key if "sources" in made else ""
    if kind == WHEN:
        return f"{2000 + place}-11"
    if isinstance(field, models.DateField):
        return date(2016, 11, 1)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, (models.IntegerField, models.FloatField)):
        return min((column.least or 0) + place, column.most or place + 1)
    return word(table, name)[: field.max_length]
