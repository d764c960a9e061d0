"""How near persons are: numbers such that the distance between two is the plan's."""

import warnings

import numpy as np

from vanguard.learn.evaluate.finding import CannotJudge
from vanguard.learn.evaluate.matched.cohort import Cohort, Plan
from vanguard.learn.evaluate.panel import Floats, Whole

PER_ENTRANT = 20
"""Others in the estimate of who enters: more of them hardly make it more exact, and leave its slopes as they are."""


class Nearness:
    """Places persons, month by month, in a space in which near is alike."""

    def __init__(self, cohort: Cohort, plan: Plan, entrants: Whole, months: Whole, others: Whole, at: Whole) -> None:
        """Learnt from those who enter (positions, and rows of the month before) and a sample of who did not yet."""
        self._columns = [cohort.columns[name] for name in plan.nearest]
        one, two = self._values(entrants, months), self._values(others, at)
        spread = np.sqrt((one.var(axis=0) + two.var(axis=0)) / 2)
        if (flat := spread == 0).any():
            name = plan.nearest[int(np.flatnonzero(flat)[0])]
            raise CannotJudge(f"{name} has the same value for everybody: take it out of the columns that must be near.")
        if plan.distance == "propensity":
            self._turn = _log_odds(one, two)
            self._turn /= np.sqrt((np.var(one @ self._turn) + np.var(two @ self._turn)) / 2)
        else:
            within = (np.cov(one, rowvar=False) + np.cov(two, rowvar=False)) / 2
            self._turn = np.linalg.inv(np.linalg.cholesky(np.atleast_2d(within) + 1e-9 * np.diag(spread**2))).T

    def places(self, persons: Whole, months: Whole) -> Floats:
        """One row a person: the Euclidean distance between two is their distance."""
        found: Floats = self._values(persons, months) @ self._turn
        return found

    def _values(self, persons: Whole, months: Whole) -> Floats:
        return np.column_stack([column[months, persons] for column in self._columns]).astype(float)


def _log_odds(entered: Floats, not_yet: Floats) -> Floats:
    """D x 1: the slopes of the log odds of entering in the next month."""
    from statsmodels.discrete.discrete_model import Logit

    values = np.vstack([entered, not_yet])
    middle, scale = values.mean(axis=0), values.std(axis=0)
    standard = np.column_stack([np.ones(len(values)), (values - middle) / scale])
    outcome = np.repeat([1.0, 0.0], [len(entered), len(not_yet)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = Logit(outcome, standard).fit(disp=False, maxiter=100)
        except Exception as problem:  # Separation has several names there.
            raise CannotJudge(f"Who enters cannot be estimated: {problem}. Use the Mahalanobis distance.") from problem
    if not fitted.mle_retvals["converged"]:
        raise CannotJudge("Who enters cannot be estimated from these columns. Use the Mahalanobis distance.")
    slopes: Floats = (fitted.params[1:] / scale)[:, None]
    return slopes
