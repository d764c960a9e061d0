"""Panels whose truth is known because we planted it: what `docs/evaluations/known-truth.md` is measured on.

A unit's rate is its own level, plus a course that all units share (a trend and a season), plus a shock that carries
over from month to month. Events are Poisson counts of that rate times the persons. After its start a treated unit's
rate is multiplied by 1 + effect. The shared course is added, not multiplied, so that rates are parallel without the
change; the kinds `ratio`, `trend` and `factors` break that on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.signal import lfilter

from vanguard.learn.evaluate.panel import NEVER, Floats, Panel, Study

PER = 1000.0
RATE = 8.0
"""Events per 1,000 persons and month in a unit of middle level."""


@dataclass(frozen=True)
class Kind:
    """What a family of panels is like."""

    says: str
    units: int
    treated: int
    months: int
    starts: tuple[int, ...]
    """Months at which treated units begin, dealt out in turn."""
    persons: float = 200_000.0
    """In the median unit."""
    rho: float = 0.3
    """Share of a month's shock that is left in the next."""
    shock: float = 0.03
    """Standard deviation of the shock, as a share of the level."""
    level: float = 0.0
    """How much higher the treated are, as a share."""
    trend: float = 0.0
    """How much more the treated rise a year without the change, as a share."""
    multiplied: bool = False
    """The shared course multiplies the level of each unit."""
    factors: bool = False
    """Two hidden courses, which each unit follows in its own proportion, the treated more than most the first."""


KINDS = {
    "national": Kind("Large: 20 of 200 units change in one month, 48 months before and after", 200, 20, 96, (48,)),
    "staggered": Kind("Staggered: 20 of 60 units change in four waves", 60, 20, 72, (36, 42, 48, 54)),
    "level": Kind("Another level: the treated are 20% higher throughout", 60, 15, 72, (42,), level=0.2),
    "ratio": Kind(
        "Another level, and a shared course that multiplies it: rates are not quite parallel",
        *(60, 15, 72, (42,)),
        level=0.2,
        multiplied=True,
    ),
    "trend": Kind("Another trend: the treated rise 2% more a year anyway", 60, 15, 72, (42,), trend=0.02),
    "factors": Kind("Two hidden courses, followed in other proportions", 60, 3, 72, (42,), factors=True),
    "autocorrelated": Kind("Shocks that last: 60% is left a month later", 60, 15, 72, (42,), rho=0.6),
    "few": Kind("Few: 3 of 12 units change, shocks that last", 12, 3, 72, (42,), rho=0.6),
    "site": Kind("One of 190 units changes, 72 months before and 24 after", 190, 1, 96, (72,)),
    "single": Kind("One of 40 units changes, shocks that last", 40, 1, 72, (42,), rho=0.6),
    "practices": Kind("Small units: 30 of 120 practices of 7,000 persons", 120, 30, 48, (24,), persons=7_000.0),
    "series": Kind("One series, 36 months before and 18 after", 1, 1, 54, (36,), rho=0.0),
    "lasting_series": Kind("One series, 36 and 18 months, shocks that last", 1, 1, 54, (36,), rho=0.6),
}


@dataclass(frozen=True, kw_only=True)
class Planted(Study):
    """A study, and what a perfect design would say of it."""

    effect: float
    """Mean effect over treated units and months, per 1,000 persons and month."""
    events: float
    """The same as a number of events."""
    rate: Floats
    """U x T: the rate without the change, per 1,000 persons and month."""

    def thinned(self, effect: float) -> "Planted":
        """The same panel with a fall planted in it: each event after a start stays with the chance 1 + effect, so that
        everything before it, and everything elsewhere, stays as it is. The panel has no effect yet."""
        after = (self.begins != NEVER)[:, None] & (np.arange(self.used.shape[1]) >= self.begins[:, None])
        chance = np.random.default_rng([self.seed, round(-1000 * effect)])
        counts = self.panel.numerator.copy()
        counts[after] = chance.binomial(counts[after].astype(int), 1 + effect)
        difference = np.where(after, self.rate * effect, 0.0)
        assert self.panel.denominator is not None
        return replace(
            self,
            panel=replace(self.panel, numerator=counts),
            effect=float(difference[after].mean()),
            events=float((difference * self.panel.denominator / PER).sum()),
        )


def panels(kind: str, effect: float, runs: int, seed: int) -> Iterator[Planted]:
    """`runs` panels of a kind of KINDS, with a planted effect (-0.1 is a fall by a tenth); the same seed, the same."""
    for run in range(runs):
        yield panel_of(KINDS[kind], effect, np.random.default_rng([seed, run]), seed=run)


def panel_of(kind: Kind, effect: float, chance: np.random.Generator, seed: int) -> Planted:
    units, months = kind.units, kind.months
    begins = np.full(units, NEVER)
    begins[: kind.treated] = np.resize(np.array(kind.starts), kind.treated)
    touched = begins != NEVER
    after = touched[:, None] & (np.arange(months) >= begins[:, None])

    level = RATE * np.exp(0.15 * chance.standard_normal(units)) * (1 + kind.level * touched)
    years = np.arange(months) / 12
    course = 0.015 * years + 0.05 * np.cos(2 * np.pi * (years - 0.75))
    scale = level if kind.multiplied else np.full(units, RATE)
    rate = level[:, None] + scale[:, None] * course + RATE * kind.trend * touched[:, None] * years
    if kind.factors:
        rate = rate + _hidden_courses(touched, months, chance)
    rate = rate + level[:, None] * _shocks(kind, chance)

    persons = kind.persons * np.exp(0.4 * chance.standard_normal(units))[:, None] * (1 + 0.007 * years)
    changed = rate * (1 + effect * after)
    counts = chance.poisson(persons * changed / PER).astype(float)
    difference = np.where(after, changed - rate, 0.0)
    return Planted(
        panel=Panel(
            outcome="admissions",
            units=tuple(f"U{number:03}" for number in range(units)),
            periods=tuple(date(2013 + (3 + month) // 12, (3 + month) % 12 + 1, 1) for month in range(months)),
            numerator=counts,
            denominator=np.round(persons),
            per=PER,
        ),
        begins=begins,
        used=np.ones((units, months), dtype=bool),
        clusters=np.arange(units),
        checks=(),
        seed=seed,
        effect=float(difference[after].mean()),
        events=float((difference * persons / PER).sum()),
        rate=rate,
    )


def _shocks(kind: Kind, chance: np.random.Generator) -> Floats:
    """U x T: stationary, each month keeping rho of the last."""
    fresh = chance.standard_normal((kind.units, kind.months)) * kind.shock * np.sqrt(1 - kind.rho**2)
    fresh[:, 0] /= np.sqrt(1 - kind.rho**2)
    shocks: Floats = lfilter([1.0], [1.0, -kind.rho], fresh, axis=1)
    return shocks


def _hidden_courses(touched: np.ndarray, months: int, chance: np.random.Generator) -> Floats:
    """U x T: random walks of 1% of the rate a month, shared out by proportions that lie between 0 and 1."""
    walks = RATE * 0.01 * np.cumsum(chance.standard_normal((2, months)), axis=1)
    share = chance.uniform(0, 1, len(touched))
    share = np.where(touched, 0.6 + 0.2 * share, share)
    return share[:, None] * walks[0] + (1 - share)[:, None] * walks[1]
