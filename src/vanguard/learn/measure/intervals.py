"""Whole intervals of a calendar, and the months that they are made of."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["day", "week", "month", "quarter", "year"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Interval:
    """From one day to another, both included."""

    start: date
    end: date


def start_of(kind: Kind, day: date) -> date:
    """The first day of the interval in which `day` lies; weeks begin on Monday."""
    if kind == "day":
        return day
    if kind == "week":
        return day - timedelta(days=day.weekday())
    months = MONTHS[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def after(kind: Kind, start: date) -> date:
    """The first day of the next interval."""
    if kind in ("day", "week"):
        return start + timedelta(days=1 if kind == "day" else 7)
    month = start.month - 1 + MONTHS[kind]
    return date(start.year + month // 12, month % 12 + 1, 1)


def whole(kind: Kind, first: date, last: date) -> tuple[Interval, ...]:
    """The intervals that lie wholly between `first` and `last`, both included."""
    start = start_of(kind, first)
    if start < first:
        start = after(kind, start)
    found = []
    while (next_one := after(kind, start)) <= last + timedelta(days=1):
        found.append(Interval(start, next_one - timedelta(days=1)))
        start = next_one
    return tuple(found)


def pieces(interval: Interval) -> tuple[Interval, ...]:
    """The interval cut at the ends of months: within a piece, everyone stands as at the end of the month before."""
    found = []
    start = interval.start
    while start <= interval.end:
        end = min(after("month", start_of("month", start)) - timedelta(days=1), interval.end)
        found.append(Interval(start, end))
        start = end + timedelta(days=1)
    return tuple(found)
