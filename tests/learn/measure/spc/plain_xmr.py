"""The rules of an XmR chart word for word, one point at a time in exact fractions: slow, and what ours must equal.

Written from the published description: limits at 2.66 average moving ranges from the mean, moving ranges of at least
3.267 times their average dropped once, runs and trends of seven, two of three between two thirds of the way and the
limit with all three on one side, each rule within one rebased group.
"""

from fractions import Fraction
from itertools import pairwise

LIMIT, SCREEN = Fraction(266, 100), Fraction(3267, 1000)


def chart(values: list[str | None]) -> list[tuple[Fraction | None, Fraction | None, Fraction | None, str]]:
    """(mean, lower, upper, rule) of each point of one group; None is a missing value."""
    points = [None if value is None else Fraction(value) for value in values]
    seen = [point for point in points if point is not None]
    mean = sum(seen) / Fraction(len(seen)) if seen else None
    ranges = [abs(b - a) for a, b in pairwise(points) if a is not None and b is not None]
    lower = upper = reach = None
    if ranges:
        average = sum(ranges) / Fraction(len(ranges))
        kept = [one for one in ranges if one < SCREEN * average] or ranges
        reach = LIMIT * sum(kept) / len(kept)
        lower, upper = mean - reach, mean + reach
    return [(mean, lower, upper, _rule(points, place, mean, reach)) for place in range(len(points))]


def _rule(points, place, mean, reach) -> str:
    if points[place] is None:
        return ""
    if reach is not None and abs(points[place] - mean) > reach:
        return "outside"
    if any(_trend(seven) for seven in _windows(points, place, 7)):
        return "trend"
    if reach is not None and _near(points[place], mean, reach):
        for three in _windows(points, place, 3):
            near = [point for point in three if point is not None and _near(point, mean, reach)]
            if len(near) >= 2 and _one_side(three, mean):
                return "two_of_three"
    if any(_one_side(seven, mean) for seven in _windows(points, place, 7)):
        return "shift"
    return ""


def _windows(points, place, length):
    """Every stretch of `length` points that holds the one at `place`."""
    for start in range(max(0, place - length + 1), min(place, len(points) - length) + 1):
        yield points[start : start + length]


def _trend(points) -> bool:
    if None in points:
        return False
    pairs = list(pairwise(points))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def _near(point, mean, reach) -> bool:
    return reach * 2 / 3 < abs(point - mean) <= reach


def _one_side(points, mean) -> bool:
    if None in points:
        return False
    return all(point > mean for point in points) or all(point < mean for point in points)
