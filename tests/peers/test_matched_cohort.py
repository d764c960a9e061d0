"""Rates and times to event of matched sets beside lifelines and statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from tests.learn.evaluate.cohorts import cohort_of

from vanguard.learn.evaluate.matched import Plan
from vanguard.learn.evaluate.matched.cohort import Members, happened
from vanguard.learn.evaluate.matched.pairing import pair
from vanguard.learn.evaluate.matched.rates import compare
from vanguard.learn.evaluate.matched.survival import curves, first_event, hazard_ratio

lifelines = pytest.importorskip("lifelines")


@pytest.fixture(scope="module")
def sets() -> tuple[Members, pd.DataFrame]:
    cohort = cohort_of(4_000, 360, -0.3, 8).cohort
    members = pair(cohort, Plan("admissions", ("sex",), ("age", "frailty"))).members
    rows, days = happened(members, cohort.events["admissions"])
    until, had = first_event(members, rows, days)
    counts = np.bincount(rows[(days >= 0) & (days < (members.ends - members.begins)[rows])], minlength=len(until))
    table = pd.DataFrame(
        {"until": until, "had": had, "treated": members.treated.astype(int), "set": members.set, "events": counts}
    )
    return members, table.assign(days=members.ends - members.begins)


def test_curves_are_those_of_lifelines(sets: tuple[Members, pd.DataFrame]) -> None:
    members, table = sets
    ours = pd.DataFrame(curves(members, table.until.to_numpy(), table.had.to_numpy()))
    for group, of in (("entered", 1), ("controls", 0)):
        peer = lifelines.KaplanMeierFitter().fit(table.until[table.treated == of], table.had[table.treated == of])
        one = ours[ours.group == group]
        assert np.allclose(one.without, peer.survival_function_at_times(one.day))
        interval = peer.confidence_interval_survival_function_.loc[one.day[1:].astype(float)]
        assert np.allclose(one[["low", "high"]].to_numpy()[1:], interval.to_numpy(), atol=1e-9)


def test_the_hazard_ratio_is_that_of_a_stratified_cox_regression(sets: tuple[Members, pd.DataFrame]) -> None:
    members, table = sets
    ours = hazard_ratio(members, table.until.to_numpy(), table.had.to_numpy())
    peer = sm.PHReg(table.until, table[["treated"]], table.had, strata=table.set, ties="breslow").fit(disp=0)
    assert ours is not None
    assert np.log(ours.effect) == pytest.approx(peer.params[0], abs=1e-6)
    assert ours.p_value == pytest.approx(peer.pvalues[0], rel=1e-4)


def test_errors_of_rates_are_those_of_a_clustered_poisson_regression(sets: tuple[Members, pd.DataFrame]) -> None:
    members, table = sets
    ours = compare(members, table[["events"]].to_numpy(float), table[["days"]].to_numpy(float), 1.0).ratio()
    used = table[table.days > 0]
    peer = sm.GLM(
        used.events, sm.add_constant(used.treated), family=sm.families.Poisson(), exposure=used.days / 365.25
    ).fit(cov_type="cluster", cov_kwds={"groups": used.set, "use_correction": False})
    assert ours is not None
    assert np.log(ours.effect) == pytest.approx(peer.params["treated"], abs=1e-6)
    assert np.log(ours.high / ours.low) / 2 / 1.959964 == pytest.approx(peer.bse["treated"], rel=2e-3)
