"""Spreads of lengths as rows of four numbers: the kind, then what it needs, in the unit wanted."""

import math
from typing import Any

import numpy as np

from vanguard.learn.simulate.engine.arrays import EXPONENTIAL, FIXED, GAMMA, LOGNORMAL, TRIANGULAR, UNIFORM

NONE = (-1.0, 0.0, 0.0, 0.0)


def row(spread: Any, unit: float = 1.0) -> tuple[float, float, float, float]:
    """A spread of a blueprint as the engine takes it; `unit` is what its numbers are to be multiplied by."""
    if spread is None:
        return NONE
    match spread.kind:
        case "fixed":
            return FIXED, spread.value * unit, 0.0, 0.0
        case "exponential":
            return EXPONENTIAL, spread.mean * unit, 0.0, 0.0
        case "lognormal":
            # The logarithm is normal with these mean and standard deviation.
            wide = math.log1p((spread.sd / spread.mean) ** 2)
            return LOGNORMAL, math.log(spread.mean * unit) - wide / 2, math.sqrt(wide), 0.0
        case "gamma":
            return GAMMA, (spread.mean / spread.sd) ** 2, spread.sd**2 / spread.mean * unit, 0.0
        case "triangular":
            return TRIANGULAR, spread.low * unit, spread.mode * unit, spread.high * unit
        case "uniform":
            return UNIFORM, spread.low * unit, spread.high * unit, 0.0
    raise AssertionError(spread.kind)


def mean(spread: Any) -> float:
    """The mean of a spread; 0 without one."""
    if spread is None:
        return 0.0
    match spread.kind:
        case "fixed":
            return float(spread.value)
        case "triangular":
            return float(spread.low + spread.mode + spread.high) / 3
        case "uniform":
            return float(spread.low + spread.high) / 2
    return float(spread.mean)


def rows(spreads: list[tuple[float, float, float, float]]) -> np.ndarray:
    """Many as an array; of none as an array that can still be indexed."""
    return np.array(spreads or [NONE], dtype=np.float64)
