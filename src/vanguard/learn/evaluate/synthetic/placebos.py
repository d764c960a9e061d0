"""Chance, measured where nothing happened: each comparator is given the start, and the same is done again."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np

from vanguard.learn.evaluate import randomisation
from vanguard.learn.evaluate.finding import LEVEL, Estimate
from vanguard.learn.evaluate.panel import Floats, Whole
from vanguard.learn.evaluate.synthetic.runs import Runs, run, true_run
from vanguard.learn.evaluate.synthetic.setting import Setting

DRAWS = 399
"""Sets of units that play the treated, where those are several and there are more ways than this."""
POWER = 0.8


@dataclass(frozen=True)
class Judged:
    """The true run beside the placebos."""

    true: Runs
    placebos: Runs
    players: Whole
    """B x K: who played the treated in each placebo, by the row of `Setting.series`."""
    unit: float
    """By what an error is measured in the true run; `units` in each placebo."""
    units: Floats
    band: Floats
    """T: half the width, in each period, of the band in which LEVEL of the placebos lie."""

    @property
    def effect(self) -> float:
        return float(self.true.effects[0])

    @cached_property
    def estimate(self) -> Estimate:
        """The effects within the interval are those that the placebo test would not reject, after they are taken out of
        the treated and out of all for whom the treated have weight."""
        scale = self.unit / self.units
        return randomisation.judged(
            np.append(self.effect, self.placebos.effects * scale), np.append(1.0, self.placebos.response * scale)
        )

    @property
    def p_of_ratio(self) -> float:
        """By the rank of the ratio of the root mean squared gaps after and before the start."""
        return _share(self.placebos.ratios, float(self.true.ratios[0]))

    @property
    def smallest_effect(self) -> float:
        """What is added to a placebo's effect so that it is found in POWER of them, whichever its direction."""
        errors = (self.placebos.effects - self.effect * self.placebos.response) / self.units * self.unit
        low, high = np.quantile(errors, [1 - POWER, POWER])
        return (self.estimate.high - self.estimate.low) / 2 + max(float(high), -float(low))


def judge(setting: Setting, seed: int, *, shifted: bool = False) -> Judged:
    """Play the study and its placebos. One treated unit: every comparator once. Several: DRAWS sets of as many, drawn
    with the seed, or all that there are, each set out of the donors of its members.

    Where the treated are alike, placebos have the same choice of donors as they, the treated among them: only then is
    the rank of the treated, had nothing changed, as likely as any other. Where they began at different times, the
    treated had changed already in the time before of others, and stay out.
    """
    number, places = len(setting.comparators), len(setting.windows)
    among = number + places if setting.alike else number
    own = set(range(number, among))
    if places == 1:
        players = np.arange(number)[:, None]
    elif comb(among, places) <= DRAWS:
        players = np.array([one for one in combinations(range(among), places) if set(one) != own])
    else:
        order = np.random.default_rng(seed).random((DRAWS, among))
        players = np.argsort(order, axis=1)[:, :places]
    donors = np.ones((len(players), setting.rows), bool)
    donors[:, among if setting.alike else number :] = False
    np.put_along_axis(donors, players, False, axis=1)
    true = true_run(setting, shifted=shifted)
    placebos = run(setting, players, donors, shifted=shifted)
    # A fit that is near perfect by chance would make any gap look large: so half of the unit is everyone's.
    errors = np.append(placebos.errors, true.errors)
    common = float(np.median(errors))
    if common <= setting.least:
        # Most are imitated exactly, as in figures without any chance in them: then the worst fit is everyone's.
        common = float(errors.max())
    unit, units = float(true.errors[0]) + common, placebos.errors + common
    gaps = placebos.gaps.copy()
    if setting.alike:
        gaps[:, setting.windows[0].after] -= float(true.effects[0]) * placebos.response[:, None]
    band = _greatest(np.abs(gaps / units[:, None])) * unit
    return Judged(true, placebos, players, unit, units, band)


def _greatest(values: Floats) -> Floats:
    """Of the first axis: the least value that no more than 1 - LEVEL of the placebos and the treated together pass."""
    place = min(math.ceil(LEVEL * (len(values) + 1)), len(values)) - 1
    ordered: Floats = np.sort(values, axis=0)[place]
    return ordered


def _share(values: Floats, at: float) -> float:
    """Share that is as great, of the placebos and the treated together."""
    return (1 + int((values >= at).sum())) / (1 + len(values))
