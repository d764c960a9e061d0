"""Whether weighted comparators can follow the treated at all: the convex hull."""

from dataclasses import dataclass

import numpy as np

from vanguard.learn.evaluate.finding import CannotJudge, Check
from vanguard.learn.evaluate.synthetic.runs import Runs
from vanguard.learn.evaluate.synthetic.setting import Setting

MISS, MISS_TOO_FAR = 0.25, 1.0
"""Mean gap before the start, in standard deviations between comparators: above the first the check fails, above the
second the design refuses."""
ERROR, ERROR_TOO_FAR = 1.0, 2.0
"""The same for the root mean squared gap, which also holds what the treated have of chance."""


@dataclass(frozen=True)
class Hull:
    """How far outside of the comparators the treated lie before the start, in standard deviations between them."""

    miss: float
    error: float
    outside: tuple[int, ...]
    """Treated units (rows of the panel) whose mean before the start is beyond that of every comparator."""


def hull(setting: Setting, true: Runs) -> Hull:
    """Raises CannotJudge where comparators do not differ, or no weights bring them near the treated."""
    spreads, outside = [], []
    number = len(setting.comparators)
    for place, window in enumerate(setting.windows):
        series = setting.series(window)[:, : len(window.before)]
        spreads.append(series[:number].var(axis=0, ddof=1).mean())
        means = series.mean(axis=1)
        if not means[:number].min() <= means[setting.own_row(place)] <= means[:number].max():
            outside.append(window.unit)
    spread = float(np.sqrt(np.mean(spreads)))
    if spread <= setting.least:
        raise CannotJudge("All comparators have the same values in every period: nothing can be weighted.")
    found = Hull(abs(float(true.miss[0])) / spread, float(true.before[0]) / spread, tuple(outside))
    if found.miss > MISS_TOO_FAR or found.error > ERROR_TOO_FAR:
        raise CannotJudge(
            f"The treated lie outside of what comparators can imitate: before the start even the best mixture of these "
            f"misses by {found.miss:.2f} of their usual difference (a standard deviation) on average, of which "
            f"{MISS_TOO_FAR:g} is the most, and by {found.error:.2f} from period to period, of which "
            f"{ERROR_TOO_FAR:g} is. More similar comparators would help, or "
            "a difference in differences, which asks for the same course and not the same level."
        )
    return found


def hull_check(found: Hull, names: tuple[str, ...]) -> Check:
    """`names`: of all units of the panel."""
    passed = found.miss <= MISS and found.error <= ERROR
    says = (
        f"Before the start {'a' if passed else 'no'} mixture of the comparators follows the treated"
        f"{'' if passed else ' closely'}: the best misses by {found.miss:.2f} of their usual difference (a standard "
        f"deviation) on average, of which {MISS:g} is the most, and by {found.error:.2f} from period to period, of "
        f"which {ERROR:g} is."
    )
    if found.outside:
        outside = ", ".join(names[unit] for unit in found.outside)
        says += f" Higher or lower on average than every comparator: {outside}."
    return Check("convex_hull", passed, says)
