"""XmR charts as the NHS programme Making Data Count draws them, for thousands of series at once.

Rules and constants: NHSRplotthedots 0.2.2 (NHS-R Community, MIT). Where it and we differ is in docs/spc.md.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]
Whole = npt.NDArray[np.intp]

LIMIT = 2.66
NEAR = 2 / 3
SCREEN = 3.267
RUN = 7
TREND = 7

COMMON, OUTSIDE, TREND_OF_SEVEN, TWO_OF_THREE, SHIFT = range(5)
RULES = ("", "outside", "trend", "two_of_three", "shift")
"""The name of each rule by its number; a point that meets several bears the first."""

# Decimals such as 0.1 have no exact double, so that a point on a line may seem a hair off it. Relative to the
# largest value of the group.
SLACK = 64 * float(np.finfo(np.float64).eps)


# Rows at a time, so that what is worked out of them stays near the processor.
BLOCK = 1 << 16


@dataclass(frozen=True)
class Points:
    """What a chart says of each row, in columns as long as the rows.

    `mean`, `lower` and `upper` are NaN where a group has too few values for them; `rule` is an index of RULES; `side`
    is 1 where a special cause points up, -1 where down, 0 for common cause.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    rule: Signs
    side: Signs

    def part(self, rows: slice) -> "Points":
        """Some of the rows, in the same memory."""
        return Points(self.mean[rows], self.lower[rows], self.upper[rows], self.rule[rows], self.side[rows])


