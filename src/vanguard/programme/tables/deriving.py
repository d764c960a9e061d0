"""Columns that follow from others, worked out by the database: for a page of rows, for a file, or to sort by."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, NullIf, StrIndex

from vanguard.programme.tables.declaring import Derived, Table
from vanguard.programme.tables.row import Row


def alias(one: Derived) -> str:
    """What a query calls it, which is the name of no field."""
    return f"derived_{one.name}"


def with_derived(table: Table, rows: "QuerySet[Row]", today: date) -> "QuerySet[Row]":
    """The rows with their derived columns, each under its alias."""
    return rows.annotate(**{alias(one): one.by(today) for one in table.derived})


def derived_values(table: Table, numbers: Iterable[int], today: date) -> Mapping[int, Mapping[str, Any]]:
    """What the derived columns of some rows say, by the number of the row and the name of the column."""
    rows = with_derived(table, table.model._default_manager.filter(pk__in=list(numbers)), today)
    names = [one.name for one in table.derived]
    return {
        pk: dict(zip(names, values, strict=True))
        for pk, *values in rows.values_list("pk", *map(alias, table.derived)).order_by()
    }


def in_order(one: Derived) -> Any:
    """What rows that have the column under its alias are sorted by: its words in the order of their declaration."""
    if not one.choices:
        return F(alias(one))
    return placed(alias(one), one.choices)


def placed(name: str, words: Iterable[str]) -> Any:
    """The place of a column's word among its words, as they are declared."""
    # Where the word begins among all of them: what gives it is worked out once, and not for each that it may be.
    told = Value(f"|{'|'.join(words)}|")
    return NullIf(StrIndex(told, Concat(Value("|"), F(name), Value("|"))), Value(0))
