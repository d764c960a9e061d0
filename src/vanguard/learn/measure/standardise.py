"""Standardised rates: groups of different ages and sexes made comparable, in columns of strata and groups.

Fleiss, Statistical methods for rates and proportions. The European standard population of 2013 is Eurostat's.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vanguard.errors import BadInput

Floats = npt.NDArray[np.float64]

EUROPEAN_STANDARD_POPULATION = {
    0: 5000, 5: 5500, 10: 5500, 15: 5500, 20: 6000, 25: 6000, 30: 6500, 35: 7000, 40: 7000, 45: 7000, 50: 7000,
    55: 6500, 60: 6000, 65: 5500, 70: 5000, 75: 4000, 80: 2500, 85: 1500, 90: 1000,
}  # fmt: skip
"""Of 100,000 people, how many are of an age from so many years to the next; the last are 90 and over."""


@dataclass(frozen=True)
class Indirect:
    """For each group, what would be expected of it at the rates of all, and observed over expected; NaN where nothing
    is expected."""

    expected: Floats
    ratio: Floats


def direct(counts: Floats, people: Floats, weights: Floats) -> Floats:
    """The rate that each group would have with the make-up of the standard: Σ w (count / people) / Σ w.

    `counts` and `people` have a row a stratum and a column a group; `weights` one entry a stratum. NaN for a group with
    nobody in a stratum that has weight: its rate there is not known. Raises BadInput without weight.
    """
    if not weights.sum() > 0 or (weights < 0).any():
        raise BadInput("The standard population is empty.", do="Give at least one stratum people.")
    kept = weights > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(people[kept] > 0, counts[kept] / people[kept], np.nan)
    return np.asarray(weights[kept] @ rates / weights.sum())


def indirect(counts: Floats, people: Floats, reference_rates: Floats) -> Indirect:
    """Observed events of each group over those expected at the reference's rate of each stratum.

    `counts` and `people` as for `direct`; a stratum in which a group has nobody adds nothing.
    """
    expected = np.asarray(reference_rates @ people)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Indirect(expected, np.where(expected > 0, counts.sum(axis=0) / expected, np.nan))
