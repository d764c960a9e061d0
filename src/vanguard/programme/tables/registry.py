"""Every table of a programme, in the order in which they are loaded: what others name comes before them."""

import importlib
from functools import cache

from django.db import models

from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.row import Row

# Each part of the room has a file `tables.py` with its TABLES.
PARTS = ("sources.tables:FIRST", "sites.tables:TABLES", "money.tables:TABLES", "support.tables:TABLES")
PARTS += ("selection.tables:TABLES", "elsewhere.tables:TABLES", "sources.tables:LAST")


@cache
def all_tables() -> dict[str, Table]:
    """Every table by its id, in the order of loading."""
    found: dict[str, Table] = {}
    for part in PARTS:
        module, name = part.split(":")
        for table in getattr(importlib.import_module(f"vanguard.programme.{module}"), name):
            assert table.id not in found, f"two tables are called {table.id}"
            found[table.id] = table
    return found


@cache
def table_of(model: type[Row]) -> Table:
    """The table of a model."""
    return next(one for one in all_tables().values() if one.model is model)


def named_table(table: Table, column: str) -> Table:
    """The table whose rows a column names."""
    field = table.field(column)
    assert isinstance(field, models.ForeignKey)
    return table if field.related_model is table.model else table_of(field.related_model)


@cache
def named_by(table: Table) -> tuple[tuple[Table, str], ...]:
    """The tables whose rows name rows of this one, and by which column."""
    return tuple(
        (other, column)
        for other in all_tables().values()
        for column in other.rows_named()
        if named_table(other, column).id == table.id
    )
