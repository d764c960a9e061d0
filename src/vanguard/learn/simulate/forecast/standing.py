"""Whether a forecast may be shown: tried on days that are over, it has to be nearer than the seasonal-naive one."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vanguard.learn.simulate.forecast.coming import DAY, LEAST_WEEKS, WEEK, Counts, coming
from vanguard.learn.simulate.forecast.naive import WEEKS, naive, weeks_back
from vanguard.learn.simulate.forecast.scoring import Score, crps, score
from vanguard.learn.simulate.intervals import quantile

EVERY = 31
"""Hours between one trial and the next: not a day, so that all hours of the day are tried."""

LEAST_TRIALS = 20
SURE = 0.9
Forecast = Callable[[int, int], np.ndarray]
"""[draws, windows] of a forecast made with the first so many hours known, with a seed."""


@dataclass(frozen=True)
class Standing:
    """How a forecast did beside the naive one. `nearer` is by what share of the naive CRPS it was better on average,
    `low` what it is better by at least, with 95 in 100; shown only where that is above 0."""

    hours: int
    shown: bool
    why: str
    nearer: float | None
    low: float | None
    ours: Score | None
    theirs: Score | None


def standing(history: Counts, hours: int, *, trials: int = 60, draws: int = 400, seed: int = 1) -> Standing:
    """Try how many come in the next `hours` on days that are over, each time with what was known then."""
    values = history.hourly

    def ours(end: int, seed: int) -> np.ndarray:
        come: np.ndarray = coming(history.until(end), hours, draws=draws, seed=seed).sum(axis=1)[:, None]
        return come

    ends = trial_ends(len(values), hours, trials=trials)
    return standings(values, [hours], ours, ends=ends, total=True, seed=seed)[0]


def trial_ends(known: int, furthest: int, *, trials: int, every: int = EVERY) -> np.ndarray:
    """Up to how many hours each trial may know, the last first known: what it forecasts is over, and enough weeks lie
    before it."""
    least = max(LEAST_WEEKS, WEEKS + weeks_back(furthest)) * WEEK
    return np.arange(known - furthest, least - 1, -every)[:trials][::-1]


def standings(
    values: np.ndarray,
    windows: Sequence[int],
    ours: Forecast,
    *,
    ends: np.ndarray,
    total: bool,
    ahead: int = 0,
    seed: int = 1,
) -> list[Standing]:
    """How `ours` did in each of the windows, which begin `ahead` of what is known and last so many hours: the `total`
    of `values` [hours] in it, or the value of its last hour.

    Trials whose windows overlap are no independent witnesses: they are put together into blocks as long as a window and
    no shorter than a day, and Student's t is over blocks.
    """
    if len(ends) < LEAST_TRIALS:
        why = f"It could be tried {len(ends)} times only; it is shown after {LEAST_TRIALS}."
        return [Standing(hours, False, why, None, None, None, None) for hours in windows]
    made = [ours(int(end), seed + number) for number, end in enumerate(ends)]
    return [
        _standing(values, hours, [one[:, place] for one in made], ends, total=total, ahead=ahead)
        for place, hours in enumerate(windows)
    ]


def _standing(
    values: np.ndarray, hours: int, mine: list[np.ndarray], ends: np.ndarray, *, total: bool, ahead: int
) -> Standing:
    theirs = [naive(values[:end], hours, total=total, ahead=ahead) for end in ends]
    truths = [truth(values, int(end) + ahead, hours, total=total) for end in ends]
    by = np.array([crps(b, t) - crps(a, t) for a, b, t in zip(mine, theirs, truths, strict=True)])
    own, other = score(mine, truths), score(theirs, truths)
    nearer, low = _better(by, ends, hours, other.crps)
    if low > 0:
        why = f"Over {len(ends)} trials it was {nearer:.0%} nearer to what came than the same hours of the last weeks."
    else:
        why = f"Over {len(ends)} trials it was not surely nearer to what came than the same hours of the last weeks."
    return Standing(hours, low > 0, why, nearer, low, own, other)


def truth(values: np.ndarray, begins: int, hours: int, *, total: bool) -> float:
    """What came in a window: its total, or the value of its last hour."""
    window = values[begins : begins + hours]
    return float(window.sum() if total else window[-1])


def _better(by: np.ndarray, ends: np.ndarray, hours: int, whole: float) -> tuple[float, float]:
    """The mean gain and what it is at least, as shares of the naive score."""
    block = (ends - ends[0]) // max(hours, DAY)
    means = np.array([by[block == one].mean() for one in np.unique(block)])
    if whole <= 0:
        return 0.0, -math.inf
    mean = float(means.mean())
    if len(means) < 3:
        return mean / whole, -math.inf
    half = quantile(len(means) - 1, SURE) * float(means.std(ddof=1)) / math.sqrt(len(means))
    return mean / whole, (mean - half) / whole
