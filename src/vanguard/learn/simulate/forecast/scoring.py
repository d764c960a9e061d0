"""How good forecasts were: their distance from the truth, and whether the truth lies where they said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


@dataclass(frozen=True)
class Score:
    """Of many forecasts: the mean CRPS in the unit of what is forecast, how often the truth lay where 80 and 95 in 100
    were to lie, and how unlikely so uneven a PIT is of a calibrated forecast (below 0.01: it is not calibrated)."""

    forecasts: int
    crps: float
    within_80: float
    within_95: float
    calibration_p: float


def quantiles(draws: np.ndarray) -> dict[float, float]:
    """A distribution as its quantiles, by level."""
    return {level: float(value) for level, value in zip(LEVELS, np.quantile(draws, LEVELS), strict=True)}


def crps(draws: np.ndarray, truth: float) -> float:
    """The continuous ranked probability score of a distribution given as draws, 0 at best: E|X - y| - E|X - X'| / 2
    (T. Gneiting and A. Raftery 2007). The draws are the forecast: eight of them say no more than eight steps."""
    values = np.sort(draws.astype(np.float64))
    number = len(values)
    off = np.abs(values - truth).mean()
    weights = 2 * np.arange(1, number + 1) - number - 1
    return float(off - (weights @ values) / number**2)


def pit(draws: np.ndarray, truth: float, u: float) -> float:
    """Where in its distribution the truth lies, evenly spread from 0 to 1 if the forecast is right; `u`, from 0 to 1,
    says where among equals (C. Czado, T. Gneiting and L. Held 2009)."""
    below, equal = (draws < truth).mean(), (draws == truth).mean()
    return float(below + u * equal)


def score(forecasts: Sequence[np.ndarray], truths: Sequence[float], *, seed: int = 1) -> Score:
    """The score of forecasts, each as draws, beside what came true."""
    from scipy.stats import kstest

    chance = np.random.default_rng(seed)
    where = [
        pit(draws, truth, u) for draws, truth, u in zip(forecasts, truths, chance.random(len(truths)), strict=True)
    ]
    distance = [crps(draws, truth) for draws, truth in zip(forecasts, truths, strict=True)]
    spread = np.array(where)
    return Score(
        forecasts=len(where),
        crps=float(np.mean(distance)),
        within_80=float(((spread >= 0.1) & (spread <= 0.9)).mean()),
        within_95=float(((spread >= 0.025) & (spread <= 0.975)).mean()),
        calibration_p=float(kstest(spread, "uniform").pvalue),
    )
