"""The LACE index: length of stay, acuity, comorbidity and emergency visits as points."""

from dataclasses import dataclass
from functools import cache

from vanguard.codes.bands import Band, read_bands
from vanguard.codes.code_set import CodeSet, load


@dataclass(frozen=True)
class LaceIndex:
    """`points` are, of each component, pairs of a value and the points from there on.

    The component `comorbidity` is read from the sum of `comorbidity`, points of the categories of Quan's coding of
    the Charlson index.
    """

    about: CodeSet
    minimum_age: int
    points: dict[str, tuple[tuple[int, int], ...]]
    comorbidity: tuple[tuple[str, int], ...]
    bands: tuple[Band, ...]


@cache
def lace_index() -> LaceIndex:
    """The published points."""
    about, data = load("lace")
    return LaceIndex(
        about=about,
        minimum_age=data["minimum_age"],
        points={component: tuple(runs.items()) for component, runs in data["points"].items()},
        comorbidity=tuple(data["comorbidity"].items()),
        bands=read_bands(data["bands"]),
    )
