"""Equal, consecutive periods: how long those of a table are, which one a day lies in, the first day of each."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

Every = Literal["day", "week", "month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
DAYS: dict[str, int] = {"day": 1, "week": 7}
# Between the first days of two neighbours, in days: at least.
SHORTEST: dict[Every, int] = {"year": 360, "quarter": 85, "month": 25, "week": 6, "day": 0}


def how_often(days: Sequence[date]) -> Every:
    """How long the periods are that begin on these days, in order and each once: what lies between most neighbours."""
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    usual = gaps[len(gaps) // 2] if gaps else 30
    return next(every for every, shortest in SHORTEST.items() if usual >= shortest)


def beginning(every: Every, day: date, first: date) -> date:
    """The first day of the period that a day lies in; weeks begin on the weekday of `first`."""
    if every in MONTHS:
        months = MONTHS[every]
        return date(day.year, (day.month - 1) // months * months + 1, 1)
    return day - timedelta(days=(day - first).days % DAYS[every])


def following(every: Every, day: date, number: int = 1) -> date:
    """The first day of the period `number` periods after the one that begins on `day`."""
    if every in DAYS:
        return day + timedelta(days=DAYS[every] * number)
    months = day.year * 12 + day.month - 1 + MONTHS[every] * number
    return date(months // 12, months % 12 + 1, 1)


def unbroken(every: Every, first: date, last: date) -> tuple[date, ...]:
    """The first days of all periods from the one that begins on `first` to the one that begins on `last`."""
    days = [first]
    while days[-1] < last:
        days.append(following(every, days[-1]))
    return tuple(days)


def moved(day: date, period: str, *, back: bool = False) -> date:
    """The day a period such as P2Y, P18M, P6W or P90D after another, or before it; within the calendar."""
    found = re.fullmatch(r"P(\d+)([DWMY])", period)
    assert found is not None, "the plan was checked"
    number = int(found[1]) * (-1 if back else 1)
    try:
        if found[2] in "DW":
            return day + timedelta(days=number * (7 if found[2] == "W" else 1))
        months = day.year * 12 + day.month - 1 + number * (12 if found[2] == "Y" else 1)
        year, month = months // 12, months % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month, min(day.day, last))
    except (ValueError, OverflowError):
        return date.min if back else date.max


def first_whole(periods: Sequence[date], day: date) -> int:
    """The index of the first period that begins on a day or later; as many as there are, where none does."""
    return bisect_left(periods, day)


def said(every: Every, day: date) -> str:
    """A period in words."""
    if every == "month":
        return f"{day:%B %Y}"
    if every == "year":
        return str(day.year)
    if every == "quarter":
        return f"the quarter from {day:%B %Y}"
    return f"{'the week of ' if every == 'week' else ''}{day.day} {day:%B %Y}"
