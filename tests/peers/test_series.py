"""Regression with errors that carry over by another hand: statsmodels, at one degree of carry-over at a time; and all
of an interrupted time series beside its usual ways, where it is long enough to tell how much carries over."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from tests.learn.evaluate.known_truth import Kind, Planted, panel_of

from vanguard.learn.evaluate.autoregression import LEANING, NOISE, RHO, regress
from vanguard.learn.evaluate.finding import Estimate
from vanguard.learn.evaluate.interrupted import estimate

PERIODS = np.array([period for period in range(54) if period not in (12, 36, 37, 38)])


@pytest.mark.parametrize("pair", [0, 20, 40, 58])
def test_each_degree_of_carry_over_is_generalised_least_squares(pair: int) -> None:
    columns = np.column_stack([np.ones(len(PERIODS)), PERIODS / 12, PERIODS >= 36, np.cos(PERIODS / 2)])
    outcomes = 8 + np.random.default_rng(3).standard_normal(len(PERIODS)).cumsum() / 5
    ours = regress(outcomes, columns, PERIODS)
    apart = np.abs(np.subtract.outer(PERIODS, PERIODS))
    together = (1 - NOISE[pair]) * RHO[pair] ** apart + NOISE[pair] * np.eye(len(PERIODS))
    theirs = sm.GLS(outcomes, columns, sigma=together).fit()
    assert ours.coefficients[pair] == pytest.approx(theirs.params, rel=1e-8)
    assert ours.covariance[pair] == pytest.approx(theirs.cov_params(), rel=1e-8)


def test_the_weight_of_each_degree_is_its_restricted_likelihood() -> None:
    """The likelihood of all contrasts that the columns do not explain, its scale integrated out."""
    columns = np.column_stack([np.ones(len(PERIODS)), PERIODS / 12])
    outcomes = np.random.default_rng(4).standard_normal(len(PERIODS)).cumsum()
    ours = regress(outcomes, columns, PERIODS)
    contrasts = np.linalg.svd(columns, full_matrices=True)[0][:, 2:]
    seen = contrasts.T @ outcomes
    apart = np.abs(np.subtract.outer(PERIODS, PERIODS))
    logs = []
    for rho, noise in zip(RHO, NOISE, strict=True):
        spread = contrasts.T @ ((1 - noise) * rho**apart + noise * np.eye(len(PERIODS))) @ contrasts
        logs.append(-np.linalg.slogdet(spread)[1] / 2 - len(seen) / 2 * np.log(seen @ np.linalg.solve(spread, seen)))
    logs = np.array(logs) + LEANING
    weight = np.exp(logs - logs.max())
    assert ours.likely == pytest.approx(weight / weight.sum(), rel=1e-6)


def long_series(rho: float) -> Planted:
    """Ten years of one place so large that chance hardly counts, and five after a fall of a tenth."""
    kind = Kind("", 1, 1, 180, (120,), persons=1e9, rho=rho)
    return panel_of(kind, -0.1, np.random.default_rng(6), seed=0)


def by_formula(study: Planted) -> tuple[Any, pd.DataFrame, np.ndarray]:
    """Segmented regression as it is usually written, with an effect for each month of the year, and what of its
    coefficients is the mean effect."""
    days = pd.to_datetime(list(study.panel.periods))
    table = pd.DataFrame({"one": 1.0, "time": np.arange(180.0), "after": np.arange(180) >= 120}, index=days)
    table["since"] = table.after * (table.time - 120)
    table["length"] = days.days_in_month
    table = table.join(pd.get_dummies(days.month, prefix="month", drop_first=True).set_index(days)).astype(float)
    mean = np.zeros(table.shape[1])
    mean[[2, 3]] = 1, 59 / 2
    return study.panel.outcomes[0], table, mean


def alike(ours: Estimate, fitted: Any, mean: np.ndarray) -> None:
    """Apart by less than a third of a standard error, and intervals as wide to a quarter: ours weighs every degree of
    carry-over and some noise of each month, theirs takes one for granted."""
    theirs = fitted.t_test(mean)
    error = float(theirs.sd.item())
    assert ours.effect == pytest.approx(theirs.effect.item(), abs=error / 3)
    assert (ours.high - ours.low) / 2 == pytest.approx(1.97 * error, rel=0.25)


def test_what_carries_over_in_a_long_series_is_that_of_glsar() -> None:
    """Prais and Winsten's regression, one value of carry-over found by iteration."""
    study = long_series(0.5)
    outcomes, table, mean = by_formula(study)
    alike(estimate(study).estimate, sm.GLSAR(outcomes, table, rho=1).iterative_fit(maxiter=50), mean)


def test_a_long_series_in_which_nothing_carries_over_is_that_of_newey_and_west() -> None:
    study = long_series(0.0)
    outcomes, table, mean = by_formula(study)
    robust = {"maxlags": 3, "use_correction": True}
    alike(estimate(study).estimate, sm.OLS(outcomes, table).fit(cov_type="HAC", cov_kwds=robust, use_t=True), mean)
