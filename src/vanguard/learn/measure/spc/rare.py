"""Charts of rare events, for which counts a month are mostly nought: time between events, and cases between events."""

from collections.abc import Callable

import numpy as np

from vanguard.errors import BadInput
from vanguard.learn.measure.spc.xmr import SLACK, Flags, Floats, Groups, Points, special_causes, xmr

POWER = 3.6
"""Nelson 1994: times between events, to the power 1/3.6, are close to normal."""


def _nowhere(_: int) -> str:
    return ""


def t_chart(between: Floats, first: Flags, where: Callable[[int], str] = _nowhere) -> Points:
    """A T chart: lines and special causes of times between events, in any unit.

    An XmR chart of the times to the power 1/3.6 (Nelson, A control chart for parts-per-million nonconforming items,
    Journal of Quality Technology 1994), its lines taken back to times; a lower limit below nought is nought. Higher
    means rarer. `first` is as for `xmr`. Raises BadInput for a time that is not above nought; `where` says of a row
    where it stands.
    """
    if (between <= 0).any():
        at = int(np.argmax(between <= 0))
        raise BadInput(
            f"A time between events is {between[at]:g}.",
            where=where(at),
            do="Measure time so finely that no two events fall together, or use a G chart.",
        )
    if not len(between):
        return xmr(between, first)
    groups = Groups.of(first)
    # The unit changes nothing, and in one that occurs equal times are ones, which a power leaves as they are.
    unit = groups.on_rows(np.fmax.reduceat(between, groups.starts))
    found = xmr((between / unit) ** (1 / POWER), first)
    mean, lower, upper = (unit * np.maximum(line, 0) ** POWER for line in (found.mean, found.lower, found.upper))
    return Points(mean, lower, upper, found.rule, found.side)


def g_chart(between: Floats, first: Flags, where: Callable[[int], str] = _nowhere) -> Points:
    """A G chart: lines and special causes of how many cases, days or doses passed between events.

    Limits at mean ± 3 √(mean (mean + 1)), the lower at least nought (Benneyan 2001; Montgomery, Introduction to
    statistical quality control). The centre line, given as `mean`, is the median: counts between events are skewed, and
    runs need a line with as many points above as below. Two of three is not looked for. Raises BadInput for a count
    below nought or not whole.
    """
    wrong = (between < 0) | (between != np.floor(between))
    wrong &= ~np.isnan(between)
    if wrong.any():
        at = int(np.argmax(wrong))
        what = f"{between[at]:g} is not a count of what passed between events."
        raise BadInput(what, where=where(at), do="Give whole numbers.")
    if not len(between):
        return xmr(between, first)
    groups = Groups.of(first)
    mean = groups.means(np.nan_to_num(between), groups.count(~np.isnan(between)))
    reach = 3 * np.sqrt(mean * (mean + 1))
    centre = _medians(between, groups)
    slack = SLACK * (mean + reach)
    rule, side = special_causes(between, centre, np.full(len(mean), np.inf), slack, groups, near=False)
    lower, upper = groups.on_rows(np.maximum(mean - reach, 0)), groups.on_rows(mean + reach)
    beyond = groups.on_rows(slack)
    outside = (between > upper + beyond) | (between < lower - beyond)
    rule[outside] = 1
    side[outside] = np.where(between > upper, 1, -1)[outside]
    return Points(groups.on_rows(centre), lower, upper, rule, side)


def _medians(values: Floats, groups: Groups) -> Floats:
    """The median of each group; NaN where it has no value."""
    number = np.repeat(np.arange(len(groups.starts)), groups.lengths)
    ordered = values[np.lexsort((values, number))]
    seen = np.add.reduceat(~np.isnan(values), groups.starts, dtype=np.intp)
    low, high = groups.starts + np.maximum(seen - 1, 0) // 2, groups.starts + seen // 2
    high = np.minimum(high, groups.starts + groups.lengths - 1)
    return np.where(seen > 0, (ordered[low] + ordered[high]) / 2, np.nan)
