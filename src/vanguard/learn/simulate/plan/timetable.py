"""When things are open and how many people come in each hour, in minutes from the start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from vanguard.clock import LONDON
from vanguard.flow import Calendar

HOURS_A_WEEK = 168
HOURS_A_YEAR = 365 * 24
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stretch:
    """What is simulated: from a full hour on, so many days to warm up, to count, and to let go on after them."""

    start: datetime
    warm_up: int
    days: int
    after: int = 0

    @property
    def window(self) -> tuple[float, float]:
        """From and to what counts, in minutes."""
        return self.warm_up * 1440.0, (self.warm_up + self.days) * 1440.0

    @property
    def minutes(self) -> float:
        """How long all of it lasts."""
        return (self.warm_up + self.days + self.after) * 1440.0

    @property
    def end(self) -> datetime:
        """The last instant."""
        return self.start + timedelta(minutes=self.minutes)


def minutes_of(start: datetime, at: datetime) -> float:
    """Minutes from the start to an instant."""
    return (at - start) / timedelta(minutes=1)


def modes(
    stretch: Stretch, calendars: Mapping[str, Calendar], row: Callable[[frozenset[str]], Any]
) -> tuple[list[float], list[int], list[Any]]:
    """When which mode begins, and for each mode what `row` says of the calendars that are then open."""
    changes: dict[float, dict[str, bool]] = {0.0: dict.fromkeys(calendars, False)}
    for id, calendar in calendars.items():
        for opened, closed in calendar.stretches(stretch.start, stretch.end):
            changes.setdefault(minutes_of(stretch.start, opened), {})[id] = True
            changes.setdefault(minutes_of(stretch.start, closed), {})[id] = False
    at: list[float] = []
    of: list[int] = []
    rows: list[Any] = []
    known: dict[frozenset[str], int] = {}
    now: dict[str, bool] = {}
    for minute in sorted(changes):
        now |= changes[minute]
        open_ = frozenset(id for id, is_open in now.items() if is_open)
        if open_ not in known:
            known[open_] = len(rows)
            rows.append(row(open_))
        at.append(minute)
        of.append(known[open_])
    return at, of, rows


def open_minutes(stretch: Stretch, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """The instants at which a calendar opens or closes, and its open minutes until then, a year beyond the end."""
    at, total = [0.0], [0.0]
    for opened, closed in calendar.stretches(stretch.start, stretch.end + HOURS_A_YEAR * HOUR):
        first, last = minutes_of(stretch.start, opened), minutes_of(stretch.start, closed)
        at += [first, last]
        total += [total[-1], total[-1] + last - first]
    return np.array(at), np.array(total)


def hours_of_week(stretch: Stretch) -> np.ndarray:
    """For each hour from the start the local hour of the week, from Monday at midnight."""
    first = stretch.start.astimezone(LONDON)
    hours = int(stretch.minutes // 60) + 1
    local = [(stretch.start + n * HOUR).astimezone(LONDON) for n in range(hours)]
    assert first.minute == 0, "a simulation begins on a full hour"
    return np.array([at.weekday() * 24 + at.hour for at in local], dtype=np.int64)


def expected(stretch: Stretch, arrivals: Any) -> np.ndarray:
    """How many arrivals are expected from the start to the beginning of each hour, by its weights."""

    def weights(given: Sequence[float] | None, length: int) -> np.ndarray:
        return np.array(given or [1.0] * length)

    hours, days, months = weights(arrivals.hours, 24), weights(arrivals.weekdays, 7), weights(arrivals.months, 12)
    wanted = int(stretch.minutes // 60)
    local = [(stretch.start + n * HOUR).astimezone(LONDON) for n in range(max(wanted, HOURS_A_YEAR))]
    weight = np.array([hours[at.hour] * days[at.weekday()] * months[at.month - 1] for at in local])
    year = weight[:HOURS_A_YEAR].sum()
    rate = weight[:wanted] * (arrivals.per_year / year if year else 0.0)
    return np.concatenate([[0.0], np.cumsum(rate)])
