"""One scenario of a blueprint, from its YAML to what is found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from vanguard.blueprint import Assumptions, Blueprint
from vanguard.clock import LONDON
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest
from vanguard.learn.simulate.breaking import breaks_first
from vanguard.learn.simulate.findings import findings
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.spread import mean
from vanguard.learn.simulate.plan.timetable import Stretch
from vanguard.learn.simulate.run import Outcome, replicate
from vanguard.learn.simulate.sliders import moved, within_reach

YEAR = 365
LEAST_WARM_UP = 14
AFTER = 7


@dataclass(frozen=True)
class Simulation:
    """What was run, and what was found."""

    blueprint: str
    version: str
    scenario: str | None
    outcome: Outcome
    found: dict[str, Any]
    values: Mapping[str, float] = field(default_factory=dict)
    """Sliders that do not stand where the scenario has them."""


def assumed_under(blueprint: Blueprint, scenario: str | None, values: Mapping[str, float]) -> Assumptions:
    """What is assumed under a scenario with sliders at these values. Raises BadInput for one that does not exist."""
    known = blueprint.simulate.scenarios
    if scenario is not None and scenario not in known:
        do = nearest(scenario, known, otherwise=f"There are {', '.join(known) or 'none'}.")
        raise BadInput(f"There is no scenario {scenario or 'without a name'}.", where="simulate.yaml", do=do)
    sliders = within_reach(blueprint, scenario, values)
    return moved(blueprint.simulate.under(scenario), blueprint.simulate.sliders, sliders)


def service_of(
    blueprint: Blueprint, scenario: str | None = None, days: int = YEAR, values: Mapping[str, float] | None = None
) -> Service:
    """The service of a blueprint under a scenario, from the day on which the blueprint is in force, after a warm-up as
    long as the longest way through it. Raises BadInput for a scenario or slider that does not exist."""
    return service_under(blueprint, assumed_under(blueprint, scenario, values or {}), days)


def service_under(blueprint: Blueprint, assumed: Assumptions, days: int) -> Service:
    """The service of a blueprint under assumptions."""
    first = datetime.combine(blueprint.effective.start, time(), LONDON).astimezone(UTC)
    stretch = Stretch(first, _warm_up(blueprint, assumed), days, AFTER)
    return plan_of(blueprint.pathways, assumed, blueprint.plans.visits, stretch)


def simulate(
    blueprint: Blueprint,
    scenario: str | None = None,
    *,
    replications: int = 20,
    days: int = YEAR,
    seed: int = 1,
    values: Mapping[str, float] | None = None,
    done: Callable[[int], object] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
) -> Simulation:
    """Run a scenario (None: the assumptions as they stand) so many times, with sliders at `values` where they differ.

    `done` is called with 1 after each. Once `enough` says so no further one is begun, if two have been, and what breaks
    first is looked for no further: `found` says how many there are, and how far it was looked for.
    """
    service = service_of(blueprint, scenario, days, values)
    outcome = replicate(service, replications, seed=seed, done=done, enough=enough)
    found = findings(outcome) | {"breaks_first": breaks_first(service, seed=seed, enough=enough)}
    return Simulation(blueprint.id, blueprint.version, scenario, outcome, found, dict(values or {}))


def _warm_up(blueprint: Blueprint, assumed: Assumptions) -> int:
    """Days until the service is as full as it will be: two weeks, and all patterns of visits, stays and waits of its
    longest pathway one after the other."""
    longest = 0.0
    for way in assumed.arrivals:
        days = 0.0
        for id, step in blueprint.pathways.pathways[way].steps.items():
            given = assumed.steps.get(way, {}).get(id)
            if step.visits:
                days += sum(phase.lasts.days for phase in blueprint.plans.visits[step.visits].phases)
            if given is not None:
                waits = (given.wait_hours, *given.wait_hours_by.values())
                days += (mean(given.stay_hours) + max(map(mean, waits))) / 24
        longest = max(longest, days)
    return LEAST_WARM_UP + round(longest)
