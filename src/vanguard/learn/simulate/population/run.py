"""Replications of a population under some changes, two threads or more side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from vanguard.blueprint import Influence
from vanguard.learn.simulate.population.effects import chances, is_open, worsening
from vanguard.learn.simulate.population.plan import MONTHS, YEAR, Model

DAYS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Years:
    """What all replications came to, the replication first.

    `begun` and `nights` [replications, years, places, localities, ages], of death only how many `begun`; `flows`
    [replications, years, 4: born, came, died, left, localities]; `most` [replications, years, places] the most at once;
    `stand` [replications, years, localities, ages, needs, places] who is there when the year ends.
    """

    model: Model
    begun: np.ndarray = field(repr=False)
    nights: np.ndarray = field(repr=False)
    flows: np.ndarray = field(repr=False)
    most: np.ndarray = field(repr=False)
    stand: np.ndarray = field(repr=False)


def replicate(
    model: Model,
    changes: Sequence[Influence],
    *,
    years: int,
    replications: int,
    seed: int = 1,
    threads: int | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> Years:
    """Let so many years pass so many times. The same seed gives the same luck in every future, whatever the number of
    threads. `done` is called with 1 after each. Raises AssertionError where people are lost: a fault of ours."""
    localities, ages, needs, _ = model.count.shape
    places = len(model.population.places)
    found = Years(
        model,
        begun=np.zeros((replications, years, places, localities, ages), np.int64),
        nights=np.zeros((replications, years, places, localities, ages), np.int64),
        flows=np.zeros((replications, years, 4, localities), np.int64),
        most=np.zeros((replications, years, places), np.int64),
        stand=np.zeros((replications, years, localities, ages, needs, places), np.int64),
    )

    def one(number: int) -> None:
        _one(found, changes, years, seed, number)
        done(1)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        list(pool.map(one, range(replications)))
    return found


def _one(found: Years, changes: Sequence[Influence], years: int, seed: int, number: int) -> None:
    # Numba takes a second to import, which nobody else of this room should wait for.
    from vanguard.learn.simulate.engine.chance import mixed
    from vanguard.learn.simulate.population.kernel import years as pass_years

    model, ways = found.model, found.model.ways
    key = np.uint64(mixed(np.uint64(mixed(np.uint64(seed), number)), 0))
    goes = np.ascontiguousarray(chances(model, changes, years, key))
    count = model.count.copy()
    localities, ages, _, compartments = count.shape
    begun = np.zeros((years, compartments + 1, localities, ages), np.int64)
    nights = np.zeros((years, compartments + 1, localities, ages), np.int64)
    worse = worsening(model, changes, years)
    pass_years(
        count,
        np.zeros_like(count),
        ways.widths,
        ways.targets,
        np.array([-1 if state < 0 else ways.number(state) for state in ways.origins]),
        ways.state_of,
        month_of_days(years),
        np.ascontiguousarray(goes.sum(axis=-1)),
        goes,
        model.ageing,
        np.repeat(worse[..., None], compartments, axis=-1),
        np.array([model.born]),
        need_of_newborn(model),
        model.coming,
        model.removed,
        is_open(changes),
        key,
        begun,
        nights,
        found.flows[number],
        found.most[number],
        found.stand[number],
        np.zeros(len(model.population.places), np.int64),
    )
    # Compartments of one place are one place to whoever asks.
    states = np.append(ways.state_of, len(model.population.places) - 1)
    for compartment, state in enumerate(states):
        found.begun[number, :, state] += begun[:, compartment]
        found.nights[number, :, state] += nights[:, compartment]
    check(found, number)


def month_of_days(years: int) -> np.ndarray:
    """The month of each day, from 0; every year has 365 days."""
    one = np.repeat(np.arange(MONTHS), DAYS_OF_MONTHS)
    assert len(one) == YEAR
    return (np.arange(years)[:, None] * MONTHS + one[None]).reshape(-1)


def need_of_newborn(model: Model) -> np.ndarray:
    """The share of each need among the youngest."""
    held = model.population.need_of_ages[next(iter(model.population.ages))]
    return np.array([held.get(id, 0.0) for id in model.population.needs])


def check(found: Years, number: int) -> None:
    """Everyone is somewhere at the end of each year, and births and arrivals less deaths and removals add up."""
    before = found.model.count.sum(axis=(1, 2, 3))
    for year, flows in enumerate(found.flows[number]):
        assert (found.stand[number, year] >= 0).all(), "fewer than nobody are somewhere"
        after = found.stand[number, year].sum(axis=(1, 2, 3))
        born, came, died, left = flows
        assert (after == before + born + came - died - left).all(), "people were lost, or came from nowhere"
        before = after
