"""Whether a forecast may be shown: tried on days that are over, it has to be nearer than the seasonal-naive one."""

import math
from dataclasses import dataclass

import numpy as np

from vanguard.learn.simulate.forecast.coming import DAY, LEAST_WEEKS, WEEK, Counts, coming
from vanguard.learn.simulate.forecast.naive import WEEKS, naive
from vanguard.learn.simulate.forecast.scoring import Score, crps, score
from vanguard.learn.simulate.intervals import quantile

EVERY = 31
"""Hours between one trial and the next: not a day, so that all hours of the day are tried."""

LEAST_TRIALS = 20
SURE = 0.9


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
    """Try the forecast of how many come in the next `hours` on days that are over, each time with what was known then.

    Trials whose windows overlap are no independent witnesses: they are put together into blocks as long as a window and
    no shorter than a day, and Student's t is over blocks.
    """
    values = history.hourly
    least = max(LEAST_WEEKS, WEEKS + -(-hours // WEEK)) * WEEK
    ends = np.arange(len(values) - hours, least - 1, -EVERY)[:trials][::-1]
    if len(ends) < LEAST_TRIALS:
        why = f"It could be tried {len(ends)} times only; it is shown after {LEAST_TRIALS}."
        return Standing(hours, False, why, None, None, None, None)
    mine, theirs, truths = [], [], []
    for number, end in enumerate(ends):
        truths.append(float(values[end : end + hours].sum()))
        mine.append(coming(history.until(int(end)), hours, draws=draws, seed=seed + number).sum(axis=1))
        theirs.append(naive(values[:end], hours, total=True))
    by = np.array([crps(b, t) - crps(a, t) for a, b, t in zip(mine, theirs, truths, strict=True)])
    ours, other = score(mine, truths), score(theirs, truths)
    nearer, low = _better(by, ends, hours, other.crps)
    if low > 0:
        why = f"Over {len(ends)} trials it was {nearer:.0%} nearer to what came than the same hours of the last weeks."
    else:
        why = f"Over {len(ends)} trials it was not surely nearer to what came than the same hours of the last weeks."
    return Standing(hours, low > 0, why, nearer, low, ours, other)


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