@dataclass(frozen=True)
class Groups:
    """Stretches of rows that share one mean and one pair of limits."""

    first: Flags
    starts: Whole
    lengths: Whole

    @classmethod
    def of(cls, first: Flags) -> "Groups":
        """`first` is true on the first row of each group; the very first row always begins one."""
        first = first.copy()
        first[:1] = True
        starts = np.flatnonzero(first)
        return cls(first, starts, np.diff(starts, append=len(first)))

    def on_rows(self, figures: Floats) -> Floats:
        """One figure a group, repeated on each of its rows."""
        return np.repeat(figures, self.lengths)

    def count(self, counted: Flags) -> Whole:
        """How many rows of each group are counted."""
        return np.add.reduceat(counted, self.starts, dtype=np.intp)

    def means(self, values: Floats, counts: Whole) -> Floats:
        """The sum of each group over how many of its rows count, the rest being nought; NaN where none counts."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.add.reduceat(values, self.starts) / counts)


def xmr(values: Floats, first: Flags) -> Points:
    """Mean, process limits and special causes of each row.

    `values` are the points of every series one after the other, each in the order of time, NaN where one is missing;
    `first` is true where a series or a rebased part of it begins. A missing value interrupts: no moving range, trend,
    run or window passes over it.
    """
    # One piece of memory for the lines: the system hands out a large one sooner than three.
    points = Points(*np.empty((3, len(values))), *np.empty((2, len(values)), np.int8))
    if not len(values):
        return points
    starts = np.flatnonzero(first)
    cuts = starts[np.flatnonzero(np.diff(starts // BLOCK, prepend=0))] if len(values) > BLOCK else starts[:0]
    for start, end in pairwise((0, *cuts.tolist(), len(values))):
        rows = slice(start, end)
        _xmr(values[rows], first[rows], points.part(rows))
    return points


def _xmr(values: Floats, first: Flags, into: Points) -> None:
    groups = Groups.of(first)
    mean, reach, slack = _lines(values, groups)
    into.mean[:] = groups.on_rows(mean)
    into.lower[:] = groups.on_rows(mean - reach)
    into.upper[:] = groups.on_rows(mean + reach)
    into.rule[:], into.side[:] = special_causes(values, mean, reach, slack, groups)


def special_causes(
    values: Floats, mean: Floats, reach: Floats, slack: Floats, groups: Groups, *, near: bool = True
) -> tuple[Signs, Signs]:
    """Which rule each row meets first and which way it points.

    Of each group, `reach` is the distance from the mean to the limits, `slack` how far off a line still counts as on
    it; without `near` no row is two of three.
    """
    off = values - groups.on_rows(mean)
    above = off > groups.on_rows(slack)
    below = off < groups.on_rows(-slack)
    distance = np.abs(off, out=off)
    outside = distance > groups.on_rows(reach + slack)
    same = ~groups.first[1:]
    trend, heading = _trends(values, same)
    rule, side = np.full(len(values), COMMON, np.int8), _sign(above, below)
    rule[_linked(above[1:] & above[:-1] & same, RUN - 1) | _linked(below[1:] & below[:-1] & same, RUN - 1)] = SHIFT
    if near:
        close = distance > groups.on_rows(NEAR * reach + slack)
        close &= ~outside
        found = _two_of_three(close & above, above, same)
        found |= _two_of_three(close & below, below, same)
        rule[found] = TWO_OF_THREE
    # The first rule that a point meets is written last.
    rule[trend] = TREND_OF_SEVEN
    rule[outside] = OUTSIDE
    going = rule == TREND_OF_SEVEN
    side[going] = heading[going]
    side *= rule != COMMON
    return rule, side


def _lines(values: Floats, groups: Groups) -> tuple[Floats, Floats, Floats]:
    """Of each group: its mean, how far its limits are from it, and how far off a line counts as on it."""
    missing = np.flatnonzero(np.isnan(values))
    seen = np.ones(len(values), np.bool_)
    seen[missing] = False
    counts = groups.count(seen)
    # Sums of differences from one of the values keep their digits, and a constant series keeps its value.
    some = np.fmax.reduceat(values, groups.starts)
    off = values - groups.on_rows(some)
    off[missing] = 0
    rough = groups.means(off, counts)
    off -= groups.on_rows(rough)
    off[missing] = 0
    mean = some + (rough + groups.means(off, counts))

    there = ~groups.first
    there[1:] &= seen[1:] & seen[:-1]
    ranges = off
    np.abs(np.subtract(values[1:], values[:-1], out=ranges[1:]), out=ranges[1:])
    ranges[~there] = 0
    average = groups.means(ranges, groups.count(there))
    slack = SLACK * np.fmax(some, -np.fmin.reduceat(values, groups.starts))
    kept = ranges < groups.on_rows(SCREEN * average - slack)
    kept &= there
    ranges *= kept
    screened = groups.means(ranges, groups.count(kept))
    # Screening drops every range of a constant series, whose average is nought.
    screened = np.where(np.isnan(screened), average, screened)
    return mean, LIMIT * screened, slack


def _sign(up: Flags, down: Flags) -> Signs:
    """1 where `up`, -1 where `down`."""
    return up.view(np.int8) - down.view(np.int8)


def _linked(links: Flags, count: int) -> Flags:
    """Rows that hang together by at least `count` links in a row. A link joins a row and the next, so there is one
    fewer than rows."""
    rows = np.zeros(len(links) + 1, np.bool_)
    if len(links) < count:
        return rows
    # Each step doubles how many links a place stands for, as far as they are needed.
    begins, held = links, 1
    while held < count:
        more = min(held, count - held)
        begins, held = begins[:-more] & begins[more:], held + more
    rows[: len(begins)], held = begins, 1
    while held <= count:
        more = min(held, count + 1 - held)
        rows[more:] |= rows[:-more]
        held += more
    return rows


def _trends(values: Floats, same: Flags) -> tuple[Flags, Signs]:
    """Rows of TREND points in a row that all rise or all fall, and which way; equal neighbours end a trend. `same` is
    true of each row but the first where the one before it is of its group."""
    rises, falls = values[1:] > values[:-1], values[1:] < values[:-1]
    rises &= same
    falls &= same
    rising, falling = _linked(rises, TREND - 1), _linked(falls, TREND - 1)
    # Where one trend turns into another, the newer one says which way.
    up, down = rising.copy(), falling.copy()
    up[1:] &= ~(falling[1:] & rises)
    down[1:] &= ~(rising[1:] & falls)
    return rising | falling, _sign(up, down)


def _two_of_three(near: Flags, side: Flags, same: Flags) -> Flags:
    """Rows near a limit that stand in three on this side of the mean of which at least two are near."""
    found = np.zeros(len(near), np.bool_)
    if len(near) < 3:
        return found
    a, b, c = near[:-2], near[1:-1], near[2:]
    fires = (a & b) | ((a | b) & c)
    fires &= side[:-2] & side[1:-1] & side[2:]
    fires &= same[:-1] & same[1:]
    for place in range(3):
        found[place : len(near) - 2 + place] |= fires
    found &= near
    return found
