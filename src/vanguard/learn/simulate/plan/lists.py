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


def each(found: Iterable[str | None]) -> list[str]:
    """Each that there is, once."""
    return [one for one in dict.fromkeys(found) if one is not None]


def padded(of: Iterable[float], length: int, value: float) -> list[float]:
    """A list made so long with a value."""
    given = list(of)
    return given + [value] * (length - len(given))


def cube(found: list[list[list[int]]]) -> np.ndarray:
    """Lists of lists as one array; where there is no more, -1."""
    longest = max((len(one) for of in found for one in of), default=1) or 1
    return np.array([[padded(one, longest, -1) for one in of] for of in found], dtype=np.int64)
