"""Rates of two groups with errors that know which persons were matched."""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from vanguard.learn.evaluate.finding import LEVEL, Estimate
from vanguard.learn.evaluate.matched.cohort import YEAR, Members
from vanguard.learn.evaluate.panel import Floats

LEAST_EVENTS = 10


@dataclass(frozen=True)
class Predicted:
    """What follows from how N members stood."""

    rates: Floats
    """N: events a year."""
    columns: int
    """How many columns it was learnt from."""


@dataclass(frozen=True)
class Compared:
    """Events and person-time of N members over C spans of time, as rates per `per` person-years."""

    events: tuple[Floats, Floats]
    """Those who entered, their controls (weighted): C each."""
    years: tuple[Floats, Floats]
    rates: tuple[Floats, Floats]
    errors: Floats
    """S x C: what each set adds to the difference of rates."""
    log_errors: Floats
    """S x C: the same for the logarithm of their ratio; NaN where a rate is nothing."""
    taken_out: int
    """Columns whose difference was taken out."""

    @property
    def differences(self) -> Floats:
        return self.rates[0] - self.rates[1]

    @property
    def freedom(self) -> int:
        """Degrees of freedom: a difference of rates is a mean over sets, as in a paired t test. Each column that is
        taken out costs one more, for what it does to the rate is learnt from the same sets."""
        return max(len(self.errors) - 1 - self.taken_out, 1)

    @property
    def covariance(self) -> Floats:
        """C x C of the differences: a sandwich over sets, as of Poisson regression with clustered errors."""
        found: Floats = self.errors.T @ self.errors * len(self.errors) / self.freedom
        return found

    def difference(self, span: int = 0) -> Estimate:
        """Of rates, in one span."""
        return estimate_of(float(self.differences[span]), float(np.sqrt(self.covariance[span, span])), self.freedom)

    def ratio(self, span: int = 0) -> Estimate | None:
        """Of rates; None where one of them is nothing."""
        one, other = self.rates[0][span], self.rates[1][span]
        if one <= 0 or other <= 0:
            return None
        error = np.sqrt((self.log_errors[:, span] ** 2).sum() * len(self.errors) / self.freedom)
        found = estimate_of(float(np.log(one / other)), float(error), self.freedom)
        middle, low, high = np.exp([found.effect, found.low, found.high]).tolist()
        return Estimate(middle, low, high, found.p_value)


def compare(members: Members, events: Floats, days: Floats, per: float, predicted: Predicted | None = None) -> Compared:
    """`events` and `days` are N x C; with `predicted`, for one span, the controls' rate is moved by what is still
    different about them (Abadie and Imbens, Journal of Business and Economic Statistics 2011). Each set counts the
    same; how it differs from the rates, in events, divided by all time, is what it adds to their difference (a
    linearised ratio, clustered by set)."""
    totals, years, rates, parts = [], [], [], []
    for which in (members.treated, ~members.treated):
        weight = (members.weight * which)[:, None]
        counted, time = weight * events, weight * days / YEAR
        all_time = time.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = counted.sum(axis=0) / all_time
            part = (counted - rate * time) / all_time
        totals.append(counted.sum(axis=0))
        years.append(all_time)
        rates.append(rate * per)
        sums = np.zeros((members.sets, events.shape[1]))
        np.add.at(sums, members.set, part)
        parts.append(sums * per)
    if predicted is not None:
        own = members.treated
        shift, time = np.zeros(members.sets), np.zeros(members.sets)
        np.add.at(shift, members.set, np.where(own, 1.0, -1.0) * members.weight * predicted.rates)
        np.add.at(time, members.set[own], (members.weight * days[:, 0])[own] / YEAR)
        moved = float((time * shift).sum() / time.sum())
        rates[1] = rates[1] + moved * per
        parts[1][:, 0] += time * (shift - moved) / time.sum() * per
    with np.errstate(divide="ignore", invalid="ignore"):
        log_errors = parts[0] / rates[0] - parts[1] / rates[1]
    return Compared(
        (totals[0], totals[1]),
        (years[0], years[1]),
        (rates[0], rates[1]),
        parts[0] - parts[1],
        log_errors,
        predicted.columns if predicted is not None else 0,
    )


def predict(members: Members, events: Floats, days: Floats, values: Floats) -> Predicted | None:
    """By a Poisson regression of the controls' events on `values` (N x D). None where not enough happened for it: ten
    events for each of D (Peduzzi and others, Journal of Clinical Epidemiology 1996)."""
    followed = (~members.treated) & (days > 0)
    varies = values[followed].std(axis=0) > 0
    values = values[:, varies]
    if not varies.any() or events[followed].sum() < LEAST_EVENTS * values.shape[1]:
        return None
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    middle, scale = values[followed].mean(axis=0), values[followed].std(axis=0)
    standard = np.column_stack([np.ones(len(values)), (values - middle) / scale])
    fitted = GLM(
        events[followed],
        standard[followed],
        family=Poisson(),
        exposure=days[followed] / YEAR,
        var_weights=members.weight[followed],
    ).fit()
    return Predicted(np.exp(standard @ fitted.params), values.shape[1])


def estimate_of(effect: float, error: float, freedom: int) -> Estimate:
    """With an interval and a p-value of Student's t: the error is learnt from the same few sets."""
    half = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
    p_value = 2 * float(stdtr(freedom, -abs(effect) / error)) if error > 0 else float(effect == 0)
    return Estimate(effect, effect - half, effect + half, p_value)


def all_nothing(compared: Compared) -> float:
    """p of no difference in any span: Wald, with Hotelling's F distribution, as the covariance is learnt from so many
    sets and no more. By chi-squared 11% of sound cohorts of 30 sets would be refused, not one in twenty."""
    sets, spans = len(compared.errors), int(np.linalg.matrix_rank(compared.covariance))
    statistic = compared.differences @ np.linalg.pinv(compared.covariance) @ compared.differences
    return float(fdtrc(spans, sets - spans, statistic * (sets - spans) / (spans * (sets - 1))))
