"""A population of a blueprint as arrays: who is where at first, and how likely each move is on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vanguard.blueprint import BACK, Population

YEAR = 365
MONTHS = 12
DEATH = -1


@dataclass(frozen=True)
class Ways:
    """The compartments and where people go from each.

    A compartment is a place of care; one from which people go back to where they came from has one compartment for each
    place that people come from. `targets` [compartments, ways] are compartments or DEATH, `is_end` whether the way is
    how a stay ends, `widths` how many ways there are.
    """

    state_of: np.ndarray
    origins: np.ndarray
    targets: np.ndarray
    is_end: np.ndarray
    widths: np.ndarray

    def number(self, state: int, came_from: int = -1) -> int:
        """The compartment of a place, for people who came from another; DEATH for the place that is none."""
        found = np.flatnonzero((self.state_of == state) & ((self.origins < 0) | (self.origins == came_from)))
        return int(found[0]) if len(found) else DEATH


@dataclass(frozen=True)
class Model:
    """A population ready to run. `count` [localities, ages, needs, compartments]; `daily` [localities, ages, needs,
    compartments, ways] is the chance of each way on a day, of all localities alike where there is one for all; the rest
    is a chance in a month."""

    population: Population
    localities: Mapping[str, str]
    ways: Ways
    count: np.ndarray = field(repr=False)
    daily: np.ndarray = field(repr=False)
    seen: np.ndarray = field(repr=False)
    """[compartments, ways] how many times a way was seen, which is how sure it is; infinite where it is stated."""
    ageing: np.ndarray = field(repr=False)
    worse: np.ndarray = field(repr=False)
    born: float
    coming: np.ndarray = field(repr=False)
    """[localities, ages, needs, 2]: so many people, each with this chance of being followed by somebody new."""
    removed: np.ndarray = field(repr=False)


def ways_of(population: Population) -> Ways:
    """Every compartment of a population and its ways out."""
    places = list(population.places.values())
    number = {place.id: n for n, place in enumerate(places)}
    into: list[set[int]] = [set() for _ in places]
    for place in places:
        for to in (*place.moves, *(place.then or ())):
            if to != BACK:
                into[number[to]].add(number[place.id])
    found = [
        (n, origin)
        for n, place in enumerate(places[:-1])
        for origin in (sorted(into[n]) if BACK in (place.then or {}) else [-1])
    ]
    at = {one: n for n, one in enumerate(found)}
    only = {state: n for n, (state, origin) in enumerate(found) if origin < 0}

    def target(compartment: int, to: str) -> int:
        if to == BACK:
            return only[found[compartment][1]]
        state = number[to]
        if state == len(places) - 1:
            return DEATH
        return only[state] if state in only else at[state, found[compartment][0]]

    # Moves come first, then the ends of stays, in the order in which they are written.
    lists = [
        [
            *((target(n, to), False) for to in places[state].moves),
            *((target(n, to), True) for to in places[state].then or ()),
        ]
        for n, (state, _) in enumerate(found)
    ]
    width = max(map(len, lists))
    targets, is_end = np.full((len(found), width), DEATH), np.zeros((len(found), width), dtype=bool)
    for n, ways in enumerate(lists):
        for k, (to, end) in enumerate(ways):
            targets[n, k], is_end[n, k] = to, end
    return Ways(
        np.array([state for state, _ in found]),
        np.array([origin for _, origin in found]),
        targets,
        is_end,
        np.array([len(ways) for ways in lists]),
    )


def model_of(population: Population, people: int | None = None) -> Model:
    """The model as it is stated: everybody where they would be if nothing had changed for long."""
    ways = ways_of(population)
    daily = stated(population, ways)
    shares = (
        np.array([one.share for one in population.localities.values()])[:, None, None]
        * np.array([one.share for one in population.ages.values()])[None, :, None]
        * need_shares(population)[None]
    )
    settled = settle(ways, daily)
    count = rounded(shares[..., None] * settled[None], people or population.people)
    return Model(
        population=population,
        localities={id: one.label for id, one in population.localities.items()},
        ways=ways,
        count=count,
        daily=daily[None],
        seen=np.full(ways.targets.shape, np.inf),
        **monthly(population, count),
    )


def need_shares(population: Population) -> np.ndarray:
    """[ages, needs] the share of each need."""
    return np.array([[population.need_of_ages[a].get(n, 0.0) for n in population.needs] for a in population.ages])


def stated(population: Population, ways: Ways) -> np.ndarray:
    """[ages, needs, compartments, ways] the chance of each way on a day, as it is stated."""
    places = list(population.places.values())
    found = np.zeros((len(population.ages), len(population.needs), *ways.targets.shape))
    for n, state in enumerate(ways.state_of):
        place = places[state]
        rates = [shape(population, rate) * rate.per_year / YEAR for rate in place.moves.values()]
        ends = [share / place.stays_days for share in (place.then or {}).values()] if place.stays_days else []
        for k, chance in enumerate([*rates, *ends]):
            found[:, :, n, k] = chance
    return found


def shape(population: Population, rate: Any) -> np.ndarray:
    """[ages, needs] how many times as often something happens as its rate says."""
    ages = np.array([rate.by_age.get(id, 1.0) for id in population.ages])
    needs = np.array([rate.by_need.get(id, 1.0) for id in population.needs])
    factors: np.ndarray = ages[:, None] * needs[None, :]
    return factors


def monthly(population: Population, count: np.ndarray) -> dict[str, Any]:
    """What happens once a month: birthdays, needs, births, removals."""
    bands = list(population.ages.values())
    spans = np.diff([band.first for band in bands])
    ageing = [
        (1 / years if band.moves_on is None else band.moves_on) / MONTHS
        for band, years in zip(bands, [*spans, np.inf], strict=True)
    ]
    worse = np.zeros((len(bands), len(population.needs)))
    for n, need in enumerate(population.needs):
        if need in population.worsens:
            rate = population.worsens[need]
            worse[:, n] = (shape(population, rate) * rate.per_year / MONTHS)[:, n]
    whole = count.sum(axis=(2, 3))
    shares = need_shares(population)
    rates = np.array([population.comes_per_1000.get(id, 0.0) for id in population.ages]) / 1000 / MONTHS
    coming = np.empty((*count.shape[:3], 2))
    coming[..., 0] = whole[:, :, None]
    coming[..., 1] = (rates[:, None] * shares)[None]
    return {
        "ageing": np.array(ageing),
        "worse": worse,
        "born": population.births_per_1000 / 1000 / MONTHS,
        "coming": coming,
        "removed": np.array([population.goes_per_1000.get(id, 0.0) for id in population.ages]) / 1000 / MONTHS,
    }


def settle(ways: Ways, daily: np.ndarray) -> np.ndarray:
    """[ages, needs, compartments] the share of people in each, once nothing changes any more and the dead are
    replaced: the stationary distribution of the moves of a day."""
    ages, needs, places, _ = daily.shape
    moves = np.zeros((ages, needs, places, places))
    for n in range(places):
        for k in range(ways.widths[n]):
            to = max(int(ways.targets[n, k]), 0)
            moves[:, :, n, to] += daily[:, :, n, k]
            moves[:, :, n, n] -= daily[:, :, n, k]
    system = np.swapaxes(moves, 2, 3).copy()
    system[:, :, 0, :] = 1.0
    right = np.zeros((ages, needs, places, 1))
    right[:, :, 0] = 1.0
    shares: np.ndarray = np.maximum(np.linalg.solve(system, right)[..., 0], 0.0)
    return shares


def rounded(wanted: np.ndarray, people: int) -> np.ndarray:
    """So many people, spread in whole numbers as nearly as `wanted` has it: the largest remainders are rounded up."""
    exact = wanted / wanted.sum() * people
    whole: np.ndarray = np.floor(exact).astype(np.int64)
    short = people - int(whole.sum())
    order = np.argsort(-(exact - whole), axis=None, kind="stable")[:short]
    whole.reshape(-1)[order] += 1
    return whole
