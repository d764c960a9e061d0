"""Chance without a state: each number is a function of who, what for and how often before.

So a person of one replication meets the same luck in every scenario (common random numbers), whatever the others do.
The mixing is SplitMix64's (G. Steele, D. Lea, C. Flood, 2014).
"""

import math

import numpy as np

from vanguard.learn.simulate.engine.arrays import EXPONENTIAL, FIXED, GAMMA, LOGNORMAL, UNIFORM
from vanguard.learn.simulate.engine.compiled import compiled

TAU = 2 * math.pi
PARTS = np.uint64(0x9E3779B97F4A7C15)


@compiled
def mixed(key: np.uint64, number: int) -> np.uint64:
    """A new key from a key and a number."""
    x = key + PARTS * np.uint64(number + 1)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def uniform(key: np.uint64, purpose: int, turn: int) -> float:
    """A number above 0 and below 1."""
    x = mixed(mixed(key, purpose), turn)
    return (float(x >> np.uint64(12)) + 0.5) / 4503599627370496.0


@compiled
def normal(key: np.uint64, purpose: int, turn: int) -> float:
    """A standard normal number, by Box and Muller (1958)."""
    size = math.sqrt(-2 * math.log(uniform(key, purpose, 2 * turn)))
    return size * math.cos(TAU * uniform(key, purpose, 2 * turn + 1))


@compiled
def gamma(shape: float, key: np.uint64, purpose: int, turn: int) -> float:
    """A gamma number of scale 1, by G. Marsaglia and W. Tsang (2000)."""
    base = mixed(mixed(key, purpose), turn)
    lift = 1.0
    if shape < 1:
        lift = uniform(base, 0, 0) ** (1 / shape)
        shape += 1
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    tried = 1
    while True:
        x = normal(base, 1, tried)
        v = (1 + c * x) ** 3
        if v > 0 and math.log(uniform(base, 2, tried)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v * lift
        tried += 1


@compiled
def drawn(spread: np.ndarray, key: np.uint64, purpose: int, turn: int) -> float:
    """A length from a spread: its kind and three numbers (see `plan.spread`)."""
    kind, a, b, c = float(spread[0]), float(spread[1]), float(spread[2]), float(spread[3])
    if kind == FIXED:
        return a
    if kind == LOGNORMAL:
        return math.exp(a + b * normal(key, purpose, turn))
    if kind == GAMMA:
        return b * gamma(a, key, purpose, turn)
    u = uniform(key, purpose, turn)
    if kind == EXPONENTIAL:
        return -a * math.log(u)
    if kind == UNIFORM:
        return a + (b - a) * u
    if u * (c - a) < b - a:
        return a + math.sqrt(u * (c - a) * (b - a))
    return c - math.sqrt((1 - u) * (c - a) * (c - b))
