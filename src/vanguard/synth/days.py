"""Calendar arithmetic on whole columns. A day is a count of days since 1 January 1970; an instant counts
seconds of local London wall-clock time since then."""

import calendar
from dataclasses import dataclass
from datetime import date

import numpy as np

from vanguard.synth.chance import Ints, Stream

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


def window(until: date, months: int) -> Window:
    """The `months` months before `until`."""
    month = until.year * 12 + until.month - 1 - months
    year, month = divmod(month, 12)
    day = min(until.day, calendar.monthrange(year, month + 1)[1])
    return Window(number(date(year, month + 1, day)), number(until))


def between(rng: Stream, low: Ints, high: Ints, winter: float = 0.0) -> Ints:
    """Days from `low` until before `high`; with `winter`, so much likelier in mid-January than on average."""
    day = low + np.floor(rng.random(len(low)) * (high - low)).astype(np.int64)
    for _ in range(3 if winter else 0):
        weight = (1 + winter * np.cos(2 * np.pi * (day - 15) / YEAR)) / (1 + abs(winter))
        again = rng.random(len(day)) > weight
        day[again] = low[again] + np.floor(rng.random(again.sum()) * (high - low)[again]).astype(np.int64)
    return day


def weekday(day: Ints) -> Ints:
    """0 for Monday to 6 for Sunday."""
    return (day + 3) % 7


def instant(day: Ints, second: Ints) -> Ints:
    """The local time so many seconds into the day; the hour that spring skips is put off by an hour."""
    march_end = (day.astype("datetime64[D]") + 7).astype("datetime64[M]").astype(int) % 12 == 3
    in_march = day.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 == 2
    skipped = in_march & march_end & (weekday(day) == 6) & (second // 3600 == 1)
    return np.asarray(day * 86_400 + second + np.where(skipped, 3600, 0))
