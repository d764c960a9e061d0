"""The same comparison with other choices that one could have made as well."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vanguard.learn.evaluate.did_effect import Case, overall
from vanguard.learn.evaluate.finding import Estimate, Table
from vanguard.learn.evaluate.grounds import interval, significant
from vanguard.learn.evaluate.imputation import Fit
from vanguard.learn.evaluate.panel import Panel


def sensitivity(case: Case, panel: Panel, found: Fit) -> Mapping[str, Estimate]:
    """By place (the effect reported), by person, and by percent.

    By percent supposes that all places would have moved by the same percentage and not by the same amount, which
    matters where the treated lie higher or lower than the others.
    """
    each = np.ones_like(case.outcomes)
    rows = {"by place": overall(case, each).estimates[0]}
    if panel.denominator is not None:
        rows["by person"] = overall(case, np.nan_to_num(panel.denominator)).estimates[0]
    if (case.outcomes[case.used] > 0).all():
        percent = replace(case, outcomes=np.log(np.where(case.used, case.outcomes, 1.0)))
        rows["by percent"] = _amount(overall(percent, each).estimates[0], float(case.outcomes[found.treated].mean()))
    return rows


def table(rows: Mapping[str, Estimate]) -> Table:
    return {
        "analysis": list(rows),
        "effect": [row.effect for row in rows.values()],
        "low": [row.low for row in rows.values()],
        "high": [row.high for row in rows.values()],
        "p_value": [row.p_value for row in rows.values()],
    }


def warned(rows: Mapping[str, Estimate]) -> list[str]:
    """Where another choice would lead to another conclusion."""
    reported, *_ = rows.values()
    return [
        f"Counted {name}, the effect would be {interval(other)}, which is another conclusion."
        for name, other in rows.items()
        if _concludes(other) != _concludes(reported)
    ]


def _concludes(found: Estimate) -> float:
    return float(np.sign(found.effect)) if significant(found) else 0.0


def _amount(logarithm: Estimate, observed: float) -> Estimate:
    """What a change of a logarithm comes to, below an observed mean."""
    effect, low, high = (
        float(observed * (1 - np.exp(-end))) for end in (logarithm.effect, logarithm.low, logarithm.high)
    )
    return Estimate(effect, low, high, logarithm.p_value)
