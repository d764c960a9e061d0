"""What a chart says at its end: the latest point, whether it is unusual, and whether the target is within reach.

Variation and assurance are the two summaries of Making Data Count. Both speak of now: the latest point that has a
value, and the limits of the last group alone.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vanguard.learn.measure.spc.series_file import Series
from vanguard.learn.measure.spc.xmr import COMMON, RULES, Flags, Groups, Points

ENOUGH = 12
"""Points from which on limits are more than provisional."""

UNUSUAL = {
    "outside": "outside the limits",
    "trend": "seven points in a row going one way",
    "two_of_three": "two of three points close to a limit",
    "shift": "seven points in a row on one side of the mean",
}


@dataclass(frozen=True)
class Reading:
    """One series at its end.

    `rows` are its points among those of all series. `value`, `mean`, `lower`, `upper` and `target` are None where there
    is none. `variation` is "common", "better", "worse" or "changed" (where neither way is better), None without limits;
    `higher` says which way a special cause points. `assurance` is "meets", "misses" or "either", None without a
    target, a direction or limits. `enough` is False while limits are provisional.
    """

    name: str
    direction: str
    rows: slice
    period: str | None
    value: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    target: float | None
    rule: str
    variation: str | None
    higher: bool
    assurance: str | None
    enough: bool

    @property
    def sentence(self) -> str:
        """The reading in words."""
        return self.in_units("")

    def in_units(self, unit: str) -> str:
        """The reading in words, with what its figure is of."""
        if self.value is None:
            return "No value yet."
        apart = "." if self.variation is None else ","
        return f"{self.period}: {figure(self.value)}{unit and f' {unit}'}{apart} {self.words}"

    @property
    def words(self) -> str:
        """What follows the figure, for where the figure already stands."""
        if self.variation is None:
            return "One value has no limits."
        if self.variation == "common":
            said = "as usual: a change of this size is noise"
        else:
            way = "higher" if self.higher else "lower"
            meaning = {"better": ", which is better", "worse": ", which is worse", "changed": ""}[self.variation]
            said = f"{way} than usual{meaning}: {UNUSUAL[self.rule]}"
        meets = {
            None: "",
            "meets": " It will go on meeting its target unless something changes.",
            "misses": " It will go on missing its target unless something changes.",
            "either": " It will meet its target in some periods and miss it in others, by chance.",
        }[self.assurance]
        if self.target is not None and self.direction not in ("up", "down"):
            meets = " Whether it meets its target cannot be said: nothing says which way is better."
        few = "" if self.enough else f" Fewer than {ENOUGH} points: the limits are provisional."
        return f"{said}.{meets}{few}"


def provisional(series: Series) -> Flags:
    """For each series, whether fewer than ENOUGH values have come since it began or was last rebased."""
    if not series.names:
        return np.zeros(0, np.bool_)
    groups = Groups.of(series.first)
    last = np.append(np.diff(series.number[groups.starts]) > 0, True)
    return np.asarray(np.add.reduceat(~np.isnan(series.values), groups.starts, dtype=np.intp)[last] < ENOUGH)


def readings(series: Series, points: Points, *, direction: str = "neither") -> Iterator[Reading]:
    """Each series at its end; `direction` stands for series that say none."""
    if not series.names:
        return
    groups = Groups.of(series.first)
    seen = ~np.isnan(series.values)
    bounds = np.searchsorted(series.number, np.arange(len(series.names) + 1))
    begins = groups.starts[np.searchsorted(groups.starts, bounds[1:]) - 1]
    for name, way, start, stop, begin, few in zip(
        series.names, series.directions, bounds[:-1], bounds[1:], begins, provisional(series), strict=True
    ):
        with_value = np.flatnonzero(seen[start:stop]) + start
        latest = int(with_value[-1]) if len(with_value) else None
        targets = series.targets[start:stop]
        given = targets[~np.isnan(targets)]
        target = float(given[-1]) if len(given) else None
        way = way or direction
        lower, upper = _number(points.lower[stop - 1]), _number(points.upper[stop - 1])
        # A latest value from before the last rebase says nothing about the process as it is now.
        current = latest is not None and latest >= begin and lower is not None
        rule = RULES[points.rule[latest]] if current else ""
        side = int(points.side[latest]) if current else 0
        yield Reading(
            name=name,
            direction=way,
            rows=slice(int(start), int(stop)),
            period=None if latest is None else str(series.periods[latest].as_py()),
            value=None if latest is None else float(series.values[latest]),
            mean=_number(points.mean[stop - 1]),
            lower=lower,
            upper=upper,
            target=target,
            rule=rule,
            variation=kind(side, way) if current else None,
            higher=side > 0,
            assurance=assurance(lower, upper, target, way),
            enough=not few,
        )


def kind(side: int, direction: str) -> str:
    """What a point means that points up (1), down (-1) or nowhere (0) where `direction` is better."""
    if side == COMMON:
        return "common"
    if direction not in ("up", "down"):
        return "changed"
    return "better" if (side > 0) == (direction == "up") else "worse"


def assurance(lower: float | None, upper: float | None, target: float | None, direction: str) -> str | None:
    """Whether the process as it is meets its target always, never, or by chance; a target on a limit is by chance."""
    if lower is None or upper is None or target is None or direction not in ("up", "down"):
        return None
    if lower <= target <= upper:
        return "either"
    return "meets" if (target < lower) == (direction == "up") else "misses"


def figure(value: float) -> str:
    """A number for people: whole as it is, otherwise with the digits that matter."""
    if value == round(value):
        return f"{round(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    # What is smaller still is left over from reckoning, and is nothing.
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else min(6, 1 - math.floor(math.log10(abs(value))))
    return f"{round(value, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
