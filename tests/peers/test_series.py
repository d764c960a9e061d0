"""Regression with errors that carry over by another hand: statsmodels, at one degree of carry-over at a time."""

import numpy as np
import pytest
import statsmodels.api as sm

from vanguard.learn.evaluate.autoregression import LEANING, NOISE, RHO, regress

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
