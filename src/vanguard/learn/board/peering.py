"""Sites side by side on a funnel: who differs by more than chance, and no league table."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vanguard.learn.measure.spc import Funnel, funnel, funnel_chart

TOGETHER = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Intervals that are taken together: about a year, so that small sites have something to show."""
LEAST_SITES = 3
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


def drawn(found: Funnel, title: str, per: float, names: list[str], sizes: list[float]) -> dict[str, Any]:
    """The funnel as a chart, its figures per so many of the denominator."""
    spec = funnel_chart(found, names, sizes, title=title)
    figures = ("value", "centre", "lower", "upper", "outer_lower", "outer_upper")
    spec["data"]["values"] = [{**row, **{name: row[name] * per for name in figures}} for row in spec["data"]["values"]]
    return spec
