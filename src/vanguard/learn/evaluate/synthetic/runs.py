"""One way of playing the study, or many at once: who plays the treated, who may be a donor, and what comes of it."""

from dataclasses import dataclass

import numpy as np

from vanguard.learn.evaluate.panel import Floats, Whole, Yes
from vanguard.learn.evaluate.synthetic.setting import Setting
from vanguard.learn.evaluate.synthetic.solver import weigh


@dataclass(frozen=True)
class Runs:
    """B runs over K treated places, N comparators and T periods of the panel."""

    effects: Floats
    """B: the mean gap (observed minus synthetic) over all places and their periods after the start, each the same."""
    errors: Floats
    """B: what the gaps before the start say of the error of that mean: sqrt(sum of (v_k s_k)^2), s_k a place's root
    mean squared gap and v_k its share of the periods after the start."""
    before: Floats
    """B: root mean squared gap before the start."""
    after: Floats
    """B: the same after it."""
    miss: Floats
    """B: the mean gap before the start."""
    gaps: Floats
    """B x T: mean gap over the places; NaN in periods of none."""
    synthetic: Floats
    """B: mean outcome of the synthetic units after the start."""
    response: Floats
    """B: what the effect would show of a true effect of one: 1 where the treated play themselves, and otherwise what of
    it comes in by treated units that play or have weight."""
    weights: Floats
    """K x N: of the first run."""
    certificate: float
    """The greatest distance of any fit from the best possible, in sums of squares."""

    @property
    def ratios(self) -> Floats:
        """B: how many times larger gaps are after the start than before it."""
        return self.after / self.before


def run(setting: Setting, players: Whole, donors: Yes, *, shifted: bool = False) -> Runs:
    """Play the study in B ways. `players` (B x K) says who plays each treated place, by the row of `Setting.series`;
    `donors` (B x rows) who may be weighted. With `shifted`, every series is taken as its distance from its own mean
    before the start (a constant is allowed between unit and synthetic)."""
    ways, places = players.shape
    number = len(setting.comparators)
    everyone: Yes = np.asarray(donors.any(axis=0))
    effects, synthetic, miss, errors = np.zeros(ways), np.zeros(ways), np.zeros(ways), np.zeros(ways)
    response = np.zeros(ways)
    before, after = np.zeros(ways), np.zeros(ways)
    gaps, present = np.zeros((ways, setting.outcomes.shape[1])), np.zeros(setting.outcomes.shape[1])
    weights, certificate = np.zeros((places, number)), 0.0
    periods_after = sum(len(window.after) for window in setting.windows)
    for place, window in enumerate(setting.windows):
        share = len(window.after) / periods_after
        first = len(window.before)
        if place == 0 or not setting.alike:
            series = setting.series(window)
            if shifted:
                series = series - series[:, :first].mean(axis=1, keepdims=True)
            early = np.ascontiguousarray(series[:, :first])
            begun = None
            if ways > 2 * number:
                # Many runs with hardly other donors: where each unit's weights would be with all of them is near.
                begun = weigh(early, np.arange(len(series)), np.repeat(everyone[None], len(series), axis=0)).weights
        found = weigh(early, players[:, place], donors, begun)
        made = found.weights @ series
        gap = series[players[:, place]] - made
        squares = (gap[:, :first] ** 2).mean(axis=1)
        effects += gap[:, first:].mean(axis=1) * share
        synthetic += made[:, first:].mean(axis=1) * share
        response += ((players[:, place] >= number) - found.weights[:, number:].sum(axis=1)) * share
        miss += gap[:, :first].mean(axis=1) * share
        errors += squares * share**2
        before += squares * share
        after += (gap[:, first:] ** 2).mean(axis=1) * share
        gaps[:, window.periods] += gap
        present[window.periods] += 1
        weights[place] = found.weights[0, :number]
        certificate = max(certificate, float(found.certificate.max()))
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.where(present > 0, gaps / present, np.nan)
    errors, before, after = (np.maximum(np.sqrt(squares), setting.least) for squares in (errors, before, after))
    return Runs(effects, errors, before, after, miss, gaps, synthetic, response, weights, certificate)


def true_run(setting: Setting, *, without: int | None = None, shifted: bool = False) -> Runs:
    """The study as it was, B = 1; without one comparator (its position) where asked."""
    donors: Yes = np.ones((1, setting.rows), np.bool_)
    donors[0, len(setting.comparators) :] = False
    if without is not None:
        donors[0, without] = False
    players = np.array([[setting.own_row(place) for place in range(len(setting.windows))]])
    return run(setting, players, donors, shifted=shifted)
