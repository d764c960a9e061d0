"""Regression of one series whose deviations carry over from period to period, seen through some noise.

A deviation is a first-order autoregression (a share rho is left one period later) plus noise of its own in each
period, as counts have. Both shares are uncertain in a short series, and taking single values for them makes intervals
too narrow. So no value is chosen: each pair of a grid gives a t distribution by generalised least squares, and these
are averaged with the weight that the restricted likelihood gives to each pair (Harville 1974, Biometrika 61; Zellner &
Tiao 1964, Journal of the American Statistical Association 59, where this is the posterior), with a leaning to what
lasts. What Newey-West and Prais-Winsten intervals cover at 36 + 18 months is in docs/evaluations/known-truth.md: less
than they claim. No library that we know of averages so, hence our own few lines of linear algebra.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats
from scipy.special import stdtr, stdtrit

from vanguard.learn.evaluate.finding import LEVEL, Estimate
from vanguard.learn.evaluate.imputation import ROUNDING
from vanguard.learn.evaluate.panel import Floats, Whole
from vanguard.learn.evaluate.power import from_error

RHO, NOISE = (
    grid.ravel() for grid in np.meshgrid(np.linspace(-0.9, 0.98, 20), np.array([0.0, 0.25, 0.5]), indexing="ij")
)
"""G pairs: the share of a deviation that is left one period later, and the share of the variance that is noise."""
LEANING = -np.log(1 - RHO) / 2
"""G: logarithm of what each pair weighs beforehand. With equal weights a series of 36 months would claim too much where
deviations last (7.3% of 2,000 runs at a level of 5%); leaning towards lasting ones keeps the level."""


@dataclass(frozen=True)
class Fitted:
    """N observations explained by K columns, for each of G pairs."""

    likely: Floats
    """G: weight of each pair; sums to one."""
    coefficients: Floats
    """G x K."""
    covariance: Floats
    """G x K x K."""
    freedom: int
    """N - K."""
    fresh: Floats
    """N: what is new in each period at the likeliest pair, after all that carries over."""

    @property
    def carried(self) -> float:
        """Mean share of what is seen in one period that is seen in the next."""
        return float(self.likely @ (RHO * (1 - NOISE)))

    @property
    def mean(self) -> Floats:
        """K: the coefficients, each pair by its weight."""
        mean: Floats = self.likely @ self.coefficients
        return mean

    def estimate(self, combination: Floats) -> Estimate:
        """A combination (K) of the coefficients."""
        low, high = self.reach(combination[None])
        centre, error = self._each(combination[None])
        below = float(self.likely @ stdtr(self.freedom, -centre[0] / error[0]))
        effect = float(self.likely @ centre[0])
        return Estimate(effect, float(low[0]), float(high[0]), 2 * min(below, 1 - below))

    def reach(self, combinations: Floats) -> tuple[Floats, Floats]:
        """Low and high ends of the interval of each of C x K combinations."""
        return self._quantile(combinations, (1 - LEVEL) / 2), self._quantile(combinations, (1 + LEVEL) / 2)

    def smallest(self, combination: Floats) -> float:
        """The smallest value that would be found, from the width of the interval."""
        low, high = self.reach(combination[None])
        error = float(high[0] - low[0]) / 2 / stats.t.ppf((1 + LEVEL) / 2, self.freedom)
        return from_error(error, self.freedom)

    def _each(self, combinations: Floats) -> tuple[Floats, Floats]:
        """C x G: centre and standard error at each pair."""
        centre: Floats = combinations @ self.coefficients.T
        variance = np.einsum("ck,gkl,cl->cg", combinations, self.covariance, combinations)
        error: Floats = np.sqrt(variance)
        return centre, error

    def _quantile(self, combinations: Floats, share: float) -> Floats:
        """C: by halving, within what the outermost of the averaged distributions say."""
        counts = self.likely > 1e-9
        centre, error = (part[:, counts] for part in self._each(combinations))
        likely = self.likely[counts] / self.likely[counts].sum()
        ends = centre + error * stdtrit(self.freedom, share)
        low, high = ends.min(axis=1), ends.max(axis=1)
        for _ in range(30):
            middle = (low + high) / 2
            below = stdtr(self.freedom, (middle[:, None] - centre) / error) @ likely < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Floats = (low + high) / 2
        return found


def regress(outcomes: Floats, columns: Floats, periods: Whole) -> Fitted:
    """N outcomes on N x K columns; periods (N) say how far apart they are, so that gaps may lie between."""
    number, width = columns.shape
    whiten, logarithm = _whiteners(tuple(periods.tolist()))
    left = whiten @ columns
    right = whiten @ outcomes
    square = np.swapaxes(left, 1, 2) @ left
    inverse = np.linalg.inv(square)
    coefficients = (inverse @ np.swapaxes(left, 1, 2) @ right[..., None])[..., 0]
    fresh = right - (left @ coefficients[..., None])[..., 0]
    freedom = number - width
    # No less than what arithmetic leaves, which in a series without any chance in it would look like a clear effect.
    least = number * (ROUNDING * (np.abs(outcomes).max() or 1.0)) ** 2
    squares = np.maximum((fresh**2).sum(axis=1), least)
    restricted = logarithm - np.linalg.slogdet(square)[1] / 2 - freedom / 2 * np.log(squares)
    restricted += LEANING
    weight = np.exp(restricted - restricted.max())
    return Fitted(
        likely=weight / weight.sum(),
        coefficients=coefficients,
        covariance=inverse * (squares / freedom)[:, None, None],
        freedom=freedom,
        fresh=fresh[restricted.argmax()],
    )


@lru_cache(maxsize=64)
def _whiteners(periods: tuple[int, ...]) -> tuple[Floats, Floats]:
    """G x N x N: what leaves of each period only what is new in it, and (G) the logarithm of its determinant."""
    apart = np.abs(np.subtract.outer(periods, periods))
    same = np.eye(len(periods))
    carried = np.where(same, 1.0, RHO[:, None, None] ** np.maximum(apart, 1))
    together = (1 - NOISE)[:, None, None] * carried + NOISE[:, None, None] * same
    whiten: Floats = np.linalg.inv(np.linalg.cholesky(together))
    return whiten, np.log(np.diagonal(whiten, axis1=1, axis2=2)).sum(axis=1)
