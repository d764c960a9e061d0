"""A mean over replications, and between what it lies with a confidence of 95%."""

import math
from statistics import NormalDist

import numpy as np

# Student's t for so many degrees of freedom, where the expansion is not yet good.
FEW = (math.nan, 12.706, 4.303, 3.182, 2.776)


def quantile(freedom: int, confidence: float = 0.95) -> float:
    """Student's t, two-sided, by the expansion in 1/n (M. Abramowitz and I. Stegun 26.7.5)."""
    if freedom < len(FEW) and confidence == 0.95:
        return FEW[freedom]
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def interval(values: np.ndarray) -> dict[str, float | None]:
    """`mean`, `low` and `high` over replications that have a value; None where that cannot be said."""
    known = values[np.isfinite(values)]
    if not len(known):
        return {"mean": None, "low": None, "high": None}
    mean = float(known.mean())
    if len(known) < 2:
        return {"mean": mean, "low": None, "high": None}
    half = quantile(len(known) - 1) * float(known.std(ddof=1)) / math.sqrt(len(known))
    return {"mean": mean, "low": mean - half, "high": mean + half}
