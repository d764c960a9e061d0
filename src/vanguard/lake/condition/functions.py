"""The functions of a condition: what each is called, takes, gives and means, and its plain-Python value.

This is the one place of their meaning. `value` is called with known values only (a null argument gives null)
unless a function passes over nulls; numbers come as finite floats. What a dialect writes must give the same.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from vanguard.lake.condition.tree import Type

Kind = Literal["list", "word", "date", "instant", "number", "places", "like the first", "ordered"]
"""What an argument may be: `list` a column, `word` a written text, `places` a written whole number from 0 to 6,
`like the first` anything but a list, all of one type, `ordered` the same among numbers, days and instants."""

LONDON = ZoneInfo("Europe/London")
LOG_PLACES = 9


@dataclass(frozen=True)
class Function:
    """`takes` has a kind for each argument; of `more`, the last may be repeated; `needs` must be given at least.

    `written` says how often, at most, the SQL of an engine holds each argument.
    """

    usage: str
    meaning: str
    takes: tuple[Kind, ...]
    gives: Type | Literal["like the first"]
    value: Callable[..., Any]
    more: bool = False
    needs: int = 0
    passes_over_nulls: bool = False
    written: int = 1

    def kind(self, place: int) -> Kind:
        """What the argument at a place, counted from 0, may be."""
        return self.takes[min(place, len(self.takes) - 1)]


def round_away(number: float, places: float = 0) -> float:
    """Half away from zero, in double precision: the number times ten to the places, rounded, and back."""
    scale = 10.0 ** int(places)
    scaled = number * scale
    if not math.isfinite(scaled):
        return scaled
    kept = float(math.trunc(scaled))
    return (kept + math.copysign(abs(scaled - kept) >= 0.5, scaled)) / scale


def _logarithm(of: Callable[[float], float]) -> Callable[[float], float | None]:
    return lambda number: round_away(of(number), LOG_PLACES) if number > 0 else None


def _towards_zero(top: int, bottom: int) -> int:
    return top // bottom if top >= 0 else -(-top // bottom)


def _years_between(first: date, second: date) -> int:
    return _towards_zero(_year_month_day(second) - _year_month_day(first), 10_000)


def _year_month_day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _months_between(first: date, second: date) -> int:
    return _towards_zero(_month_day(second) - _month_day(first), 100)


def _month_day(day: date) -> int:
    return (day.year * 12 + day.month) * 100 + day.day


def _hours_between(first: datetime, second: datetime) -> float:
    return ((_utc(second) - _utc(first)) // timedelta(microseconds=1)) / 3.6e9


def _day_of(instant: datetime) -> date:
    return _utc(instant).astimezone(LONDON).date()


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _most_common(held: Sequence[str | None]) -> str | None:
    counts = Counter(word for word in held if word is not None)
    return min(counts, key=lambda word: (-counts[word], word), default=None)


def _has(held: Sequence[str | None], *words: str) -> bool:
    return any(word in held for word in words)


def _has_prefix(held: Sequence[str | None], *prefixes: str) -> bool:
    return any(word.startswith(prefixes) for word in held if word is not None)


def _known(*values: Any) -> list[Any]:
    return [value for value in values if value is not None]


FUNCTIONS = {
    "has": Function(
        "has(list, 'word')",
        "whether the list holds the word. Nulls in the list are ignored.",
        ("list", "word"),
        "bool",
        _has,
    ),
    "has_any": Function(
        "has_any(list, 'word', 'word', …)",
        "whether the list holds at least one of the words. Nulls in the list are ignored.",
        ("list", "word"),
        "bool",
        _has,
        more=True,
    ),
    "has_prefix": Function(
        "has_prefix(list, 'beginning', …)",
        "whether any word of the list begins with one of the beginnings, letter by letter. Nulls are ignored.",
        ("list", "word"),
        "bool",
        _has_prefix,
        more=True,
    ),
    "how_many": Function(
        "how_many(list)",
        "the number of the list's entries, nulls and repeats included.",
        ("list",),
        "number",
        len,
    ),
    "most_common": Function(
        "most_common(list)",
        "the word that the list holds most often; of equals, the first in the order of letters (capitals first, "
        "accented letters last). Nulls are ignored; a list without words gives null.",
        ("list",),
        "text",
        _most_common,
        written=3,
    ),
    "coalesce": Function(
        "coalesce(a, b, …)",
        "the first of them that is not null; null only where all are.",
        ("like the first", "like the first"),
        "like the first",
        lambda *values: next(iter(_known(*values)), None),
        more=True,
        passes_over_nulls=True,
    ),
    "least": Function(
        "least(a, b, …)",
        "the smallest, or earliest, of those that are not null; null only where all are.",
        ("ordered", "ordered"),
        "like the first",
        lambda *values: min(_known(*values), default=None),
        more=True,
        passes_over_nulls=True,
    ),
    "greatest": Function(
        "greatest(a, b, …)",
        "the largest, or latest, of those that are not null; null only where all are.",
        ("ordered", "ordered"),
        "like the first",
        lambda *values: max(_known(*values), default=None),
        more=True,
        passes_over_nulls=True,
    ),
    "abs": Function(
        "abs(number)",
        "the number without its sign.",
        ("number",),
        "number",
        abs,
    ),
    "round": Function(
        "round(number), round(number, places)",
        "the nearest whole number, halves away from zero: 2.5 gives 3, -2.5 gives -3. With places (0 to 6), the "
        "number times ten to the places, rounded so, and divided again, all in double precision.",
        ("number", "places"),
        "number",
        round_away,
        needs=1,
    ),
    "floor": Function(
        "floor(number)",
        "the greatest whole number that is not above it: -2.5 gives -3.",
        ("number",),
        "number",
        lambda number: float(math.floor(number)),
        written=3,
    ),
    "ceil": Function(
        "ceil(number)",
        "the least whole number that is not below it: -2.5 gives -2.",
        ("number",),
        "number",
        lambda number: float(math.ceil(number)),
        written=3,
    ),
    "whole": Function(
        "whole(number)",
        "the number without what stands after its point, towards zero: 2.9 gives 2, -2.9 gives -2.",
        ("number",),
        "number",
        lambda number: float(math.trunc(number)),
        written=3,
    ),
    "log10": Function(
        "log10(number)",
        "the logarithm to base ten, rounded to 9 places; null for zero and below.",
        ("number",),
        "number",
        _logarithm(math.log10),
        written=2,
    ),
    "ln": Function(
        "ln(number)",
        "the natural logarithm, rounded to 9 places; null for zero and below.",
        ("number",),
        "number",
        _logarithm(math.log),
        written=2,
    ),
    "days_between": Function(
        "days_between(day, later_day)",
        "the days from one to the other; negative where the second is earlier.",
        ("date", "date"),
        "number",
        lambda first, second: (second - first).days,
    ),
    "months_between": Function(
        "months_between(day, later_day)",
        "the completed months: a month is complete once the later day's number reaches the first's, so from 31 "
        "January the first is complete on 1 March. The other way round, the same with a minus.",
        ("date", "date"),
        "number",
        _months_between,
        written=3,
    ),
    "years_between": Function(
        "years_between(day, later_day)",
        "the completed years, as ages are counted: one is complete on the same day of the same month; from 29 "
        "February, in a year without one, on 1 March. The other way round, the same with a minus.",
        ("date", "date"),
        "number",
        _years_between,
        written=3,
    ),
    "hours_between": Function(
        "hours_between(instant, later_instant)",
        "the hours elapsed, with fractions (90 minutes are 1.5), nights and clock changes included; negative "
        "where the second is earlier.",
        ("instant", "instant"),
        "number",
        _hours_between,
    ),
    "weekday": Function(
        "weekday(day)",
        "the day of the week, 1 for Monday to 7 for Sunday.",
        ("date",),
        "number",
        date.isoweekday,
    ),
    "day_of": Function(
        "day_of(instant)",
        "the day that the calendar showed in London (Europe/London) at that instant.",
        ("instant",),
        "date",
        _day_of,
    ),
}
