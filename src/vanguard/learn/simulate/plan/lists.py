"""Lists of different lengths as arrays."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


def ranged(lists: Iterable[Iterable[Any]]) -> tuple[np.ndarray, list[Any]]:
    """Several lists as one, and from where to where each goes."""
    ranges: list[tuple[int, int]] = []
    found: list[Any] = []
    for one in lists:
        first = len(found)
        found.extend(one)
        ranges.append((first, len(found)))
    return np.array(ranges or [(0, 0)], dtype=np.int64), found


def table(found: Sequence[tuple[int, ...]], width: int) -> np.ndarray:
    """Rows of so many numbers; of none one row of zeros."""
    return np.array(found or [(0,) * width], dtype=np.int64)
