"""Regression of one series whose deviations carry over from period to period (first-order autoregression).

How much carries over (rho) is itself uncertain in a short series, and taking a single value for it makes intervals too
narrow. So no value is chosen: each rho of a grid gives a t distribution by generalised least squares, and these are
averaged with the weight that the restricted likelihood gives to each rho (Harville 1974, Biometrika 61; Zellner & Tiao
1964, Journal of the American Statistical Association 59, where this is the posterior under flat priors). Newey-West and
Prais-Winsten errors at 36 + 18 months cover far less than they claim: docs/evaluations/known-truth.md has the figures.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from vanguard.learn.evaluate.finding import LEVEL, Estimate
from vanguard.learn.evaluate.panel import Floats, Whole
from vanguard.learn.evaluate.power import from_error

GRID = np.linspace(-0.9, 0.99, 96)


@dataclass(frozen=True)
class Fitted:
    """N observations explained by K columns, for each of G values of rho."""

    likely: Floats
    """G: weight of each rho; sums to one."""
    coefficients: Floats
    """G x K."""
    covariance: Floats
    """G x K x K."""
    freedom: int
    """N - K."""
    fresh: Floats
    """N: what is new in each period at the likeliest rho, after all that carries over."""

    @property
    def rho(self) -> float:
        """Mean share of a deviation that is left one period later."""
        return float(self.likely @ GRID)

    @property
    def mean(self) -> Floats:
        """K: the coefficients, each rho by its weight."""
        mean: Floats = self.likely @ self.coefficients
        return mean

    def estimate(self, combination: Floats) -> Estimate:
        """A combination (K) of the coefficients."""
        low, high = self.reach(combination[None])
        centre, error = self._each(combination[None])
        below = float(self.likely @ stats.t.cdf(-centre[0] / error[0], self.freedom))
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
        """C x G: centre and standard error at each rho."""
        centre: Floats = combinations @ self.coefficients.T
        variance = np.einsum("ck,gkl,cl->cg", combinations, self.covariance, combinations)
        error: Floats = np.sqrt(variance)
        return centre, error

    def _quantile(self, combinations: Floats, share: float) -> Floats:
        """C: by halving, within what the outermost of the averaged distributions say."""
        centre, error = self._each(combinations)
        ends = centre + error * stats.t.ppf(share, self.freedom)
        # A rho that counts for nothing may be far out.
        counts = self.likely > 1e-12
        low, high = ends[:, counts].min(axis=1), ends[:, counts].max(axis=1)
        for _ in range(50):
            middle = (low + high) / 2
            below = stats.t.cdf((middle[:, None] - centre) / error, self.freedom) @ self.likely < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Floats = (low + high) / 2
        return found


def regress(outcomes: Floats, columns: Floats, periods: Whole) -> Fitted:
    """N outcomes on N x K columns; periods (N) say how far apart they are, so that gaps may lie between."""
    number, width = columns.shape
    whiten, logarithm = _whiteners(periods)
    left = whiten @ columns
    right = whiten @ outcomes
    square = np.swapaxes(left, 1, 2) @ left
    inverse = np.linalg.inv(square)
    coefficients = (inverse @ np.swapaxes(left, 1, 2) @ right[..., None])[..., 0]
    fresh = right - (left @ coefficients[..., None])[..., 0]
    freedom = number - width
    squares = (fresh**2).sum(axis=1)
    restricted = logarithm - np.linalg.slogdet(square)[1] / 2 - freedom / 2 * np.log(np.maximum(squares, 1e-300))
    weight = np.exp(restricted - restricted.max())
    return Fitted(
        likely=weight / weight.sum(),
        coefficients=coefficients,
        covariance=inverse * (squares / freedom)[:, None, None],
        freedom=freedom,
        fresh=fresh[restricted.argmax()],
    )


def _whiteners(periods: Whole) -> tuple[Floats, Floats]:
    """G x N x N: what leaves of each period only what is new in it, and (G) the logarithm of its determinant."""
    number = len(periods)
    gaps = np.diff(periods)
    carried = GRID[:, None] ** gaps
    scale = np.concatenate([np.sqrt(1 - GRID**2)[:, None], np.sqrt((1 - GRID**2)[:, None] / (1 - carried**2))], axis=1)
    whiten = np.zeros((len(GRID), number, number))
    place = np.arange(number)
    whiten[:, place, place] = scale
    whiten[:, place[1:], place[:-1]] = -carried * scale[:, 1:]
    return whiten, np.log(scale).sum(axis=1)
