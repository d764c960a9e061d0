"""Chance, measured where nothing happened: each comparator is given the start, and the same is done again."""

import math
from dataclasses import dataclass

import numpy as np

from vanguard.learn.evaluate.finding import LEVEL, Estimate
from vanguard.learn.evaluate.panel import Floats, Whole
from vanguard.learn.evaluate.synthetic.runs import Runs, run, true_run
from vanguard.learn.evaluate.synthetic.setting import Setting

DRAWS = 399
"""Sets of comparators that play the treated, where those are several."""
POWER = 0.8


@dataclass(frozen=True)
class Judged:
    """The true run beside the placebos."""

    true: Runs
    placebos: Runs
    players: Whole
    """B x K: who played the treated in each placebo."""
    unit: float
    """By what an error is measured in the true run; `units` in each placebo."""
    units: Floats

    @property
    def effect(self) -> float:
        return float(self.true.effects[0])

    @property
    def half_width(self) -> float:
        """Of the interval: the effects within it are those that the placebo test would not reject."""
        return float(_greatest(np.abs(self.placebos.effects / self.units))) * self.unit

    @property
    def estimate(self) -> Estimate:
        p_value = _share(np.abs(self.placebos.effects / self.units), abs(self.effect) / self.unit)
        return Estimate(self.effect, self.effect - self.half_width, self.effect + self.half_width, p_value)

    @property
    def p_of_ratio(self) -> float:
        """By the rank of the ratio of the root mean squared gaps after and before the start."""
        return _share(self.placebos.ratios, float(self.true.ratios[0]))

    @property
    def smallest_effect(self) -> float:
        """What is added to a placebo's effect so that it is found in POWER of them, whichever its direction."""
        errors = self.placebos.effects / self.units * self.unit
        low, high = np.quantile(errors, [1 - POWER, POWER])
        return self.half_width + max(float(high), -float(low))

    @property
    def band(self) -> Floats:
        """T: half the width, in each period, of the band in which LEVEL of the placebos lie."""
        return _greatest(np.abs(self.placebos.gaps / self.units[:, None])) * self.unit


def judge(setting: Setting, seed: int, *, shifted: bool = False) -> Judged:
    """Play the study and its placebos. One treated unit: every comparator once. Several: DRAWS sets of as many, drawn
    with the seed, each set out of the donors of its members, so that units share donors as the treated do."""
    number, places = len(setting.comparators), len(setting.windows)
    if places == 1:
        players = np.arange(number)[:, None]
    else:
        order = np.random.default_rng(seed).random((DRAWS, number))
        players = np.argsort(order, axis=1)[:, :places]
    donors = np.ones((len(players), number), bool)
    np.put_along_axis(donors, players, False, axis=1)
    true = true_run(setting, shifted=shifted)
    placebos = run(setting, players, donors, shifted=shifted)
    # A fit that is near perfect by chance would make any gap look large: so half of the unit is everyone's.
    common = float(np.median(placebos.errors)) or 1.0
    return Judged(true, placebos, players, float(true.errors[0]) + common, placebos.errors + common)


def _greatest(values: Floats) -> Floats:
    """Of the first axis: the least value that no more than 1 - LEVEL of the placebos and the treated together pass."""
    place = min(math.ceil(LEVEL * (len(values) + 1)), len(values)) - 1
    ordered: Floats = np.sort(values, axis=0)[place]
    return ordered


def _share(values: Floats, at: float) -> float:
    """Share that is as great, of the placebos and the treated together."""
    return (1 + int((values >= at).sum())) / (1 + len(values))
