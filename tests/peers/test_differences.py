"""Difference in differences by another hand: pyfixest (which brings 40 packages, so that it serves tests alone) and
scipy's test of Welch."""

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from scipy import stats
from tests.learn.evaluate.known_truth import Kind, Planted, panel_of

from vanguard.learn.evaluate.did_effect import Case, means, overall, starts_of
from vanguard.learn.evaluate.event_study import blocks

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
RAW = pf.ssc(k_adj=False, G_adj=False)


def study(starts: tuple[int, ...], gaps: bool = False) -> Planted:
    """12 of 24 places change: as many clusters on both sides, so that ours correct both by the same 12 / 11."""
    made = panel_of(Kind("", 24, 12, 24, starts), -0.1, np.random.default_rng(11), seed=0)
    if gaps:
        made.used[2, 5:8] = made.used[20, :4] = made.used[:, 9] = False
    return made


def long(made: Planted) -> pd.DataFrame:
    unit, period = np.nonzero(made.used)
    begin = made.begins[unit]
    return pd.DataFrame(
        {
            "unit": unit,
            "period": period,
            "y": made.panel.outcomes[unit, period],
            "changed": ((begin >= 0) & (period >= begin)).astype(int),
            "block": np.where((begin >= 0) & (period >= begin), (period - begin) // 3, -1),
        }
    )


def case_of(made: Planted) -> Case:
    return Case.of(made, made.panel)


def error_of(low: float, high: float, freedom: float) -> float:
    return float((high - low) / 2 / stats.t.ppf(0.975, freedom))


def test_one_start_is_two_way_fixed_effects_and_welch() -> None:
    made = study((14,))
    ours = overall(case_of(made), np.ones_like(made.panel.numerator)).estimates[0]
    theirs = pf.feols("y ~ changed | unit + period", long(made), vcov={"CRV1": "unit"}, ssc=RAW)
    moved = made.panel.outcomes[:, 14:].mean(axis=1) - made.panel.outcomes[:, :14].mean(axis=1)
    welch = stats.ttest_ind(moved[made.treated], moved[~made.treated], equal_var=False)

    assert ours.effect == pytest.approx(theirs.coef()["changed"], rel=1e-7)
    assert error_of(ours.low, ours.high, welch.df) == pytest.approx(theirs.se()["changed"] * np.sqrt(12 / 11), rel=1e-6)
    assert ours.p_value == pytest.approx(welch.pvalue, rel=1e-7)
    assert (ours.low, ours.high) == pytest.approx(tuple(welch.confidence_interval()), rel=1e-7)


@pytest.mark.parametrize(("starts", "gaps"), [((14,), False), ((12, 15, 18), False), ((12, 15, 18), True)])
def test_staggered_starts_are_two_stage_differences(starts: tuple[int, ...], gaps: bool) -> None:
    made = study(starts, gaps)
    ours = overall(case_of(made), np.ones_like(made.panel.numerator))
    theirs = pf.did2s(
        long(made),
        yname="y",
        first_stage="~ 0 | unit + period",
        second_stage="~ i(changed, ref=0)",
        treatment="changed",
        cluster="unit",
    )
    (name,) = theirs.coef().index
    assert ours.estimates[0].effect == pytest.approx(theirs.coef()[name], rel=1e-6)
    # Theirs is not corrected for few clusters, and centres effects otherwise where units are treated unequally long.
    one = ours.estimates[0]
    assert error_of(one.low, one.high, 20) == pytest.approx(theirs.se()[name] * np.sqrt(12 / 11), rel=0.06)


def test_effects_by_time_since_one_start_are_those_of_an_event_study() -> None:
    made = study((14,))
    case = case_of(made)
    groups = blocks(starts_of(case), 24, 3, 10)
    ours = [one.effect for one in means(case, np.ones_like(case.outcomes), groups).estimates]
    theirs = pf.feols("y ~ i(block, ref=-1) | unit + period", long(made), vcov={"CRV1": "unit"})
    assert ours == pytest.approx(theirs.coef().to_list(), rel=1e-7)


def test_of_few_places_chance_is_that_of_a_permutation_test_and_the_interval_what_it_does_not_refuse() -> None:
    """2 of 12 places: 66 ways, all looked at. Scipy deals out how much each place moved."""
    made = panel_of(Kind("", 12, 2, 24, (14,)), -0.1, np.random.default_rng(12), seed=0)
    ours = overall(case_of(made), np.ones_like(made.panel.numerator)).estimates[0]
    moved = made.panel.outcomes[:, 14:].mean(axis=1) - made.panel.outcomes[:, :14].mean(axis=1)

    def p_value(effect: float) -> float:
        treated, others = moved[made.treated] - effect, moved[~made.treated]
        found = stats.permutation_test(
            (treated, others), lambda one, two: abs(one.mean() - two.mean()), alternative="greater", n_resamples=np.inf
        )
        return float(found.pvalue)

    assert ours.effect == pytest.approx(moved[made.treated].mean() - moved[~made.treated].mean(), rel=1e-9)
    assert ours.p_value == pytest.approx(p_value(0.0))
    for end, out in ((ours.low, -1e-6), (ours.high, 1e-6)):
        assert p_value(end + out) <= 0.05 < p_value(end - out)
