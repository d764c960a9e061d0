"""How a table is declared: its model, and in words what its columns, filters and checks are. Nothing else is written
for it: pages, search, files and their checks follow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from vanguard.programme.sheet import Shown
from vanguard.programme.tables.fields import PoundsField, SourcesField, WhenField
from vanguard.programme.tables.row import Row

TEXT, NUMBER, WHOLE, POUNDS, WHEN, CHOICE, YES_NO, ROW, SOURCES = (
    "text",
    "number",
    "whole",
    "pounds",
    "when",
    "choice",
    "yes_no",
    "row",
    "sources",
)
"""Kinds of column: `row` names a row of another table by its key, `choice` is one of the column's own words."""

LONGEST_SORTED = 200
"""Letters of a text by which people would sort a list: a name or a role, and no sentence."""

Values = Mapping[str, Any]
"""A row as checked: text, numbers, and for `row` the row itself (None where empty), by name of the column."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: in which column, why, and what would put it right."""

    column: str
    what: str
    do: str = ""


@dataclass(frozen=True)
class RowFault:
    """A fault that shows only once all rows are there: of which rows together, known by their keys."""

    keys: tuple[str, ...]
    fault: Fault


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its name in files and in the model, what people call it, and what it holds.

    `choices` are the words that it may hold, each as people say it. `unlisted` columns are left out of the list and
    shown on a row's own page. `least` and `most` bound a number. `called` gives, for ids that are no rows of a table,
    what people call each and its page.
    """

    name: str
    words: str
    means: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unlisted: bool = False
    least: float | None = None
    most: float | None = None
    called: Callable[[], Mapping[str, Shown]] | None = None


@dataclass(frozen=True, eq=False)
class Derived:
    """A column that nobody writes: it follows from others, and the database works it out.

    `by` gives the expression for a day. `choices` are the words that it may say, in the order in which they sort, and
    `colours` their tags; without them it is a whole number. In a list it stands after the column `after`, or last;
    `unlisted` ones stand on a row's own page and in files. `why` gives what is said beside it: for some rows and a
    day, by the number of the row. Filters and sorting may name it; what is read from a file has it passed over.
    """

    name: str
    words: str
    by: Callable[[date], Any]
    choices: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    unlisted: bool = False
    why: Callable[[Sequence[Any], date], Mapping[int, str]] | None = None


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list: `path` leads from the model to what is asked for, a column or a row of a table. A
    filter called as a derived column asks for that.

    What is asked for is given by its key. `typed` filters take what somebody types (a part of its name is enough),
    the others offer what there is.
    """

    name: str
    words: str
    path: str = ""
    typed: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """One table of a programme. See docs/programme.md.

    `name` of many rows, `one` of one, both within a sentence, and `several` where the name is no plural of it; `key`
    are the columns that tell rows apart, also in files; `title` is the column that a row is called by; `order` is as
    Django's. `check` looks at one row as it is read, `check_all` at all once they are written, before
    anything is kept. `replaced_by` is the column that names the row which stands for this one from now on: nothing may
    name the replaced row any more.
    """

    model: type[Row]
    id: str
    name: str
    one: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    title: str = ""
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    derived: tuple[Derived, ...] = ()
    public: bool = True
    check: Callable[[Values], Iterable[Fault]] | None = None
    check_all: Callable[[], Iterable[RowFault]] | None = None
    replaced_by: str = ""
    several: str = ""

    def field(self, name: str) -> "models.Field[Any, Any]":
        """The model's field of a column."""
        return self.model._meta.get_field(name)

    def rows(self) -> str:
        """What many of its rows are called."""
        return self.several or self.name

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError."""
        return {one.name: one for one in self.columns}[name]

    def follows(self, name: str) -> Derived | None:
        """The derived column of this name, if there is one."""
        return next((one for one in self.derived if one.name == name), None)

    def sorts(self) -> tuple[str, ...]:
        """The columns by which its list can be sorted: those that it shows, but for sources and long texts."""
        shown = tuple(one.name for one in self.columns if not one.unlisted and self._sorts_by(one.name))
        return shown + tuple(one.name for one in self.derived if not one.unlisted)

    def _sorts_by(self, name: str) -> bool:
        kind = self.kind(name)
        return kind != SOURCES and (kind != TEXT or (self.field(name).max_length or 0) <= LONGEST_SORTED)

    def kind(self, name: str) -> str:
        """Of which kind a column is, as its model's field says."""
        found = self.field(name)
        if self.column(name).choices:
            return CHOICE
        for kind, types in (
            (ROW, models.ForeignKey),
            (POUNDS, PoundsField),
            (SOURCES, SourcesField),
            (WHEN, WhenField),
            (YES_NO, models.BooleanField),
            (NUMBER, models.FloatField),
            (WHOLE, models.IntegerField),
        ):
            if isinstance(found, types):
                return kind
        return TEXT

    def needed(self, name: str) -> bool:
        """Whether every row must have a value there."""
        return not self.field(name).blank and self.kind(name) != YES_NO

    def rows_named(self) -> tuple[str, ...]:
        """The columns that name rows of other tables."""
        return tuple(one.name for one in self.columns if self.kind(one.name) == ROW)

    def called(self, row: Row) -> str:
        """What people call the row."""
        return str(getattr(row, self.title)) if self.title else row.key
