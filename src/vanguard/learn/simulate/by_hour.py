"""How many at a desk in each hour of the day, by Erlang's formula from the work that the simulation brings; and the
hours of work of each day, of those who go to people, whose hour nobody can say beforehand."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from vanguard.learn.simulate.erlang import Line, waiting
from vanguard.learn.simulate.run import Outcome

WITHIN_MINUTES = 5
MOST = 1000


def by_hour(outcome: Outcome, kept: float) -> list[dict[str, Any]]:
    """For each resource that only answers (no visits, no beds): the fewest who answer a share `kept` within five
    minutes in each hour of the day, on the weekday that asks most of them; None in an hour without work. As JSON."""
    return [
        {
            "id": unit,
            "label": label,
            "within_minutes": WITHIN_MINUTES,
            "hours": [_fewest(float(one), minutes, kept) for one in work],
        }
        for unit, label, work, minutes in _desks(outcome)
    ]


def by_day(outcome: Outcome) -> list[dict[str, Any]]:
    """For each resource that goes to people: hours of work on each weekday from Monday, the way included. As JSON."""
    tally, names = outcome.tallies, outcome.service.names
    _, away = _of_resources(outcome)
    found = []
    for n, unit in enumerate(names.units):
        if not unit.bed and unit.resource in away:
            week = (tally.work_week[:, n] / np.maximum(tally.ticks, 1)).mean(axis=0)
            hours = [round(float(one), 1) for one in week.reshape(7, 24).sum(axis=1)]
            if any(hours):
                found.append({"id": unit.id, "label": names.label(unit), "hours": hours})
    return found


def _of_resources(outcome: Outcome) -> tuple[dict[str, list[int]], set[str]]:
    """The steps of each resource, and the resources that go to people or work at a bed."""
    names, travel = outcome.service.names, outcome.service.plan.travel
    steps: dict[str, list[int]] = {}
    away = set()
    for n, (_, step) in enumerate(names.steps):
        if step.by is None:
            continue
        if step.visit or step.visits or step.uses or travel[n, 0] >= 0:
            away |= set(_chain(outcome, step.by))
        steps.setdefault(step.by, []).append(n)
    return steps, away


def _chain(outcome: Outcome, head: str) -> Iterator[str]:
    """A resource and those that stand in for it."""
    following: str | None = head
    while following is not None:
        yield following
        following = outcome.service.names.file.resources[following].otherwise


def _desks(outcome: Outcome) -> Iterator[tuple[str, str, np.ndarray, float]]:
    """Id and label, how many are busy on average in each hour of the day on its worst weekday, and minutes of one
    answer."""
    tally, names = outcome.tallies, outcome.service.names
    steps, away = _of_resources(outcome)
    for n, unit in enumerate(names.units):
        mine = steps.get(unit.resource, [])
        if unit.bed or unit.answers or not mine or unit.resource in away:
            continue
        times, minutes = tally.work[:, mine, :2].sum(axis=(0, 1))
        if times:
            week = (tally.unit_week[:, n] / np.maximum(tally.ticks, 1)).mean(axis=0)
            yield unit.id, names.label(unit), week.reshape(7, 24).max(axis=0), float(minutes / times)


def _fewest(busy: float, minutes: float, kept: float) -> int | None:
    if busy <= 0:
        return None
    arrivals, length = Decimal(repr(busy * 60 / minutes)), Decimal(repr(minutes))
    for servers in range(int(busy) + 1, MOST):
        found = waiting(Line(arrivals, length, servers, Decimal(WITHIN_MINUTES)))
        if found.mean_wait is not None and found.service_level >= Decimal(repr(kept)):
            return servers
    return None
