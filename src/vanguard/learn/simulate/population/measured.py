"""Rates from a year of the lake: what was counted, held up by what is stated where little was seen."""

import numpy as np

from vanguard.blueprint import Population
from vanguard.learn.simulate.population.observed import Observed
from vanguard.learn.simulate.population.plan import DEATH, MONTHS, Model, Ways, monthly, need_shares, rounded, stated

STATED_COUNTS = 0.5
"""A stated rate weighs as much as half of one event that was seen."""

OF_AGE = 4.0
"""The share of all ages in the rate of one weighs as much as four events."""


def measured(population: Population, seen: Observed, people: int | None = None, *, from_start: bool = False) -> Model:
    """A population as the lake knows it: it begins where the year that was looked at ends, or with `from_start` where
    that year began; for `people` it is made larger or smaller in proportion.

    How often something happens is what was counted over the nights at risk, gamma-Poisson: by age, each drawn a little
    to all ages. How it differs by need is as stated, since nobody's need is known once they are gone.
    """
    ways, daily, times = _rates(population, seen)
    count = _count(population, seen.at_first if from_start else seen.at_last)
    if people is not None:
        count = rounded(count.astype(np.float64), people)
    change = monthly(population, count)
    nights = np.maximum(seen.nights.sum(axis=1), 1)
    per_month = 365 / MONTHS
    change["born"] = seen.born / nights.sum() * per_month
    change["removed"] = np.minimum(seen.went / nights[:, 0] * per_month, 1.0)
    at_risk = np.maximum(seen.at_first.sum(axis=(0, 2, 3)), 1)
    chance = np.minimum(seen.came / at_risk / MONTHS, 1.0)
    change["coming"][..., 1] = chance[None, :, None] * need_shares(population)[None]
    return Model(
        population=population, localities=seen.localities, ways=ways, count=count, daily=daily, seen=times, **change
    )


def _count(population: Population, stood: np.ndarray) -> np.ndarray:
    """Who is where, those of unknown need spread as the stated shares of their age."""
    known, unknown = stood[:, :, :-1], stood[:, :, -1]
    shares = np.cumsum(need_shares(population), axis=1)[None, :, :, None]
    upto = np.rint(unknown[:, :, None] * shares).astype(np.int64)
    count: np.ndarray = known + np.diff(upto, axis=2, prepend=0)
    return count


def _rates(population: Population, seen: Observed) -> tuple[Ways, np.ndarray, np.ndarray]:
    """The ways out of each compartment, stated or seen; their chances on a day; how often each was seen."""
    ways = _wider(seen)
    believed = np.zeros((*seen.nights[:, :-1].shape, ways.targets.shape[1]))
    believed[..., : seen.ways.targets.shape[1]] = stated(population, seen.ways)
    nights = _spread(population, seen.nights)
    daily, times = np.zeros(believed.shape), np.full(ways.targets.shape, np.inf)
    for n, width in enumerate(ways.widths):
        # Two ways that lead to one place are told apart by the lake in no way, so they share what was counted.
        for target in {int(to) for to in ways.targets[n, :width]}:
            same = [k for k in range(width) if ways.targets[n, k] == target]
            counted = seen.moves[:, :, n, target if target != DEATH else -1].sum(axis=1)
            whole = believed[:, :, n, same].sum(axis=-1)
            rate = _rate(counted, nights[:, :, n], whole)
            shares = np.divide(
                believed[:, :, n, same], whole[..., None], out=np.full((*whole.shape, len(same)), 1 / len(same)),
                where=whole[..., None] > 0,
            )  # fmt: skip
            daily[:, :, n, same] = rate[..., None] * shares
            times[n, same] = counted.sum() + STATED_COUNTS
    return ways, daily / np.maximum(daily.sum(axis=-1, keepdims=True), 1.0), times


def _rate(counted: np.ndarray, nights: np.ndarray, believed: np.ndarray) -> np.ndarray:
    """[ages, needs] the chance on a day: `counted` [ages] over `nights` [ages, needs], held up by what is believed."""
    expected = (nights * believed).sum(axis=1)
    # Where nobody believed in it, it is the same for all.
    shape = np.where(expected.sum() > 0, believed, 1.0)
    weight = (nights * shape).sum(axis=1)
    if weight.sum() == 0:
        return believed
    stated_counts = STATED_COUNTS if expected.sum() > 0 else 0.0
    exposure = stated_counts * weight.sum() / max(expected.sum(), 1e-300) if stated_counts else 0.0
    overall = (counted.sum() + stated_counts) / (weight.sum() + exposure)
    if overall == 0:
        return np.zeros_like(believed)
    of_age = (counted + OF_AGE) / (weight + OF_AGE / overall)
    # What is expected in all is what was counted in all.
    of_age *= overall * weight.sum() / max((of_age * weight).sum(), 1e-300)
    rate: np.ndarray = of_age[:, None] * shape
    return rate


def _spread(population: Population, nights: np.ndarray) -> np.ndarray:
    """Nights by need, those of unknown need spread as the known of their age are, or as stated."""
    known, unknown = nights[:, :-1], nights[:, -1:]
    total = known.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, known / np.maximum(total, 1), need_shares(population)[:, :, None])
    found: np.ndarray = known + unknown * shares
    return found


def _wider(seen: Observed) -> Ways:
    """The stated ways, and after them those that were seen though nobody stated them."""
    ways = seen.ways
    counted = seen.moves.sum(axis=(0, 1))
    more = []
    for n, width in enumerate(ways.widths):
        stated_to = {int(to) for to in ways.targets[n, :width]}
        found = np.flatnonzero(counted[n])
        more.append(
            [to for to in (DEATH if f == counted.shape[1] - 1 else int(f) for f in found) if to not in stated_to]
        )
    width = max(int(w) + len(of) for w, of in zip(ways.widths, more, strict=True))
    targets = np.full((len(more), max(width, ways.targets.shape[1])), DEATH)
    is_end = np.zeros(targets.shape, dtype=bool)
    targets[:, : ways.targets.shape[1]], is_end[:, : ways.targets.shape[1]] = ways.targets, ways.is_end
    for n, of in enumerate(more):
        begins = ways.widths[n]
        targets[n, begins : begins + len(of)] = of
    widths = np.array([int(w) + len(of) for w, of in zip(ways.widths, more, strict=True)])
    return Ways(ways.state_of, ways.origins, targets, is_end, widths)
