"""How many come in each of the next hours: the week's own shape, at the level of late, more uneven than chance.

Expected in an hour is the share of that hour of the week, times the level of the last weeks. Days have luck of their
own: a day's level is gamma about 1, and given it hours are Poisson, so a day's count is negative binomial.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from vanguard.clock import LONDON
from vanguard.errors import BadInput

WEEK = 168
DAY = 24
LEAST_WEEKS = 4
AT_ONCE = 56
"""Days of which the hours of the week are worked out at once."""

HALF_LIFE = 10.0
"""Days after which what happened weighs half as much for the level."""

OF_THE_DAY = 8.0
"""An hour of the week leans on the same hour of all days as if that had been seen this many times more."""


@dataclass(frozen=True)
class Counts:
    """How many came in each hour from `start`, an instant on the hour; `hourly` are whole numbers, none missing."""

    start: datetime
    hourly: np.ndarray = field(repr=False)

    @property
    def end(self) -> datetime:
        return self.start.astimezone(UTC) + timedelta(hours=len(self.hourly))

    def until(self, hours: int) -> "Counts":
        """The first so many hours."""
        return Counts(self.start, self.hourly[:hours])


@dataclass(frozen=True)
class Learned:
    """What an hour of the local week brings on average (from Monday 0:00), and the shape of a day's own level."""

    expected: np.ndarray = field(repr=False)
    evenness: float
    """The shape of the gamma of a day's level; infinite where days differ by chance alone."""


def hours_of_week(start: datetime, hours: int) -> np.ndarray:
    """The hour of the local week of each of so many hours, 0 on Monday at midnight; `start` knows its zone."""
    first = start.astimezone(UTC)
    if hours <= AT_ONCE * DAY:
        return _hours_of_week(first, hours)
    # The same history is asked for up to one hour and another: worked out once for many of them.
    return _hours_of_week(first, -(-hours // (AT_ONCE * DAY)) * AT_ONCE * DAY)[:hours]


@lru_cache(maxsize=64)
def _hours_of_week(first: datetime, hours: int) -> np.ndarray:
    found = np.zeros(hours, dtype=np.int64)
    for begin in range(0, hours, DAY):
        until = min(begin + DAY, hours)
        local, last = ((first + timedelta(hours=n)).astimezone(LONDON) for n in (begin, until))
        if local.utcoffset() == last.utcoffset():
            found[begin:until] = (local.weekday() * DAY + local.hour + np.arange(until - begin)) % WEEK
        else:
            at = ((first + timedelta(hours=n)).astimezone(LONDON) for n in range(begin, until))
            found[begin:until] = [one.weekday() * DAY + one.hour for one in at]
    found.flags.writeable = False
    return found


def learn(history: Counts) -> Learned:
    """The shape of the week, the level of late and how uneven days are. Raises BadInput for less than four weeks."""
    hourly = history.hourly.astype(np.float64)
    if len(hourly) < LEAST_WEEKS * WEEK:
        what = f"There are {len(hourly) / WEEK:.1f} weeks of counts; a forecast needs {LEAST_WEEKS}."
        raise BadInput(what, do="Wait until there are more.")
    if (hourly < 0).any() or not np.isfinite(hourly).all():
        raise BadInput("A count is below 0 or no number.", do="Mend the counts.")
    hour = hours_of_week(history.start, len(hourly))
    seen = np.bincount(hour, minlength=WEEK)
    came = np.bincount(hour, weights=hourly, minlength=WEEK)
    of_day = np.tile(came.reshape(7, DAY).sum(axis=0) / np.maximum(seen.reshape(7, DAY).sum(axis=0), 1), 7)
    shape = (came + OF_THE_DAY * of_day) / (seen + OF_THE_DAY)
    usual = shape[hour]
    age = (len(hourly) - 1 - np.arange(len(hourly))) / DAY
    weight = 0.5 ** (age / HALF_LIFE)
    level = (weight @ hourly) / max(float(weight @ usual), 1e-12)
    return Learned(shape * level, _evenness(hourly, usual))


def _evenness(hourly: np.ndarray, usual: np.ndarray) -> float:
    """How much more than by chance days differ from what is usual about them, by the method of moments: the variance of
    a negative binomial is its mean and its mean squared over the shape. The level is that of the four weeks around."""
    days = len(hourly) // DAY
    came = hourly[-days * DAY :].reshape(days, DAY).sum(axis=1)
    wanted = usual[-days * DAY :].reshape(days, DAY).sum(axis=1)
    around = np.convolve(np.ones(days), np.ones(29), "same")
    wanted = wanted * (np.convolve(came, np.ones(29), "same") / around)
    wanted = wanted / np.maximum(np.convolve(usual[-days * DAY :].reshape(days, DAY).sum(axis=1), np.ones(29), "same")
                                 / around, 1e-12)  # fmt: skip
    # What is taken from the days around, the day itself among them, leaves a little less variance than there is.
    excess = float((((came - wanted) ** 2) / (1 - 1 / around) - wanted).sum())
    square = float((wanted**2).sum())
    return square / excess if excess > 0 and square > 0 else math.inf


def coming(history: Counts, hours: int, *, draws: int = 1000, seed: int = 1) -> np.ndarray:
    """[draws, hours] how many may come in each of the next hours."""
    learned = learn(history)
    chance = np.random.default_rng(seed)
    expected = learned.expected[hours_of_week(history.end, hours)]
    if math.isinf(learned.evenness):
        return chance.poisson(expected, (draws, hours))
    days = np.arange(hours) // DAY
    level = chance.gamma(learned.evenness, 1 / learned.evenness, (draws, int(days[-1]) + 1))
    found: np.ndarray = chance.poisson(expected[None] * level[:, days])
    return found
