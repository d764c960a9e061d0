"""Synthetic control: the study in, the finding out."""

from collections.abc import Mapping

import numpy as np

from vanguard.learn.evaluate.finding import Check, Estimate, Finding, Table
from vanguard.learn.evaluate.panel import Study
from vanguard.learn.evaluate.synthetic import checks
from vanguard.learn.evaluate.synthetic.hull import hull, hull_check
from vanguard.learn.evaluate.synthetic.placebos import POWER, Judged, judge
from vanguard.learn.evaluate.synthetic.setting import Setting, setting

METHOD = (
    "Synthetic control (Abadie, Diamond and Hainmueller 2010). Each treated unit is compared with a weighted mean of "
    "the comparators; the weights are at least 0, sum to 1, and make the sum of squared differences before the start "
    "as small as can be, every period counting the same and nothing but the outcome being matched. {fit} "
    "The effect is the mean difference over treated units and periods after the start, each counting the same. "
    "Season: all units pass through the same months and the weights sum to 1, so a season that all share cancels; a "
    "season of the treated's own is followed as far as comparators have it. "
    "Chance is measured on {placebos}; the interval holds every effect that this permutation test would not reject. "
    "Effects are compared in units of a run's own root mean squared difference before the start plus the placebos' "
    "median, so that small and badly fitted units are not taken for affected ones, and no placebo is left out for its "
    "fit. The smallest effect is the one that would be found in {power:.0%} of the placebos. As a test of the method "
    "alone, the table `sensitivity` has the effect with every series taken from its own mean before the start "
    "(Doudchenko and Imbens 2016; Ferman and Pinto 2021)."
)


def estimate(study: Study) -> Finding:
    """Judge the study; raises CannotJudge where the design cannot answer (see `setting` and `hull`)."""
    found = setting(study)
    judged = judge(found, study.seed)
    outside = hull(found, judged.true)
    asked: list[Check] = []
    tables: dict[str, Table] = {
        "course": _course(study, found, judged),
        "weights": _weights(study, found, judged),
        "placebos": _placebos(study, found, judged),
        "sensitivity": _sensitivity(found, judged, study.seed),
    }
    # Asked for or not: treated that follow a hidden course together stray further than placebos drawn at large, and the
    # mean effect alone would then be claimed too often.
    asked.append(checks.placebo_in_space(judged))
    for check in study.checks:
        if check == "placebo_in_time":
            asked.append(checks.placebo_in_time(study, found))
        elif check == "leave_one_out":
            done, tables["leave_one_out"] = checks.leave_one_out(study, found, judged)
            asked.append(done)
        elif check == "convex_hull":
            asked.append(hull_check(outside, study.panel.units))
        elif check == "negative_control":
            done, tables["negative_control"] = checks.negative_control(study)
            asked.append(done)
    effect = judged.estimate
    return Finding(
        design="synthetic_control",
        method=_method(found, judged),
        estimate=effect,
        expected=float(judged.true.synthetic[0]),
        events=_events(study, found, effect),
        smallest_effect=judged.smallest_effect,
        checks=tuple(asked),
        tables=tables,
        warnings=found.warnings,
    )


def _method(found: Setting, judged: Judged) -> str:
    placebos = (
        f"{len(judged.players)} placebos, each comparator given the start in turn"
        if len(found.windows) == 1
        else f"{len(judged.players)} placebos, each of {len(found.windows)} units taken together and given the starts"
    )
    if found.alike:
        placebos += ", weighed out of all others, the treated among them, so that all have the same choice"
    fit = f"Each fit is proved to be within {judged.true.certificate:.1g} of the smallest sum there is."
    return METHOD.format(fit=fit, placebos=placebos, power=POWER)


def _events(study: Study, found: Setting, effect: Estimate) -> Estimate | None:
    """The mean effect on everyone at risk after the start."""
    at_risk = study.panel.denominator
    if at_risk is None:
        return None
    total = sum(float(at_risk[window.unit, window.after].sum()) for window in found.windows) / study.panel.per
    return Estimate(effect.effect * total, effect.low * total, effect.high * total, effect.p_value)


def _course(study: Study, found: Setting, judged: Judged) -> Mapping[str, list[object]]:
    """Means over the treated, in the periods that one of them has, and the band in which 95% of placebos lie."""
    sums, present = np.zeros(len(study.panel.periods)), np.zeros(len(study.panel.periods))
    for window in found.windows:
        sums[window.periods] += found.outcomes[window.unit, window.periods]
        present[window.periods] += 1
    shown = np.flatnonzero(present)
    observed = sums[shown] / present[shown]
    expected = observed - judged.true.gaps[0, shown]
    band = judged.band[shown]
    return {
        "period": [study.panel.periods[period] for period in shown],
        "observed": observed.tolist(),
        "expected": expected.tolist(),
        "low": (expected - band).tolist(),
        "high": (expected + band).tolist(),
    }


def _weights(study: Study, found: Setting, judged: Judged) -> Mapping[str, list[object]]:
    """Who stands for whom."""
    places, comparators = np.nonzero(judged.true.weights)
    units = study.panel.units
    return {
        "unit": [units[found.windows[place].unit] for place in places],
        "comparator": [units[found.comparators[one]] for one in comparators],
        "weight": judged.true.weights[places, comparators].tolist(),
    }


def _placebos(study: Study, found: Setting, judged: Judged) -> Mapping[str, list[object]]:
    """The treated, and each placebo: its effect, how well it was fitted, and how that changed."""
    runs = (judged.true, judged.placebos)
    units = study.panel.units
    rows = [*found.comparators, *(window.unit for window in found.windows)]
    played = [" + ".join(units[rows[one]] for one in row) for row in judged.players]
    return {
        "played_by": [" + ".join(units[window.unit] for window in found.windows), *played],
        "treated": [True, *[False] * len(played)],
        "effect": [float(value) for run in runs for value in run.effects],
        "error_before": [float(value) for run in runs for value in run.before],
        "error_after": [float(value) for run in runs for value in run.after],
        "ratio": [float(value) for run in runs for value in run.ratios],
    }


def _sensitivity(found: Setting, judged: Judged, seed: int) -> Mapping[str, list[object]]:
    """The estimate as planned, and with a constant allowed between the treated and the synthetic."""
    ways = {"as planned": judged.estimate, "from each unit's own mean": judge(found, seed, shifted=True).estimate}
    return {
        "way": list(ways),
        "effect": [one.effect for one in ways.values()],
        "low": [one.low for one in ways.values()],
        "high": [one.high for one in ways.values()],
        "p_value": [one.p_value for one in ways.values()],
    }
