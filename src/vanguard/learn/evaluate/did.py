"""Difference in differences: how much more did places that changed move than places that did not?"""

from collections.abc import Sequence

import numpy as np

from vanguard.learn.evaluate.did_checks import Claim, checks
from vanguard.learn.evaluate.did_effect import MANY, Case, Means, means, overall, starts_of
from vanguard.learn.evaluate.did_sensitivity import sensitivity, table, warned
from vanguard.learn.evaluate.event_study import event_study
from vanguard.learn.evaluate.finding import CannotJudge, Estimate, Finding, Table
from vanguard.learn.evaluate.grounds import month
from vanguard.learn.evaluate.imputation import Fit, fit, split
from vanguard.learn.evaluate.panel import NEVER, Floats, Panel, Study

UNEVEN = 10
"""A warning where the largest treated unit has so many times the persons of the smallest."""


def estimate(study: Study) -> Finding:
    """What difference in differences says of a study. Raises CannotJudge where it can say nothing."""
    panel = study.panel
    case = Case.of(study, panel)
    found = _comparable(case)
    each = np.ones_like(panel.numerator)
    effect = overall(case, each)
    otherwise = sensitivity(case, panel, found)
    return Finding(
        design="difference_in_differences",
        method=_method(case),
        estimate=effect.estimates[0],
        expected=float(found.expected[found.treated].mean()),
        events=_events(case, panel, found),
        smallest_effect=effect.smallest[0],
        checks=checks(Claim(study, case, effect.estimates[0])),
        tables={
            "course": _course(case, panel, found),
            "event_study": event_study(case, panel),
            "units": _units(panel, found),
            "sensitivity": table(otherwise),
        },
        warnings=(*_warnings(case, panel, found), *warned(otherwise)),
    )


def _comparable(case: Case) -> Fit:
    """The fit, if there is anything to compare. Raises CannotJudge."""
    untreated, after = split(case.used, case.begins)
    if not (case.begins != NEVER).any():
        raise CannotJudge("No unit of this panel changed. Name treated units that the panel has.")
    if not after.any():
        raise CannotJudge("Nothing is known of any treated unit after its start. Wait for later data.")
    if not (after.any(axis=1) & untreated.any(axis=1)).any():
        raise CannotJudge("Nothing is known of any treated unit before its start. The design needs a time before.")
    found = fit(case.outcomes, case.used, case.begins)
    if not found.treated.any():
        raise CannotJudge("There is no comparator in any period after the start. Name units that did not change.")
    if not case.many:
        case.dealt()
    return found


def _events(case: Case, panel: Panel, found: Fit) -> Estimate | None:
    """The mean effect for each person, times persons: large units count for more than in the effect itself."""
    if panel.denominator is None:
        return None
    at_risk = np.nan_to_num(panel.denominator)
    mean = overall(case, at_risk).estimates[0]
    times = float(at_risk[found.treated].sum()) / panel.per
    return Estimate(mean.effect * times, mean.low * times, mean.high * times, mean.p_value)


def _course(case: Case, panel: Panel, found: Fit) -> Table:
    """The mean treated unit in each period, and what would have been."""
    mine = case.used & (case.begins != NEVER)[:, None] & np.isfinite(found.expected)
    number = mine.sum(axis=0)
    divisor = np.where(number > 0, number, np.nan)
    observed = np.where(mine, case.outcomes, 0.0).sum(axis=0) / divisor
    expected = np.where(mine, found.expected, 0.0).sum(axis=0) / divisor
    share = found.treated.sum(axis=0) / divisor
    low, high = np.full(len(panel.periods), np.nan), np.full(len(panel.periods), np.nan)
    periods = np.flatnonzero(found.treated.any(axis=0))
    for place, one in zip(periods, _by_period(case, periods).estimates, strict=True):
        # An effect below its interval's end means an expectation above it.
        low[place] = expected[place] - (one.high - one.effect) * share[place]
        high[place] = expected[place] + (one.effect - one.low) * share[place]
    return {
        "period": panel.periods,
        "observed": _numbers(observed),
        "expected": _numbers(expected),
        "low": _numbers(low),
        "high": _numbers(high),
    }


def _by_period(case: Case, periods: np.ndarray) -> Means:
    starts = starts_of(case)
    groups = np.full((len(starts), case.used.shape[1]), -1)
    groups[:, periods] = np.where(periods >= starts[:, None], np.arange(len(periods)), -1)
    return means(case, np.ones_like(case.outcomes), groups)


def _units(panel: Panel, found: Fit) -> Table:
    """The effect seen in each treated unit: too uncertain alone to be called one."""
    rows = np.flatnonzero(found.treated.any(axis=1))
    return {
        "unit": [panel.units[row] for row in rows],
        "effect": [float(found.effects[row, found.treated[row]].mean()) for row in rows],
        "expected": [float(found.expected[row, found.treated[row]].mean()) for row in rows],
    }


def _numbers(values: Floats) -> Sequence[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _warnings(case: Case, panel: Panel, found: Fit) -> list[str]:
    said = []
    untreated, after = split(case.used, case.begins)
    lost = [panel.units[row] for row in np.flatnonzero(after.any(axis=1) & ~untreated.any(axis=1))]
    if lost:
        said.append(f"Nothing is known before the start of {_listed(lost)}: left out.")
    blind = after.any(axis=0) & ~untreated.any(axis=0)
    if blind.any():
        first = month(panel.periods[int(np.flatnonzero(blind)[0])])
        said.append(f"From {first} there are months without any comparator. They are left out.")
    if not case.many:
        said.append(
            f"Fewer than {MANY} independent places changed, or fewer than {MANY} are there to compare with. The "
            "interval rests on dealing the starts out to other places, which supposes that all are equally unsteady."
        )
    missing = float(1 - case.used.mean())
    if missing > 0:
        said.append(f"{missing:.1%} of the panel is unknown or left out by the plan.")
    said.extend(_uneven(panel, found))
    return said


def _uneven(panel: Panel, found: Fit) -> list[str]:
    """Where it matters whether places or persons are counted."""
    if panel.denominator is None:
        return []
    persons = np.where(found.treated, panel.denominator, 0.0)
    size = persons.sum(axis=1)[found.treated.any(axis=1)] / found.treated.sum(axis=1)[found.treated.any(axis=1)]
    if size.max() <= UNEVEN * size.min():
        return []
    return ["Treated places differ more than tenfold in size, and each counts the same in the effect."]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _method(case: Case) -> str:
    return " ".join([*METHOD, *(MANY_PLACES if case.many else FEW_PLACES)])


METHOD = (
    "Difference in differences by imputation (Borusyak, Jaravel & Spiess 2024).",
    "From months that no change had touched we learn how high each place usually is, and how each month differs from",
    "others, season included. Together they say what each changed place would have shown; the effect is what it did",
    "show, less that, averaged over places and months. Each place counts the same, because the question is what the",
    "change does in a place; the number of events is the same difference counted by person and added up. The design",
    "supposes that without the change all places would have moved by the same amount.",
)
MANY_PLACES = (
    "Standard errors are clustered by the plan's groups as in that paper; treated and comparators are each corrected",
    "for their number, with Welch's degrees of freedom.",
)
FEW_PLACES = (
    "With so few places no standard error can be trusted, and a wild bootstrap fails where few are treated (MacKinnon",
    "& Webb 2018). So the starts are dealt out to other places, in every possible way or 4,999 times by chance: the",
    "p-value is the share of deals that show at least as much, and the interval holds each constant effect that this",
    "test does not refuse.",
)
