"""Rates from a year of the lake: what was counted, held up by what is stated where little was seen."""

import numpy as np

from vanguard.blueprint import Population
from vanguard.learn.simulate.population.observed import Observed
from vanguard.learn.simulate.population.plan import DEATH, MONTHS, Model, Ways, monthly, need_shares, rounded, stated

STATED_COUNTS = 0.5
"""A stated rate weighs as much as half of one event that was seen."""

OF_LOCALITY, OF_AGE, OF_NEED = 20.0, 4.0, 10.0
"""How many events it takes until a locality, an age or a need counts as much by itself as what is expected of it."""

ROUNDS = 12


def measured(population: Population, seen: Observed, people: int | None = None, *, from_start: bool = False) -> Model:
    """A population as the lake knows it: it begins where the year that was looked at ends, or with `from_start` where
    that year began; for `people` it is made larger or smaller in proportion.

    How often something happens is what was counted over the nights at risk, gamma-Poisson: by locality, age and need,
    each drawn to what is expected of it, the more so the less was seen. Expected is what is stated, as often in all as
    was counted in all.
    """
    ways, daily, times = _rates(population, seen)
    count = _count(population, seen.at_first if from_start else seen.at_last)
    if people is not None:
        count = rounded(count.astype(np.float64), people)
    change = monthly(population, count)
    nights = np.maximum(seen.nights.sum(axis=(0, 2)), 1)
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
    """The ways out of each compartment, stated or seen; their chances on a day [localities, ages, needs, compartments,
    ways]; how often each was seen."""
    ways = _wider(seen)
    known = seen.nights[:, :, :-1]
    believed = np.zeros((*known.shape[1:], ways.targets.shape[1]))
    believed[..., : seen.ways.targets.shape[1]] = stated(population, seen.ways)
    shares = np.where(known.sum(axis=2, keepdims=True) > 0, known, need_shares(population)[None, :, :, None])
    nights = _spread(seen.nights, shares)
    daily, times = np.zeros((len(known), *believed.shape)), np.full(ways.targets.shape, np.inf)
    for n, width in enumerate(ways.widths):
        # Two ways that lead to one place are told apart by the lake in no way, so they share what was counted.
        for target in {int(to) for to in ways.targets[n, :width]}:
            same = [k for k in range(width) if ways.targets[n, k] == target]
            counted = _spread(seen.moves[..., n, target if target != DEATH else -1], nights[..., n])
            whole = believed[:, :, n, same].sum(axis=-1)
            rate = _rate(counted, nights[..., n], whole)
            shares = np.divide(
                believed[:, :, n, same], whole[..., None], out=np.full((*whole.shape, len(same)), 1 / len(same)),
                where=whole[..., None] > 0,
            )  # fmt: skip
            daily[..., n, same] = rate[..., None] * shares
            times[n, same] = counted.sum() + STATED_COUNTS
    return ways, daily / np.maximum(daily.sum(axis=-1, keepdims=True), 1.0), times


def _rate(counted: np.ndarray, nights: np.ndarray, believed: np.ndarray) -> np.ndarray:
    """[localities, ages, needs] the chance on a day: `counted` over `nights`, both [localities, ages, needs], held up
    by what is believed [ages, needs]."""
    expected = float((nights * believed).sum())
    # Where nobody believed in it, it is the same for all.
    weight = nights * (believed if expected > 0 else 1.0)
    if weight.sum() == 0:
        return np.broadcast_to(believed, counted.shape)
    stated_counts = STATED_COUNTS if expected > 0 else 0.0
    exposure = stated_counts * weight.sum() / expected if stated_counts else 0.0
    overall = (counted.sum() + stated_counts) / (weight.sum() + exposure)
    times = np.full(counted.shape, overall)
    factors = [np.ones((1, 1, 1))] * 3
    for _ in range(ROUNDS if overall else 0):
        for axis, events in enumerate((OF_LOCALITY, OF_AGE, OF_NEED)):
            others = tuple(one for one in range(3) if one != axis)
            fitted = (weight * times / factors[axis]).sum(axis=others, keepdims=True)
            factor = (counted.sum(axis=others, keepdims=True) + events) / (fitted + events)
            times, factors[axis] = times / factors[axis] * factor, factor
    # What is expected in all is what was counted in all.
    times *= overall * weight.sum() / max((times * weight).sum(), 1e-300)
    rate: np.ndarray = times * (believed if expected > 0 else 1.0)
    return rate


def _spread(found: np.ndarray, like: np.ndarray) -> np.ndarray:
    """[localities, ages, needs] of [localities, ages, needs + 1]: those of unknown need as `like`, by need, is spread
    in their locality and age."""
    shares = like / np.maximum(like.sum(axis=2, keepdims=True), 1e-300)
    spread: np.ndarray = found[:, :, :-1] + found[:, :, -1:] * shares
    return spread


def _wider(seen: Observed) -> Ways:
    """The stated ways, and after them those that were seen though nobody stated them."""
    ways = seen.ways
    counted = seen.moves.sum(axis=(0, 1, 2))
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
