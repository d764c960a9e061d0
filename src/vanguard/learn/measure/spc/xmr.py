"""XmR charts as the NHS programme Making Data Count draws them, for thousands of series at once.

Rules and constants: NHSRplotthedots 0.2.2 (NHS-R Community, MIT). Where it and we differ is in docs/spc.md.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]

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


@dataclass(frozen=True)
class Groups:
    """Stretches of rows that share one mean and one pair of limits."""

    first: Flags
    starts: npt.NDArray[np.intp]
    lengths: npt.NDArray[np.intp]

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

    def means(self, values: Floats, counted: Flags) -> Floats:
        """The mean of the counted rows of each group, the rest being nought; NaN where none counts."""
        with np.errstate(invalid="ignore"):
            return np.asarray(
                np.add.reduceat(values, self.starts) / np.add.reduceat(counted, self.starts, dtype=np.intp)
            )


def xmr(values: Floats, first: Flags) -> Points:
    """Mean, process limits and special causes of each row.

    `values` are the points of every series one after the other, each in the order of time, NaN where one is missing;
    `first` is true where a series or a rebased part of it begins. A missing value interrupts: no moving range, trend,
    run or window passes over it.
    """
    if not len(values):
        nothing = np.empty(0)
        return Points(nothing, nothing, nothing, np.empty(0, np.int8), np.empty(0, np.int8))
    starts = np.flatnonzero(first)
    cuts = starts[np.flatnonzero(np.diff(starts // BLOCK, prepend=0))] if len(values) > BLOCK else starts[:0]
    blocks = [_xmr(*block) for block in zip(np.split(values, cuts), np.split(first, cuts), strict=True)]
    columns = zip(*((one.mean, one.lower, one.upper, one.rule, one.side) for one in blocks), strict=True)
    return Points(*(np.concatenate(column) for column in columns)) if cuts.size else blocks[0]


def _xmr(values: Floats, first: Flags) -> Points:
    groups = Groups.of(first)
    mean, reach = _lines(values, groups)
    slack = groups.on_rows(SLACK * np.fmax.reduceat(np.abs(values), groups.starts))
    return Points(mean, mean - reach, mean + reach, *special_causes(values, mean, reach, slack, groups))


def special_causes(
    values: Floats, mean: Floats, reach: Floats, slack: Floats, groups: Groups, *, near: bool = True
) -> tuple[Signs, Signs]:
    """Which rule each row meets first and which way it points.

    `reach` is the distance from the mean to the limits, `slack` how far off a line still counts as on it; without
    `near` no row is two of three.
    """
    off = values - mean
    above, below = off > slack, off < -slack
    distance = np.abs(off)
    outside = distance > reach + slack
    trend, heading = _trends(values, groups.first)
    same = ~groups.first[1:]
    rule, side = np.full(len(values), COMMON, np.int8), _sign(above, below)
    rule[_linked(above[1:] & above[:-1] & same, RUN - 1) | _linked(below[1:] & below[:-1] & same, RUN - 1)] = SHIFT
    if near:
        close = (distance > NEAR * reach + slack) & ~outside
        found = _two_of_three(close & above, above, groups.first) | _two_of_three(close & below, below, groups.first)
        rule[found] = TWO_OF_THREE
    # The first rule that a point meets is written last.
    rule[trend] = TREND_OF_SEVEN
    rule[outside] = OUTSIDE
    going = rule == TREND_OF_SEVEN
    side[going] = heading[going]
    return rule, side * (rule != COMMON)


def _lines(values: Floats, groups: Groups) -> tuple[Floats, Floats]:
    """The mean of each row's group, and how far its limits are from it."""
    seen = ~np.isnan(values)
    # Sums of differences from one of the values keep their digits, and a constant series keeps its value.
    some = np.fmax.reduceat(values, groups.starts)
    off = values - groups.on_rows(some)
    off[~seen] = 0
    rough = groups.means(off, seen)
    off -= groups.on_rows(rough)
    off[~seen] = 0
    mean = some + (rough + groups.means(off, seen))

    there = ~groups.first
    there[1:] &= seen[1:] & seen[:-1]
    ranges = np.empty(len(values))
    np.abs(np.subtract(values[1:], values[:-1], out=ranges[1:]), out=ranges[1:])
    ranges[~there] = 0
    average = groups.means(ranges, there)
    slack = SLACK * np.fmax.reduceat(np.abs(values), groups.starts)
    kept = there & (ranges < groups.on_rows(SCREEN * average - slack))
    screened = groups.means(ranges * kept, kept)
    # Screening drops every range of a constant series, whose average is nought.
    screened = np.where(np.isnan(screened), average, screened)
    return groups.on_rows(mean), groups.on_rows(LIMIT * screened)


def _sign(up: Flags, down: Flags) -> Signs:
    """1 where `up`, -1 where `down`."""
    return up.view(np.int8) - down.view(np.int8)


def _linked(links: Flags, count: int) -> Flags:
    """Rows that hang together by at least `count` links in a row. A link joins a row and the next, so there is one
    fewer than rows."""
    rows = np.zeros(len(links) + 1, np.bool_)
    if len(links) < count:
        return rows
    ends = links.copy()
    for back in range(1, count):
        ends[back:] &= links[: len(links) - back]
    ends[: count - 1] = False
    rows[1:] = ends
    for back in range(count):
        rows[: len(links) - back] |= ends[back:]
    return rows


def _trends(values: Floats, first: Flags) -> tuple[Flags, Signs]:
    """Rows of TREND points in a row that all rise or all fall, and which way; equal neighbours end a trend."""
    same = ~first[1:]
    rises, falls = (values[1:] > values[:-1]) & same, (values[1:] < values[:-1]) & same
    rising, falling = _linked(rises, TREND - 1), _linked(falls, TREND - 1)
    # Where one trend turns into another, the newer one says which way.
    up, down = rising.copy(), falling.copy()
    up[1:] &= ~(falling[1:] & rises)
    down[1:] &= ~(rising[1:] & falls)
    return rising | falling, _sign(up, down)


def _two_of_three(near: Flags, side: Flags, first: Flags) -> Flags:
    """Rows near a limit that stand in three on this side of the mean of which at least two are near."""
    found = np.zeros(len(near), np.bool_)
    if len(near) < 3:
        return found
    a, b, c = near[:-2], near[1:-1], near[2:]
    fires = side[:-2] & side[1:-1] & side[2:] & ~first[1:-1] & ~first[2:] & ((a & b) | (b & c) | (a & c))
    for place in range(3):
        found[place : len(near) - 2 + place] |= fires
    return found & near
