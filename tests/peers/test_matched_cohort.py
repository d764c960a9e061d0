"""Rates, times to event and balance of matched sets beside lifelines, statsmodels and tests of scipy."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import minimize
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.weightstats import DescrStatsW
from tests.learn.evaluate.cohorts import cohort_of

from vanguard.learn.evaluate.matched import Plan
from vanguard.learn.evaluate.matched.balance import balance
from vanguard.learn.evaluate.matched.cohort import Members, happened
from vanguard.learn.evaluate.matched.nearness import Nearness
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
    assert np.log((ours.low, ours.high)) == pytest.approx(peer.conf_int()[0], abs=1e-5)


def test_the_chance_of_entering_is_the_likeliest_that_scipy_finds() -> None:
    """Nearness is a distance of log odds, in units of their standard deviation."""
    cohort = cohort_of(4_000, 360, -0.3, 8).cohort
    paired = pair(cohort, Plan("admissions", ("sex",), ("age", "frailty"), distance="propensity"))
    months = np.concatenate([paired.entrant_months, paired.other_months])
    persons = np.concatenate([paired.entrants, paired.others])
    values = np.column_stack([cohort.columns[name][months, persons] for name in ("age", "frailty")]).astype(float)
    entered = np.arange(len(persons)) < len(paired.entrants)
    near = Nearness(
        *(cohort, Plan("admissions", nearest=("age", "frailty"), distance="propensity")),
        *(paired.entrants, paired.entrant_months, paired.others, paired.other_months),
    )
    ours = near.places(persons, months)[:, 0]
    columns = np.column_stack([np.ones(len(values)), stats.zscore(values)])
    found = minimize(lambda slopes: np.logaddexp(0, np.where(entered, -1, 1) * (columns @ slopes)).sum(), np.zeros(3))
    peer = columns @ found.x
    unit = np.sqrt((peer[entered].var() + peer[~entered].var()) / 2)
    assert ours - ours.mean() == pytest.approx((peer - peer.mean()) / unit, abs=1e-4)


def test_errors_of_rates_are_those_of_a_clustered_poisson_regression(sets: tuple[Members, pd.DataFrame]) -> None:
    members, table = sets
    ours = compare(members, table[["events"]].to_numpy(float), table[["days"]].to_numpy(float), 1.0).ratio()
    used = table[table.days > 0]
    peer = sm.GLM(
        used.events, sm.add_constant(used.treated), family=sm.families.Poisson(), exposure=used.days / 365.25
    ).fit(cov_type="cluster", cov_kwds={"groups": used.set, "use_correction": False})
    assert ours is not None
    assert np.log(ours.effect) == pytest.approx(peer.params["treated"], abs=1e-6)
    reach = stats.t.ppf(0.975, members.sets - 1) * np.sqrt(members.sets / (members.sets - 1))
    assert np.log(ours.high / ours.low) / 2 / reach == pytest.approx(peer.bse["treated"], rel=1e-3)


def test_pairs_followed_equally_long_are_a_paired_t_test() -> None:
    """Thirty sets: the normal distribution would say something else."""
    entered, others = np.random.default_rng(5).poisson([[1.2], [1.0]], (2, 30)).astype(float)
    nobody = np.zeros(60, np.int64)
    members = Members(
        nobody, np.tile(np.arange(30), 2), np.arange(60) < 30, np.ones(60), nobody, nobody + 365, nobody - 365
    )
    days = np.full((60, 1), 365.25)
    ours = compare(members, np.concatenate([entered, others])[:, None], days, 1.0).difference()
    peer = stats.ttest_rel(entered, others)
    assert ours.p_value == pytest.approx(peer.pvalue, rel=1e-9)
    assert (ours.low, ours.high) == pytest.approx(tuple(peer.confidence_interval()), rel=1e-9)


def test_balance_is_that_of_the_published_formulas() -> None:
    """Before matching, numbers beside statsmodels' standardised difference (as many on both sides, its correction for
    few persons taken out) and shares beside the formula of tableone and cobalt; after it, weighted means in the same
    units."""
    cohort = cohort_of(4_000, 360, -0.3, 8).cohort
    living_alone = np.broadcast_to(np.random.default_rng(2).random(4_000) < 0.3, (12, 4_000))
    cohort = replace(cohort, columns={**cohort.columns, "living_alone": living_alone})
    plan = Plan("admissions", ("sex", "living_alone"), ("age", "frailty"), controls=2)
    paired = pair(cohort, plan)
    few = len(paired.entrants)
    paired = replace(paired, others=paired.others[:few], other_months=paired.other_months[:few])
    ours = pd.DataFrame(balance(cohort, plan, paired)).set_index("column")
    assert list(ours.index) == ["age", "frailty", "living_alone"], "sex is a word, and equal"
    for name in ours.index:
        column = cohort.columns[name].astype(float)
        one = column[paired.entrant_months, paired.entrants]
        two = column[paired.other_months, paired.others]
        if name == "living_alone":
            p, q = one.mean(), two.mean()
            before = (p - q) / np.sqrt((p * (1 - p) + q * (1 - q)) / 2)
        else:
            told = effectsize_smd(one.mean(), one.std(ddof=1), few, two.mean(), two.std(ddof=1), few)[0]
            before = told / (1 - 3 / (8 * few - 9))
        assert ours.difference_before[name] == pytest.approx(before, rel=1e-9)
        held, members = column[paired.month, paired.members.person], paired.members
        means = [DescrStatsW(held[at], members.weight[at]).mean for at in (members.treated, ~members.treated)]
        after = (means[0] - means[1]) * before / (one.mean() - two.mean())
        assert ours.difference_after[name] == pytest.approx(after, rel=1e-9, abs=1e-12)
