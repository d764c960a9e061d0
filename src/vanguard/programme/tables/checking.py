"""Cells become values, each by the kind of its column; what cannot says why. Pure: rows that cells name are given."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from vanguard.programme.tables.declaring import (
    CHOICE,
    NUMBER,
    POUNDS,
    ROW,
    SOURCES,
    TEXT,
    WHEN,
    WHOLE,
    YES_NO,
    Fault,
    Table,
)

WHEN_SHAPE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
# As a spreadsheet here writes a day that it was given, and no other country's: the day comes first.
DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
# Thousands may be parted, and pounds end in no pence, as spreadsheets show both.
WHOLE_NUMBER = re.compile(r"(?P<whole>-?(?:\d+|\d{1,3}(?:,\d{3})+))", re.ASCII)
WHOLE_POUNDS = re.compile(rf"£? ?{WHOLE_NUMBER.pattern}(?:\.00?)?", re.ASCII)
SHORT = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LARGEST = {"PositiveSmallIntegerField": 32_767, "PositiveIntegerField": 2_147_483_647}
"""What each database can hold; a BigIntegerField holds more than anybody has."""

Named = Mapping[str, Mapping[str, Any]]
"""For each column that names rows: those that there are, by key."""


class Wrong(Exception):
    """A cell that cannot be a value: what is wrong, and what would put it right."""


def values_of(table: Table, cells: Mapping[str, str], named: Named, sources: Mapping[str, Any]) -> tuple[dict, list]:
    """The values of the columns that `cells` has, and what is wrong with them."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, cell in cells.items():
        try:
            values[name] = _value(table, name, cell, named, sources)
        except Wrong as problem:
            faults.append(Fault(name, *problem.args))
    return values, faults


def faults_of(table: Table, values: Mapping[str, Any], row: Any = None) -> list[Fault]:
    """What the table's own check says of a row whose columns become `values`, the others staying as in `row`."""
    if not table.check:
        return []
    whole = {one.name: getattr(row, one.name) if row else None for one in table.columns}
    return list(table.check({**whole, **values}))


def key_of(table: Table, values: Mapping[str, Any]) -> str:
    """What tells the row apart, in one text."""
    return " | ".join(_part(values[name]) for name in table.key)


def _part(value: Any) -> str:
    return "" if value is None else value.key if hasattr(value, "key") else plain_number(value)


def plain_number(value: Any) -> str:
    """A value as text: a whole number without a decimal point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _value(table: Table, name: str, cell: str, named: Named, sources: Mapping[str, Any]) -> Any:
    kind, field = table.kind(name), table.field(name)
    if "\0" in cell:
        raise Wrong("The cell holds a character that is none.")
    if not cell:
        if table.needed(name):
            raise Wrong("The cell is empty.", f"Every {table.one} needs one.")
        return None if field.null else False if kind == YES_NO else ""
    if kind in (TEXT, CHOICE, WHEN, SOURCES) and len(cell) > (field.max_length or len(cell)):
        raise Wrong(f"The cell has {len(cell)} letters.", f"At most {field.max_length}.")
    if kind == ROW:
        return _row(table, name, cell, named[name])
    if kind == SOURCES:
        return _sources(cell, sources)
    if kind == CHOICE:
        choices = table.column(name).choices
        if cell not in choices:
            raise Wrong(f"{cell[:60]} is none of {', '.join(choices)}.")
        return cell
    if kind == YES_NO:
        if cell.casefold() not in ("yes", "no"):
            raise Wrong(f"{cell[:60]} is neither yes nor no.")
        return cell.casefold() == "yes"
    if kind in (NUMBER, WHOLE, POUNDS):
        return _number(table, name, cell, kind)
    if kind == WHEN:
        return _when(cell)
    if field.get_internal_type() == "SlugField" and not SHORT.fullmatch(cell):
        raise Wrong(f"{cell[:60]} is no short name.", "Write small letters, digits and hyphens.")
    return cell


def _row(table: Table, name: str, cell: str, known: Mapping[str, Any]) -> Any:
    from vanguard.programme.tables.registry import named_table

    other = named_table(table, name)
    row = known.get(cell)
    if row is None:
        do = f"Add it to {other.id} first, or check how it is written."
        raise Wrong(f"There is no {other.one} {cell[:100]}.", do)
    instead = getattr(row, other.replaced_by) if other.replaced_by else None
    if instead is not None and other.id != table.id:
        raise Wrong(f"{other.called(row)} was merged into {other.called(instead)}.", f"Write {instead.key}.")
    return row


def _sources(cell: str, sources: Mapping[str, Any]) -> str:
    given = [one.strip() for one in cell.split(";") if one.strip()]
    for one in given:
        if one not in sources:
            raise Wrong(f"There is no source {one[:60]}.", f"There are {', '.join(sources) or 'none yet'}.")
    return ";".join(dict.fromkeys(given))


def _number(table: Table, name: str, cell: str, kind: str) -> float:
    try:
        number = float(cell) if kind == NUMBER else _whole(cell, pounds=kind == POUNDS)
    except ValueError:
        wanted = {NUMBER: "a number", WHOLE: "a whole number", POUNDS: "a sum in whole pounds"}[kind]
        raise Wrong(f"{cell[:60]} is not {wanted}.") from None
    column = table.column(name)
    largest = LARGEST.get(table.field(name).get_internal_type(), 10**15)
    least = column.least if column.least is not None else 0 if kind != NUMBER else -largest
    most = column.most if column.most is not None else largest
    if not math.isfinite(number) or not least <= number <= most:
        raise Wrong(f"{cell[:60]} is not between {plain_number(least)} and {plain_number(most)}.")
    return number


def _whole(cell: str, *, pounds: bool) -> int:
    found = WHOLE_POUNDS.fullmatch(cell) if pounds else WHOLE_NUMBER.fullmatch(cell)
    if not found:
        raise ValueError
    return int(found["whole"].replace(",", ""))


def _when(cell: str) -> str:
    day_first = DAY_FIRST.fullmatch(cell)
    written = f"{day_first[3]}-{day_first[2]:>02}-{day_first[1]:>02}" if day_first else cell
    found = WHEN_SHAPE.fullmatch(written)
    try:
        if not found:
            raise ValueError
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise Wrong(f"{cell[:60]} is no year, month or day.", "Write 2015, 2015-09 or 2015-07-24.") from None
    return written


def twins(keys: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Lines that have the key of an earlier one, each with that one."""
    first: dict[str, int] = {}
    for line, key in keys.items():
        if first.setdefault(key, line) != line:
            yield line, first[key]
