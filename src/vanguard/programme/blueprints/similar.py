"""Which places are alike: by the distance of their numbers, each in standard deviations. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = 2.0
"""The squared distance where a number is not known: the mean of two places drawn at random, in squared deviations."""


@dataclass(frozen=True)
class Near:
    """A place by its position, and how far it is: 1 is a standard deviation in each number."""

    at: int
    distance: float


def nearest(numbers: Mapping[str, NDArray[np.float64]], own: int, most: int) -> list[Near]:
    """The places nearest to `own`, at most so many, by the numbers that are known of it.

    Each array has a value for each place, NaN where it is not known. The distance is the root of the mean squared
    difference in standard deviations over places (Euclid's, divided by the root of how many numbers there are); what
    is not known of the other counts as UNKNOWN. Places with none of the numbers are left out; of equals the first
    comes first.
    """
    held = [one for one in numbers.values() if not np.isnan(one[own])]
    if not held:
        return []
    squares, known = [], []
    for one in held:
        deviation = float(np.nanstd(one))
        apart = (one - one[own]) / deviation if deviation else np.where(np.isnan(one), np.nan, 0.0)
        known.append(~np.isnan(one))
        squares.append(np.where(known[-1], apart**2, UNKNOWN))
    distances = np.sqrt(np.mean(squares, axis=0))
    eligible = np.any(known, axis=0)
    eligible[own] = False
    order = np.argsort(distances, kind="stable")
    return [Near(int(at), float(distances[at])) for at in order if eligible[at]][:most]
