"""Seeded chance: one stream of random numbers for each use, so that a change in one leaves the others
alone."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Stream = np.random.Generator


def stream(seed: int, use: str, part: int = 0) -> Stream:
    """The random numbers for one use in one part of the place."""
    return np.random.default_rng([seed % 2**64, part, zlib.crc32(use.encode())])


def pick(rng: Stream, weights: Floats) -> Ints:
    """One choice for each row of `weights` (rows x choices), in proportion to the row's weights."""
    edges = np.cumsum(weights, axis=1)
    chosen: Ints = (edges <= (rng.random(len(weights)) * edges[:, -1])[:, None]).sum(axis=1)
    return chosen


def pick_many(rng: Stream, weights: Sequence[float] | Floats, size: int) -> Ints:
    """`size` choices, all with the same weights."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.asarray(np.searchsorted(edges, rng.random(size) * edges[-1], side="right"), dtype=np.int64)


def happen(rng: Stream, rate: Floats) -> Ints:
    """Row numbers, each as often as a Poisson draw with that row's rate says, in order."""
    return np.repeat(np.arange(len(rate)), rng.poisson(rate))


def popularity(choices: int) -> Floats:
    """Weights that fall with rank, as those of names do."""
    return np.asarray(1.0 / (np.arange(choices) + 4.0) ** 0.8)


def lognormal(rng: Stream, median: Floats, spread: float) -> Floats:
    """Draws with these medians; `spread` is the standard deviation of the logarithm."""
    return np.asarray(median * np.exp(rng.normal(0, spread, len(median))))


def rank_within(groups: Ints) -> Ints:
    """For sorted group numbers, each row's position in its group, from 0."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    lengths = np.diff(np.r_[starts, len(groups)])
    return np.arange(len(groups)) - np.repeat(starts, lengths)
