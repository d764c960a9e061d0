"""Every table of a programme, in the order in which they are loaded: what others name comes before them."""

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import models

from vanguard.programme.sheet import Section
from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.row import Row

# Each part of the room has a file `tables.py` with its TABLES; in words, under which heading people find them.
PARTS = (
    ("sources.tables:FIRST", "Sites, and who says so"),
    ("sites.tables:TABLES", "Sites, and who says so"),
    ("money.tables:TABLES", "Money"),
    ("selection.tables:TABLES", "Choosing"),
    ("elsewhere.tables:TABLES", "Places elsewhere"),
    ("sources.tables:LAST", "Sites, and who says so"),
    ("support.tables:TABLES", "Support"),
    ("delivery.tables:TABLES", "Delivery"),
    ("scrutiny.tables:TABLES", "Scrutiny"),
    ("engagement.tables:TABLES", "Taking part"),
    ("blueprints.tables:TABLES", "Blueprints and learning"),
    ("published.tables:TABLES", "What sites publish"),
    ("evaluations.tables:TABLES", "Blueprints and learning"),
    ("communities.tables:TABLES", "Support"),
)
# By table, what stands on a row's page besides the rows that name it.
SECTIONS = ("blueprints.sections:SECTIONS",)


@cache
def all_tables() -> dict[str, Table]:
    """Every table by its id, in the order of loading."""
    found: dict[str, Table] = {}
    for part, _ in PARTS:
        for table in _declared(part):
            assert table.id not in found, f"two tables are called {table.id}"
            found[table.id] = table
    return found


@cache
def headed_tables() -> dict[str, tuple[Table, ...]]:
    """Every table under the heading where people find it."""
    found: dict[str, tuple[Table, ...]] = {}
    for part, heading in PARTS:
        found[heading] = (*found.get(heading, ()), *_declared(part))
    return found


def _declared(part: str) -> tuple[Table, ...]:
    module, name = part.split(":")
    tables: tuple[Table, ...] = getattr(importlib.import_module(f"vanguard.programme.{module}"), name)
    return tables


@cache
def sections_of(table: Table) -> tuple[Callable[[Any], Section | None], ...]:
    """What makes the further parts of the page of a row, which everybody may read."""
    found: tuple[Callable[[Any], Section | None], ...] = ()
    for part in SECTIONS:
        module, name = part.split(":")
        found += getattr(importlib.import_module(f"vanguard.programme.{module}"), name).get(table.id, ())
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
