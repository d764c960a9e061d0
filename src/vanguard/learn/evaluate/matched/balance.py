"""Whether those who entered and those beside them were alike before: the balance table, which a love plot draws."""

import numpy as np

from vanguard.learn.evaluate.finding import Check, Table
from vanguard.learn.evaluate.matched.cohort import Cohort, Plan
from vanguard.learn.evaluate.matched.pairing import Paired
from vanguard.learn.evaluate.panel import Floats

MOST = 0.1
"""Standardised mean difference that is still no difference (Austin, Statistics in Medicine 2009)."""


def balance(cohort: Cohort, plan: Plan, paired: Paired) -> Table:
    """For each column of numbers: means before matching (all who entered; who could have been chosen) and after, and
    the difference of means in units of sqrt((variance + variance) / 2), both of before matching (Austin 2009; the
    variance of yes and no is that of its share)."""
    members = paired.members
    table: dict[str, list[object]] = {
        name: []
        for name in ("column", "entered", "others", "difference_before", "matched", "controls", "difference_after")
    }
    for name in dict.fromkeys((*plan.nearest, *plan.exactly)):
        column = cohort.columns[name]
        if column.dtype.kind not in "iufb":
            continue
        one = column[paired.entrant_months, paired.entrants].astype(float)
        two = column[paired.other_months, paired.others].astype(float)
        held = column[paired.month, members.person].astype(float)
        matched, beside = _mean(held, members.treated, members.weight), _mean(held, ~members.treated, members.weight)
        unit = float(np.sqrt((_variance(one) + _variance(two)) / 2)) or 1.0
        row = (
            name,
            one.mean(),
            two.mean(),
            (one.mean() - two.mean()) / unit,
            matched,
            beside,
            (matched - beside) / unit,
        )
        for key, value in zip(table, row, strict=True):
            table[key].append(value if isinstance(value, str) else float(value))
    return table


def balance_check(table: Table) -> Check:
    """Passes where every difference is below MOST."""
    if not table["column"]:
        return Check("balance", None, "All that was matched on is equal: there are no columns of numbers to compare.")
    after = np.abs(np.array(table["difference_after"], float))
    before = np.abs(np.array(table["difference_before"], float))
    worst = int(np.argmax(after))
    passed = bool(after.max() < MOST)
    says = (
        f"After matching the two groups differ by at most {after.max():.2f} standard deviations (in "
        f"{table['column'][worst]}; before matching {before.max():.2f}); under {MOST:g} counts as alike."
    )
    return Check("balance", passed, says)


def _mean(values: Floats, which: np.ndarray, weights: Floats) -> float:
    return float(np.average(values[which], weights=weights[which]))


def _variance(values: Floats) -> float:
    yes_or_no = np.isin(values, (0.0, 1.0)).all()
    return float(values.var(ddof=0 if yes_or_no or len(values) == 1 else 1))
