"""Funnel plots: sites of different sizes side by side, without a league table.

Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 2005: exact limits round the
figure of all sites together, and additive over-dispersion where sites differ by more than chance and size explain.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from vanguard.errors import BadInput
from vanguard.learn.measure.spc.xmr import Floats

INNER, OUTER = 0.95, 0.998
"""Shares of sites that chance alone leaves within the limits: about two and three standard deviations."""

WINSORISED = 0.1


@dataclass(frozen=True)
class Funnel:
    """Sites against the figure of all together, in columns as long as the sites.

    `value` is a share (or a rate a unit of the denominator), NaN where the denominator is nought; `centre` that of all
    sites. `beyond` is 0 within the inner limits, ±1 outside them, ±2 outside the outer. `tau2` is the variance between
    sites on the transformed scale, nought where limits are exact.
    """

    centre: float
    value: Floats
    lower: Floats
    upper: Floats
    outer_lower: Floats
    outer_upper: Floats
    beyond: npt.NDArray[np.int8]
    tau2: float


def funnel(numerator: Floats, denominator: Floats, *, rates: bool, overdispersed: bool = False) -> Funnel:
    """The funnel of `numerator` over `denominator`: shares of people, or with `rates` events in person-time.

    Limits are quantiles of the binomial (shares) or Poisson (rates) distribution, interpolated between whole counts.
    With `overdispersed`, they are normal limits on the scale of the arcsine square root (shares) or the square root
    (rates) with the variance between sites added, estimated from winsorised z-scores (10% at each end). Raises BadInput
    for a negative figure, a numerator above its denominator where they are shares, or no denominator at all.
    """
    _refuse(numerator, denominator, rates)
    centre = float(numerator.sum() / denominator.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        value = numerator / denominator
    tau2 = _between(value, denominator, centre, rates) if overdispersed else 0.0
    tails = tuple(tail for share in (INNER, OUTER) for tail in ((1 - share) / 2, (1 + share) / 2))
    if overdispersed:
        bands = [_normal(tail, denominator, centre, tau2, rates) for tail in tails]
    else:
        bands = list(_exact(tails, denominator, centre, rates))
    lower, upper, outer_lower, outer_upper = bands
    beyond = (value > upper).astype(np.int8) + (value > outer_upper) - (value < lower) - (value < outer_lower)
    return Funnel(centre, value, lower, upper, outer_lower, outer_upper, beyond.astype(np.int8), tau2)


def _refuse(numerator: Floats, denominator: Floats, rates: bool) -> None:
    wrong = (numerator < 0) | (denominator < 0) | (False if rates else numerator > denominator)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise BadInput(f"Site {place + 1} has {numerator[place]:g} of {denominator[place]:g}.", do="Check the figures.")
    if not denominator.sum() > 0:
        raise BadInput("No site has a denominator.", do="Give at least one site with people or time.")


def _exact(tails: tuple[float, ...], denominator: Floats, centre: float, rates: bool) -> Floats:
    """The quantiles of what a site of each size shows by chance: a row for each tail, a column for each site."""
    sizes, place = np.unique(denominator, return_inverse=True)
    limits = [_quantiles(tails, size, centre, rates) / size if size else np.full(len(tails), np.nan) for size in sizes]
    return np.array(limits).T[:, place]


# A page is looked at more often than its sites publish: until then each size has the limits that it had.
@lru_cache(maxsize=10_000)
def _quantiles(tails: tuple[float, ...], size: float, centre: float, rates: bool) -> Floats:
    """The quantiles of the count, between whole counts in proportion (Spiegelhalter, appendix A.1.1)."""
    mean = size * centre
    if mean == 0 or (not rates and centre == 1):
        return np.full(len(tails), mean)
    spread = sqrt(mean * (1 if rates else 1 - centre))
    least = max(0, int(mean - 12 * spread - 12))
    most = int(mean + 12 * spread + 12) if rates else min(int(size), int(mean + 12 * spread + 12))
    counts = np.arange(least, most + 1, dtype=np.float64)
    # Each probability from the one before it; the sum is made one, since what lies further out is nothing.
    ratios = mean / counts[1:] if rates else (size - counts[1:] + 1) / counts[1:] * centre / (1 - centre)
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratios))])
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    upto = np.cumsum(chances)
    places = np.searchsorted(upto, tails)
    return np.asarray(np.maximum(counts[places] - (upto[places] - tails) / chances[places], 0.0), dtype=np.float64)


def _scale(value: Floats | float, rates: bool) -> Floats:
    """The scale on which the variance depends on the size alone."""
    return np.asarray(np.sqrt(value) if rates else np.arcsin(np.sqrt(value)))


def _between(value: Floats, denominator: Floats, centre: float, rates: bool) -> float:
    """The variance between sites by the method of moments (DerSimonian and Laird), from winsorised z-scores."""
    there = denominator > 0
    errors = 1 / (2 * np.sqrt(denominator[there]))
    scores = (_scale(value[there], rates) - _scale(centre, rates)) / errors
    scores = np.clip(scores, *np.quantile(scores, [WINSORISED, 1 - WINSORISED]))
    sites, weights = len(scores), 1 / errors**2
    excess = float((scores**2).sum()) - (sites - 1)
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, excess / spare) if spare > 0 else 0.0


def _normal(tail: float, denominator: Floats, centre: float, tau2: float, rates: bool) -> Floats:
    with np.errstate(divide="ignore"):
        spread = np.sqrt(1 / (4 * denominator) + tau2)
    limit = _scale(centre, rates) + NormalDist().inv_cdf(tail) * spread
    limit = np.maximum(limit, 0) if rates else np.clip(limit, 0, np.pi / 2)
    back = limit**2 if rates else np.sin(limit) ** 2
    return np.where(denominator > 0, back, np.nan)
