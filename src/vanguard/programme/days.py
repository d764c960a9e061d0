"""Days that are known in part: 2015, 2015-09 or 2015-07-24 stand for every day within them."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any


def first_day(when: str) -> date:
    """The first day that `when` may mean."""
    year, month, day = (*map(int, when.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(when: str) -> date:
    """The last day that `when` may mean."""
    parts = tuple(map(int, when.split("-")))
    year, month = (*parts, 12)[:2]
    return date(year, month, parts[2] if len(parts) == 3 else monthrange(year, month)[1])


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day; at most in 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def turned(values: Mapping[str, Any], earlier: str, later: str) -> bool:
    """Whether both days are given, and the one that should come first certainly comes second."""
    first, second = values.get(earlier), values.get(later)
    return bool(first and second) and last_day(str(second)) < first_day(str(first))
