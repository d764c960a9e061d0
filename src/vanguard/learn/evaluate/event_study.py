"""The effect by time since the start, and the effects that should not be there before it."""

from dataclasses import dataclass, replace

import numpy as np

from vanguard.learn.evaluate.did_effect import Case, means, starts_of
from vanguard.learn.evaluate.finding import CannotJudge, Table
from vanguard.learn.evaluate.grounds import year
from vanguard.learn.evaluate.imputation import split
from vanguard.learn.evaluate.panel import NEVER, Panel, Whole


@dataclass(frozen=True)
class Before:
    """A study of the time before any change, with each start moved earlier."""

    case: Case
    earlier: int
    """By how many periods."""
    wished: bool
    """Two years, as it should be; half of the time before where that is shorter than three."""


def before(case: Case, panel: Panel) -> Before | None:
    """Untreated observations alone, starts moved two years earlier; None where the time before is too short.

    A start that would fall before the first period is nobody's: units that begin early are left out.
    """
    starts = starts_of(case)
    seen = split(case.used, case.begins)[0]
    ahead = int(starts.max() - np.flatnonzero(seen.any(axis=0))[0])
    wished = 2 * year(panel)
    earlier = wished if ahead >= wished + year(panel) else ahead // 2
    if earlier < 2 or ahead - earlier < 2:
        return None
    until = int(starts.max())
    moved = np.where(case.begins == NEVER, NEVER, case.begins - earlier)
    fits = (moved == NEVER) | (moved >= 2)
    placebo = replace(
        case, outcomes=case.outcomes[:, :until], used=seen[:, :until], begins=np.where(fits, moved, NEVER)
    )
    return Before(placebo.keep(fits), earlier, earlier == wished)


def blocks(starts: Whole, length: int, width: int, last: int) -> Whole:
    """G x T: which stretch of `width` periods since its start each period is in, -1 before it and after `last`."""
    since = np.arange(length) - starts[:, None]
    found: Whole = np.where((since >= 0) & (since < last), since // width, -1)
    return found


def event_study(case: Case, panel: Panel) -> Table:
    """Mean effects in each quarter before and after the start, `from` and `to` periods since it, with intervals.

    Effects before are estimated from the time before alone, against all that lies earlier still.
    """
    width = max(year(panel) // 4, 1)
    columns: dict[str, list[object]] = {name: [] for name in ("from", "to", "effect", "low", "high", "p_value")}
    length = case.used.shape[1]
    earlier = before(case, panel)
    parts = [] if earlier is None else [(earlier.case, -earlier.earlier, earlier.earlier)]
    parts.append((case, 0, length))
    for part, origin, last in parts:
        starts = starts_of(part)
        groups = blocks(starts, part.used.shape[1], width, last)
        try:
            estimates = means(part, np.ones_like(part.outcomes), groups).estimates
        except CannotJudge:  # of the time before: too few began late enough to have one
            continue
        for number, one in enumerate(estimates):
            values = (one.effect, one.low, one.high, one.p_value)
            first = origin + number * width
            end = min(first + width, origin + last) - 1
            for name, value in zip(columns, (first, end, *values), strict=True):
                known = isinstance(value, int) or np.isfinite(value)
                columns[name].append(value if known else None)
    return columns
