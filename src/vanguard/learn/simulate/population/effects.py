"""What changes do to the chances of a day, month by month."""

from collections.abc import Iterable, Sequence

import numpy as np

from vanguard.blueprint import BACK, Influence, Move, Population
from vanguard.learn.simulate.plan.spread import row
from vanguard.learn.simulate.population.plan import MONTHS, Model

SURE, EFFECT = 1000, 5000
"""What numbers of chance are drawn for: how sure a way is, how great an effect is."""


def is_open(changes: Iterable[Influence]) -> bool:
    """Whether people are born, age and move under these changes."""
    return any(change.kind == "people" for change in changes)


def chances(model: Model, changes: Sequence[Influence], years: int, key: np.uint64) -> np.ndarray:
    """[months, localities, ages, needs, compartments, ways] the chance of each way on a day, in one replication.

    How great each effect is, and how far a rate that was counted is from the true one, is drawn from `key`: the same in
    every future of a replication.
    """
    months = years * MONTHS
    found = np.repeat((model.daily * _sureness(model, key))[None], months, axis=0)
    numbers = {id: n for n, id in enumerate(model.population.changes)}
    for change in changes:
        if change.kind in ("moves", "stays"):
            drawn = _drawn(change.times, key, EFFECT + numbers[change.id])
            factor = 1 + (drawn - 1) * _phase(change, model.population.first_year, months)
            touched = _whom(model.population, change)
            if change.kind == "moves":
                for move in change.moves:
                    _scale_move(model, found, move, touched, factor)
            else:
                _scale_stay(model, found, change.at, touched, factor)
    # An effect cannot make more people leave on a day than there are.
    total = found.sum(axis=-1, keepdims=True)
    whole: np.ndarray = found / np.maximum(total, 1.0)
    return whole


def worsening(model: Model, changes: Iterable[Influence], years: int) -> np.ndarray:
    """[months, ages, needs] the chance in a month of coming to the next need."""
    year = np.arange(years * MONTHS) // MONTHS
    factor = np.ones(years * MONTHS)
    for change in changes:
        if change.kind == "need":
            factor = factor * (1 + (change.yearly or 0.0)) ** year
    return np.minimum(model.worse[None] * factor[:, None, None], 1.0)


def _sureness(model: Model, key: np.uint64) -> np.ndarray:
    """[compartments, ways] a factor about 1: what was seen k times has a rate that is gamma of shape k."""
    from vanguard.learn.simulate.engine.chance import gamma

    found = np.ones(model.seen.shape)
    for n, k in zip(*np.nonzero(np.isfinite(model.seen) & (model.seen > 0)), strict=True):
        shape = float(model.seen[n, k])
        found[n, k] = gamma(shape, key, SURE, int(n) * model.seen.shape[1] + int(k)) / shape
    return found


def _drawn(spread: object, key: np.uint64, purpose: int) -> float:
    from vanguard.learn.simulate.engine.chance import drawn

    return float(drawn(np.array(row(spread)), key, purpose, 0))


def _phase(change: Influence, first_year: int, months: int) -> np.ndarray:
    """[months] how much of the whole effect there is: 0 before it begins, growing evenly to 1."""
    since = np.arange(months) - ((change.from_year or first_year) - first_year) * MONTHS
    grows = (change.over_years or 0.0) * MONTHS
    return np.where(since < 0, 0.0, np.minimum((since + 1) / grows, 1.0) if grows else 1.0)


def _whom(population: Population, change: Influence) -> np.ndarray:
    """[ages, needs] whether a change is for these people."""
    ages = np.array([not change.ages or id in change.ages for id in population.ages])
    needs = np.array([not change.needs or id in change.needs for id in population.needs])
    whom: np.ndarray = ages[:, None] & needs[None, :]
    return whom


def _scale_move(model: Model, found: np.ndarray, move: Move, whom: np.ndarray, factor: np.ndarray) -> None:
    """Make one move so many times as frequent. Where it is an end of a stay the other ends take up the rest, so that
    the stay is as long as before."""
    places = list(model.population.places)
    state, ways = places.index(move.origin), model.ways
    place = model.population.places[places[state]]
    named = [*place.moves, *(place.then or ())]
    times = np.where(whom[None, None], factor[:, None, None, None], 1.0)
    for n in np.flatnonzero(ways.state_of == state):
        for k in range(ways.widths[n]):
            if k >= len(named) or named[k] != move.to or named[k] == BACK:
                continue
            before = found[..., n, k].copy()
            if not ways.is_end[n, k]:
                found[..., n, k] = before * times
                continue
            ends = ways.is_end[n] & (np.arange(len(ways.is_end[n])) != k)
            others = found[..., n, :][..., ends].sum(axis=-1)
            after = np.minimum(before * times, before + others)
            left = np.divide(before + others - after, others, out=np.ones_like(others), where=others > 0)
            found[..., n, k] = np.where(others > 0, after, before)
            found[..., n, ends] *= left[..., None]


def _scale_stay(model: Model, found: np.ndarray, at: Sequence[str], whom: np.ndarray, factor: np.ndarray) -> None:
    """Make stays so many times as long."""
    places = list(model.population.places)
    times = np.where(whom[None, None], factor[:, None, None, None], 1.0)
    for id in at:
        for n in np.flatnonzero(model.ways.state_of == places.index(id)):
            ends = model.ways.is_end[n]
            found[..., n, ends] /= np.maximum(times, 1e-9)[..., None]
