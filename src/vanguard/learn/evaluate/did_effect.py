"""The effect by difference in differences, with the inference that the number of places allows."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from vanguard.learn.evaluate import randomisation
from vanguard.learn.evaluate.finding import LEVEL, CannotJudge, Estimate
from vanguard.learn.evaluate.grounds import known
from vanguard.learn.evaluate.imputation import Sums, exact, fit, split, spread, under
from vanguard.learn.evaluate.panel import NEVER, Floats, Panel, Study, Whole, Yes
from vanguard.learn.evaluate.power import from_error, from_placebos

MANY = 10
"""From so many clusters on each side, clustered errors are trusted; with fewer, starts are dealt out anew."""
AT_ONCE = 1_000
"""Deals that are worked out together, so that memory does not grow with their number."""


NOTHING = Estimate(np.nan, np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Case:
    """What is compared with what."""

    outcomes: Floats
    used: Yes
    begins: Whole
    clusters: Whole
    seed: int

    @staticmethod
    def of(study: Study, panel: Panel) -> "Case":
        """One outcome under the plan. Raises CannotJudge where a used cell has nobody at risk."""
        used = known(study, panel)
        with np.errstate(divide="ignore", invalid="ignore"):
            return Case(panel.outcomes, used, study.begins, study.clusters, study.seed)

    @property
    def many(self) -> bool:
        """Whether there are clusters enough on both sides."""
        untreated, after = split(self.used, self.begins)
        changed = after.any(axis=1) & untreated.any(axis=1)
        others = (self.begins == NEVER) & untreated.any(axis=1)
        sides = [len(np.unique(self.clusters[side])) for side in (changed, others)]
        return min(sides) >= MANY

    def keep(self, units: Yes) -> "Case":
        """Some units only."""
        return replace(
            self,
            outcomes=self.outcomes[units],
            used=self.used[units],
            begins=self.begins[units],
            clusters=self.clusters[units],
        )

    def dealt(self, *, closely: bool = False) -> randomisation.Assignments:
        """Other units that could have had the starts. Raises CannotJudge where they are too few for any result."""
        ways = randomisation.possible(self.begins, self.clusters)
        if ways < randomisation.FEWEST:
            raise CannotJudge(
                f"{int((self.begins != NEVER).sum())} treated and {int((self.begins == NEVER).sum())} to compare with: "
                f"the starts could have fallen in only {ways} ways, so that nothing could be told from chance. "
                f"{randomisation.FEWEST} are the fewest: one treated unit needs {randomisation.FEWEST - 1} comparators."
            )
        return randomisation.assignments(self.begins, self.clusters, self.seed, closely=closely)


@dataclass(frozen=True)
class Means:
    """K weighted means of effects, each with its interval and the smallest effect that could have been found."""

    estimates: tuple[Estimate, ...]
    smallest: tuple[float, ...]


def means(case: Case, weights: Floats, groups: Whole) -> Means:
    """Means of effects over each of K groups of cells: U x T weights, and for G starts x T periods the group (or -1).

    `groups` is by start, in order of starts, because a unit dealt another start has its effects elsewhere.
    """
    return _clustered(case, weights, groups) if case.many else _dealt(case, weights, groups)


def overall(case: Case, weights: Floats) -> Means:
    """One mean, over all treated cells."""
    starts = starts_of(case)
    groups = np.where(np.arange(case.used.shape[1]) >= starts[:, None], 0, -1)
    return means(case, weights, groups)


def starts_of(case: Case) -> Whole:
    found: Whole = np.unique(case.begins[case.begins != NEVER])
    return found


def placebos(case: Case, dealt: randomisation.Assignments, weights: Floats, groups: Whole) -> tuple[Floats, Floats]:
    """P x K: the means that each assignment would show, and what it would show of a true effect of one."""
    touched = split(case.used, case.begins)[1].astype(float)
    parts = [dealt.begins[first : first + AT_ONCE] for first in range(0, len(dealt.begins), AT_ONCE)]
    found = [under((case.outcomes, touched), case.used, part, weights) for part in parts]
    seen, shown = (np.vstack([_grouped(sums, groups) for sums in of_one]) for of_one in zip(*found, strict=True))
    return exact(seen, np.where(case.used, case.outcomes, 0.0)), shown


def _grouped(sums: Sums, groups: Whole) -> Floats:
    """P x K."""
    kinds = groups.max() + 1
    member = (groups[..., None] == np.arange(kinds)).astype(float)
    top = np.tensordot(sums.effects, member, axes=2)
    bottom = np.tensordot(sums.weights, member, axes=2)
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)


def _clustered(case: Case, weights: Floats, groups: Whole) -> Means:
    found = fit(case.outcomes, case.used, case.begins)
    place = np.searchsorted(starts_of(case), case.begins)
    mine = np.where(found.treated, groups[np.minimum(place, len(groups) - 1)], -1)
    estimates, smallest = [], []
    for group in range(groups.max() + 1):
        target = np.where(mine == group, weights, 0.0)
        mass = target.sum()
        if mass == 0:
            estimates.append(NOTHING)
            smallest.append(np.nan)
            continue
        result = spread(found, target[None] / mass, case.clusters)
        effect, error, freedom = (float(part[0]) for part in (result.effects, result.errors, result.freedom))
        reach = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
        p_value = float(2 * stdtr(freedom, -abs(effect) / error)) if error > 0 else float(effect == 0)
        estimates.append(Estimate(effect, effect - reach, effect + reach, p_value))
        smallest.append(from_error(error, freedom))
    return Means(tuple(estimates), tuple(smallest))


def _dealt(case: Case, weights: Floats, groups: Whole) -> Means:
    seen, response = placebos(case, case.dealt(closely=True), weights, groups)
    estimates, smallest = [], []
    for effects, shown in zip(seen.T, response.T, strict=True):
        usable = np.isfinite(effects) & np.isfinite(shown)
        if not usable[0]:
            estimates.append(NOTHING)
            smallest.append(np.nan)
            continue
        estimates.append(randomisation.judged(effects[usable], shown[usable]))
        smallest.append(from_placebos((effects - effects[0] * shown)[usable][1:]))
    return Means(tuple(estimates), tuple(smallest))
