"""Calendar arithmetic on whole columns. A day is a count of days since 1 January 1970; an instant counts
seconds of local London wall-clock time since then."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from vanguard.synth.chance import Ints, Stream, pick_many

YEAR = 365.2425
FOREVER = 1_000_000
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Window:
    """The time that the extracts cover: from `start` until before `end`, as days."""

    start: int
    end: int

    @property
    def years(self) -> float:
        """Length in years."""
        return (self.end - self.start) / YEAR


def number(day: date) -> int:
    """The day as a number."""
    return (day - EPOCH).days


def date_of(day: int) -> date:
    """The date that has this number."""
    return EPOCH + timedelta(days=day)


def months_before(day: int, months: int) -> int:
    """The same day of the month, or the month's last, so many months earlier."""
    on = date_of(day)
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return number(date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1])))


def window(until: date, months: int) -> Window:
    """The `months` months before `until`."""
    return Window(months_before(number(until), months), number(until))


def between(rng: Stream, low: Ints, high: Ints, winter: float = 0.0) -> Ints:
    """Days from `low` until before `high`; with `winter`, so much likelier in mid-January than on average."""
    day = low + np.floor(rng.random(len(low)) * (high - low)).astype(np.int64)
    open_ = np.arange(len(day)) if winter else np.arange(0)
    for _ in range(3):
        weight = (1 + winter * np.cos(2 * np.pi * (day[open_] - 15) / YEAR)) / (1 + abs(winter))
        open_ = open_[rng.random(len(open_)) > weight]
        day[open_] = low[open_] + np.floor(rng.random(len(open_)) * (high - low)[open_]).astype(np.int64)
    return day


def to_weekday(rng: Stream, day: Ints, low: Ints, high: Ints, weights: Sequence[float]) -> Ints:
    """The days moved within their weeks, so that each day of the week (Monday first) has its share; those
    that would leave `low` to `high` stay."""
    moved = day - weekday(day) + pick_many(rng, weights, len(day))
    return np.where((moved >= low) & (moved < high), moved, day)


def by_month(rng: Stream, day: Ints, low: Ints, high: Ints, weights: Sequence[float]) -> Ints:
    """Days drawn from `low` until before `high`, drawn again where their calendar month (January first) has less than
    its weight of them."""
    day, open_, share = day.copy(), np.arange(len(day)), np.asarray(weights) / max(weights)
    for _ in range(6):
        month = day[open_].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        open_ = open_[rng.random(len(open_)) > share[month]]
        day[open_] = low[open_] + np.floor(rng.random(len(open_)) * (high - low)[open_]).astype(np.int64)
    return day


def weekday(day: Ints) -> Ints:
    """0 for Monday to 6 for Sunday."""
    return (day + 3) % 7


def instant(day: Ints, second: Ints) -> Ints:
    """The local time so many seconds into the day; the hour that spring skips is put off by an hour."""
    skipped = (second // 3600 == 1) & np.isin(day, _spring_sundays())
    return np.asarray(day * 86_400 + second + np.where(skipped, 3600, 0))


@cache
def _spring_sundays() -> Ints:
    """The last Sundays of March, on which an hour is skipped."""
    april = np.arange("1900-04", "2190-04", 12, dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(april - 1 - (april + 3) % 7)
