"""A list as it was asked for: narrowed, searched, sorted, one page of it. Each is a fixed number of queries, however
many rows there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, NullIf
from django.urls import reverse

from vanguard.programme.sheet import Shown
from vanguard.programme.tables.declaring import CHOICE, ROW, SOURCES, TEXT, WHEN, WHOLE, Column, Derived, Filter, Table
from vanguard.programme.tables.deriving import alias, derived_values, in_order, placed
from vanguard.programme.tables.registry import named_table, table_of
from vanguard.programme.tables.row import Row

PAGE = 50
MOST_OPTIONS = 300


@dataclass(frozen=True)
class Cell:
    """What a cell shows: `value` by `kind`, with the address of the row that it names, if that has a page; a tag's
    `colour` and the `note` below it."""

    words: str
    kind: str
    value: Any
    href: str = ""
    colour: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a list: its cells, its number, and its own page if it has one."""

    number: int
    cells: tuple[Cell, ...]
    href: str


@dataclass(frozen=True)
class Choice:
    """A filter as the page offers it. `options` are (value, words); none where one types."""

    filter: Filter
    options: tuple[tuple[str, str], ...]
    asked: str


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list, on which day."""

    table: Table
    today: date
    text: str
    filters: Mapping[str, str]
    sort: str
    page: int

    def address(self, **other: object) -> str:
        """The list's address with some of it otherwise."""
        told = {"q": self.text, **self.filters, "sort": self.sort, "page": self.page, **other}
        kept = {name: value for name, value in told.items() if value and (name, value) != ("page", 1)}
        return f"{reverse('table', args=[self.table.id])}{'?' + urlencode(kept) if kept else ''}"

    def query(self) -> str:
        """What narrows and sorts it, for the address of its file."""
        told = {"q": self.text, **self.filters, "sort": self.sort}
        kept = {name: value for name, value in told.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def asked(table: Table, given: Mapping[str, str], today: date) -> Asked:
    """What the parameters of an address ask; what they cannot is left out. Derived columns are as on `today`."""
    filters = {one.name: given.get(one.name, "")[:200] for one in table.filters}
    sort = given.get("sort", "")
    page = given.get("page", "")
    return Asked(
        table,
        today,
        given.get("q", "").strip()[:100],
        {name: value for name, value in filters.items() if value},
        sort if sort.removeprefix("-") in table.sorts() else "",
        int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) > 0 else 1,
    )


def rows_asked(one: Asked) -> "QuerySet[Row]":
    """The rows, narrowed and in order."""
    table = one.table
    asked_of = {*one.filters, one.sort.removeprefix("-")}
    derived = {alias(each): each.by(one.today) for each in table.derived if each.name in asked_of}
    rows = table.model._default_manager.alias(**derived)
    for filter_ in table.filters:
        if filter_.name in one.filters and (found := table.follows(filter_.name)):
            rows = rows.filter(**{alias(found): one.filters[filter_.name]})
        elif filter_.name in one.filters:
            rows = rows.filter(_narrowed(table, filter_, one.filters[filter_.name]))
    if one.text:
        rows = rows.filter(matching(table, one.text))
    if one.sort:
        order = _sorted_by(table, one.sort.removeprefix("-"))
        first = order.desc(nulls_last=True) if one.sort.startswith("-") else order.asc(nulls_last=True)
        return rows.order_by(first, "pk")
    return rows.order_by(*table.order, "pk")


def _sorted_by(table: Table, name: str) -> Any:
    """What a list is sorted by for a column: names and what is empty come as people expect, words as declared."""
    if found := table.follows(name):
        return in_order(found)
    kind, column = table.kind(name), table.column(name)
    if kind == ROW:
        other = named_table(table, name)
        return Lower(f"{name}__{other.title or 'key'}")
    if kind == CHOICE:
        return placed(name, column.choices)
    if kind in (TEXT, WHEN):
        return NullIf(Lower(name) if kind == TEXT else F(name), Value(""))
    return F(name)


def page_of(one: Asked) -> tuple[list[Row], int]:
    """The rows of one page, with those that they name, and how many there are in all."""
    rows = rows_asked(one)
    total = rows.count()
    start = (one.page - 1) * PAGE
    return rows_between(one.table, rows, start, start + PAGE), total


def rows_between(table: Table, rows: "QuerySet[Row]", start: int, stop: int) -> list[Row]:
    """Some rows of many in order, with those that they name. Only their numbers are sorted, and only these are read
    whole."""
    numbers = list(rows.values_list("pk", flat=True)[start:stop])
    found = {one.pk: one for one in with_named(table, table.model._default_manager.filter(pk__in=numbers)).order_by()}
    return [found[number] for number in numbers if number in found]


