"""A figure as it is stated, what its parts come to, and whether the two agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F, Q

from vanguard.own_yaml import data_of
from vanguard.programme.tables.listing import asked, rows_asked
from vanguard.programme.tables.registry import all_tables
from vanguard.web.presenters import quantity

FIGURES = Path(__file__).parent.with_name("history") / "recounted.yaml"


@dataclass(frozen=True)
class Part:
    """A number out of some rows: what it is, how it is worked out, how many rows, and where they are listed."""

    words: str
    value: float
    how: str
    rows: int
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Recounted:
    """One figure. `stated` is None where the sources give the parts alone; `rounded` is to what it was rounded, and
    `at_least` says that it is stated as more than so many."""

    id: str
    words: str
    unit: str
    stated: Part | None
    parts: tuple[Part, ...]
    rounded: float = 1
    at_least: bool = False
    note: str = ""

    @property
    def value(self) -> float:
        """What the parts come to."""
        return sum(one.value for one in self.parts)

    @property
    def agrees(self) -> bool | None:
        """Whether that is what is stated; None where nothing is."""
        if self.stated is None:
            return None
        if self.at_least:
            return self.value > self.stated.value
        return round(self.value / self.rounded) * self.rounded == self.stated.value

    @property
    def verdict(self) -> str:
        """The same in words."""
        if self.stated is None:
            return "No source adds it up"
        if not self.agrees:
            return f"Differs by {quantity(abs(self.value - self.stated.value), None)}"
        if self.at_least:
            return f"Agrees: it is more than {quantity(self.stated.value, None)}"
        return f"Agrees, rounded to {quantity(self.rounded, None)}" if self.value != self.stated.value else "Agrees"


def recounted(today: date) -> list[Recounted]:
    """Every figure of which the programme holds all rows; none where it holds another history than ours."""
    return [found for one in _told() if (found := _figure(one, today))]


@cache
def _told() -> tuple[Mapping[str, Any], ...]:
    return tuple(data_of(FIGURES.read_text("utf-8")))


def _figure(one: Mapping[str, Any], today: date) -> Recounted | None:
    stated = _part(one["stated"], today) if "stated" in one else None
    parts = [_part(part, today) for part in one["parts"]]
    if not (stated.rows if stated else any(part.rows for part in parts)):
        return None
    return Recounted(
        one["id"],
        one["says"],
        one.get("unit", ""),
        stated,
        tuple(parts),
        one.get("rounded", 1),
        one.get("at_least", False),
        one.get("note", ""),
    )


def _part(one: Mapping[str, Any], today: date) -> Part:
    """The number of some rows, or the sum of a column over them, as a share or less where it says so."""
    value, rows, address = _numbers(one, today)
    how, addresses = quantity(value, None), [address]
    if "share" in one:
        share, _, address = _numbers(one["share"], today)
        how, value = f"{how} times {quantity(share, None)}%", value * share / 100
        addresses.append(address)
    if one.get("less"):
        how, value = f"less {how}", -value
    return Part(one.get("says", ""), value, how, rows, tuple(addresses))


def _numbers(one: Mapping[str, Any], today: date) -> tuple[float, int, str]:
    """What some rows come to, how many they are, and where they are listed."""
    table = all_tables()[one["list"]]
    what = asked(table, one.get("where", {}), today)
    rows = rows_asked(what)
    for name, given in (("with", False), ("without", True)):
        if column := one.get(name):
            empty = Q(**{f"{column}__isnull": True}) if table.field(column).null else Q(**{column: ""})
            rows = rows.filter(empty if given else ~empty)
    if above := one.get("above"):
        rows = rows.filter(**{f"{above['column']}__gt": above["than"]})
    told = list(rows.annotate(told=F(one["of"])).values_list("told", flat=True)) if "of" in one else [1] * rows.count()
    return sum(_number(value) for value in told), len(told), what.address()


def _number(value: Any) -> float:
    """A number, a number in words of figures, or a time of day in hours."""
    hours, colon, minutes = str(value).partition(":")
    return float(hours) + float(minutes) / 60 if colon else float(value or 0)
