"""Sites side by side on a funnel: who differs by more than chance, and no league table."""

from collections.abc import Sequence
from math import log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from vanguard.learn.measure.spc import Funnel, funnel, funnel_chart

TOGETHER = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Intervals that are taken together: about a year, so that small sites have something to show."""
LEAST_SITES = 3
Z = NormalDist().inv_cdf(0.975)
NONE_AT_MOST = -log(0.025)
"""Where none were counted, how many might have been: the exact limit."""
BEYOND = {
    -2: "Lower than chance explains",
    -1: "Low, as one site in twenty is by chance",
    0: "As chance alone would have it",
    1: "High, as one site in twenty is by chance",
    2: "Higher than chance explains",
}


def limits(numerators: Sequence[float], denominators: Sequence[float], *, share: bool, summed: bool) -> Funnel:
    """Shares have binomial limits, rates Poisson ones; sums, whose parts are not alike, the spread between sites."""
    return funnel(np.array(numerators), np.array(denominators), rates=not share, overdispersed=summed)


def chance(counted: float, of: float, *, share: bool) -> tuple[float, float]:
    """Between which values a figure of this size lies in 95 of 100 years in which nothing changes but chance.

    Shares: Wilson's interval. Rates: Byar's approximation to the exact Poisson interval (Breslow and Day, Statistical
    methods in cancer research II, 1987), which for none counted has the exact upper limit."""
    if share:
        middle, spread = counted + Z * Z / 2, Z * sqrt(counted * max(of - counted, 0) / of + Z * Z / 4)
        return max(0.0, (middle - spread) / (of + Z * Z)), min(1.0, (middle + spread) / (of + Z * Z))
    more = counted + 1
    low = counted * (1 - 1 / (9 * counted) - Z / (3 * sqrt(counted))) ** 3 if counted else 0.0
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3 if counted else NONE_AT_MOST
    return low / of, high / of


def drawn(found: Funnel, title: str, per: float, names: list[str], sizes: list[float]) -> dict[str, Any]:
    """The funnel as a chart, its figures per so many of the denominator."""
    spec = funnel_chart(found, names, sizes, title=title)
    figures = ("value", "centre", "lower", "upper", "outer_lower", "outer_upper")
    spec["data"]["values"] = [{**row, **{name: row[name] * per for name in figures}} for row in spec["data"]["values"]]
    return spec