def with_named(table: Table, rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """The rows with those that they name, in the same query."""
    return rows.select_related(*table.rows_named()) if table.rows_named() else rows


def matching(table: Table, text: str) -> Q:
    """Rows in which some column of the table's search holds the text."""
    found = Q(pk__in=())
    for column in table.search:
        found |= Q(**{f"{column}__icontains": text})
    return found


def choices(one: Asked) -> list[Choice]:
    """The filters of a list, one query for each that offers what there is."""
    return [
        Choice(each, () if each.typed else _options(one.table, each), one.filters.get(each.name, ""))
        for each in one.table.filters
    ]


def lines(table: Table, rows: Iterable[Row], today: date, *, leave_out: str = "") -> list[Line]:
    """Rows as a list shows them; `leave_out` is a column that says the same in each."""
    told, columns = list(rows), _listed(table, leave_out)
    called = {one.name: one.called() for one in columns if isinstance(one, Column) and one.called}
    derived = derived_cells(table, told, today)
    return [
        Line(
            row.pk,
            tuple(
                derived[row.pk][one.name]
                if isinstance(one, Derived)
                else cell(table, one.name, row, called.get(one.name))
                for one in columns
            ),
            page_address(table, row),
        )
        for row in told
    ]


def derived_cells(table: Table, rows: list[Row], today: date) -> dict[int, dict[str, Cell]]:
    """The derived columns of some rows, by the number of the row and the name of the column; one query for all."""
    if not table.derived:
        return {}
    values = derived_values(table, [row.pk for row in rows], today)
    why = {one.name: one.why(rows, today) if one.why else {} for one in table.derived}
    return {
        row.pk: {
            one.name: _derived_cell(one, values[row.pk][one.name], why[one.name].get(row.pk, ""))
            for one in table.derived
        }
        for row in rows
    }


def _derived_cell(one: Derived, value: Any, note: str) -> Cell:
    if not one.choices:
        return Cell(one.words, WHOLE, value, note=note)
    return Cell(one.words, CHOICE, one.choices.get(value, ""), colour=one.colours.get(value, ""), note=note)


def headings(table: Table, leave_out: str = "") -> list[tuple[str, str, str]]:
    """Name, words and kind of each listed column."""
    return [(one.name, one.words, _kind(table, one)) for one in _listed(table, leave_out)]


def without_empty(heads: list[tuple[str, str, str]], told: list[Line]) -> tuple[list[tuple[str, str, str]], list[Line]]:
    """Headings and lines without the columns in which no line says anything."""
    kept = [at for at in range(len(heads)) if any(one.cells[at].value not in (None, "", []) for one in told)]
    return [heads[at] for at in kept], [replace(one, cells=tuple(one.cells[at] for at in kept)) for one in told]


def _listed(table: Table, leave_out: str) -> list[Column | Derived]:
    """The columns of a list in their order, each derived one after the column that it names."""
    found: list[Column | Derived] = []
    for column in table.columns:
        if not column.unlisted and column.name != leave_out:
            found.append(column)
        found.extend(one for one in table.derived if one.after == column.name and not one.unlisted)
    return [*found, *(one for one in table.derived if not one.after and not one.unlisted)]


def _kind(table: Table, column: Column | Derived) -> str:
    if isinstance(column, Column):
        return table.kind(column.name)
    return CHOICE if column.choices else WHOLE


def cell(table: Table, name: str, row: Row, called: Mapping[str, Shown] | None = None) -> Cell:
    """One column of a row. `called` is what its `called` gives, where that was asked already."""
    column, kind, value = table.column(name), table.kind(name), getattr(row, name)
    if column.called and (found := (called or column.called()).get(value)):
        return Cell(column.words, kind, found.text, found.href)
    if kind == ROW and value is not None:
        other = named_table(table, name)
        return Cell(column.words, kind, other.called(value), page_address(other, value))
    if kind == CHOICE:
        return Cell(column.words, kind, column.choices.get(value, value))
    if kind == SOURCES:
        return Cell(column.words, kind, [one for one in value.split(";") if one])
    href = page_address(table, row) if name == table.title else ""
    return Cell(column.words, kind, value, href)


def page_address(table: Table, row: Row) -> str:
    """Where the row's own page is; empty where rows of the table have none."""
    return reverse("row", args=[table.id, row.key]) if table.title and len(table.key) == 1 else ""


def _target(table: Table, filter_: Filter) -> tuple[Table | None, str, "models.Field[Any, Any]"]:
    """Where a filter's path leads: the table whose rows it names (or None), the path, and the last field."""
    path = filter_.path or filter_.name
    model: Any = table.model
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    if isinstance(field, models.ForeignKey):
        return table_of(field.related_model), path, field
    return None, path, field


def _narrowed(table: Table, filter_: Filter, value: str) -> Q:
    other, path, _ = _target(table, filter_)
    if other is None:
        found = Q(**{path: value})
    else:
        named = Q(key=value)
        if filter_.typed and other.title:
            named |= Q(**{f"{other.title}__icontains": value})
        # Looked for among what is named, which the index of the column then leads from.
        found = Q(**{f"{path}__in": other.model._default_manager.filter(named).order_by().values("pk")})
    if not path.partition("__")[2]:
        return found
    # Many rows may lead there: each row of ours is listed once all the same.
    return Q(pk__in=table.model._default_manager.filter(found).values("pk"))


def _options(table: Table, filter_: Filter) -> tuple[tuple[str, str], ...]:
    if found := table.follows(filter_.name):
        return tuple(found.choices.items())
    other, path, field = _target(table, filter_)
    if other is not None:
        rows = other.model._default_manager.order_by(*other.order)[:MOST_OPTIONS]
        return tuple((row.key, other.called(row)) for row in rows)
    words = _words(field)
    if words:
        return tuple(words.items())
    called = table.column(path).called if path in {one.name for one in table.columns} else None
    names = called() if called else {}
    values = table.model._default_manager.order_by(path).values_list(path, flat=True).distinct()[:MOST_OPTIONS]
    return tuple((str(one), names[one].text if one in names else str(one)) for one in values if one)


def _words(field: "models.Field[Any, Any]") -> Mapping[str, str]:
    owner = table_of(field.model)
    return {one.name: one.choices for one in owner.columns}.get(field.name, {})
