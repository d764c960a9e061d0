"""The smallest effect that a design could have found: so that silence is not taken for proof of no effect."""

import numpy as np
from scipy.special import stdtrit

from vanguard.learn.evaluate.finding import LEVEL
from vanguard.learn.evaluate.panel import Floats

POWER = 0.8


def from_error(error: float, freedom: float = np.inf) -> float:
    """From a standard error and its degrees of freedom: the true effect that is significant at 1 - LEVEL in POWER of
    all repetitions (Bloom 1995, Minimum detectable effects, Evaluation Review 19)."""
    alpha = 1 - LEVEL
    return float(error * (stdtrit(freedom, 1 - alpha / 2) + stdtrit(freedom, POWER)))


def from_placebos(placebos: Floats) -> float:
    """From effects seen where there was none, either sign as likely: the least effect which, added to a placebo, is
    beyond 95% of placebos in 80% of cases."""
    both = np.concatenate([placebos, -placebos])
    beyond = np.quantile(np.abs(placebos), LEVEL, method="higher")
    return float(beyond - np.quantile(both, 1 - POWER, method="lower"))
