"""How many are needed on each shift, and how many beds, for promises to hold: the fewest, found by simulation.

All trials share their luck. From so many that nobody waits, one resource after the other is made as small as it may be,
by bisection, since fewer helpers never keep more promises. At the end no resource alone could be smaller; another order
may trade one resource for another.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vanguard.blueprint import Assumptions
from vanguard.learn.simulate.breaking import breaks_first
from vanguard.learn.simulate.by_hour import by_day, by_hour
from vanguard.learn.simulate.comparing import breaking_words
from vanguard.learn.simulate.findings import BUSY, WEEKDAYS, findings, id_of, share_of
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.run import Outcome, replicate

PLENTY = 6
"""So many times what is assumed, and so many more, is as good as any number."""

HOURS_OF_A_YEAR = 8760
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True)
class _Wanted:
    """What a trial must come to: which clocks are to be kept, and for which queues nobody may wait for over a day."""

    kept: float
    clocks: np.ndarray
    queues: np.ndarray


def staffing(
    service: Service,
    assumed: Assumptions,
    *,
    kept: float = 0.95,
    replications: int = 8,
    seed: int = 1,
    done: Callable[[int], object] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The fewest of each resource with which every promise that staff and beds can keep is kept for `kept` of people, a
    bed is free for as much of the time, and nobody works more than 95 in 100 of theirs. `done` is called with 1 after
    each resource. Once `enough` says so no further number is tried: those `not_settled` are enough, fewer may do.

    As JSON: `resources` by id (assumed, needed, used, pounds a year where a price is stated), `clocks`, those that `no
    number keeps`, and what breaks first with these numbers.
    """
    now = service.plan.capacity.max(axis=0)
    plenty = np.where(now > 0, np.ceil(now * PLENTY + PLENTY), 0.0)
    first = _run(service, plenty, replications, seed)
    wanted = _Wanted(kept, _kept(first) >= kept, np.isinf(first.tallies.day_passed).all(axis=0))
    numbers = plenty.copy()
    not_settled: list[str] = []
    for unit in range(len(numbers)):
        numbers[unit], settled = _fewest(service, numbers, unit, wanted, replications, seed, enough)
        if not settled:
            not_settled.append(service.names.units[unit].id)
        done(1)
    outcome = _run(service, numbers, replications, seed)
    found = findings(outcome)
    resources = dict(_resource(outcome, assumed, unit, now, numbers, found) for unit in range(len(numbers)))
    pounds = [one["pounds_a_year"] for one in resources.values() if one["pounds_a_year"] is not None]
    clocks = [id_of(outcome, way, clock.id) for way, clock in service.names.clocks]
    never = [clock.id for (_, clock), kept in zip(service.names.clocks, wanted.clocks, strict=True) if not kept]
    return {
        "kept": kept,
        "replications": replications,
        "days": service.stretch.days,
        "resources": resources,
        "pounds_a_year": sum(pounds) if pounds else None,
        "clocks": {id: found["clocks"][id] for id in clocks},
        "by_hour": by_hour(outcome, kept),
        "by_day": by_day(outcome),
        "no_number_keeps": [id for id, kept in zip(clocks, wanted.clocks, strict=True) if not kept],
        "not_settled": not_settled,
        "breaks_first": breaks_first(_with(service, numbers), seed=seed, apart_from=never, enough=enough),
    }


def _with(service: Service, numbers: np.ndarray) -> Service:
    """The service with other numbers; who is fewer at some hours is so in the same proportion."""
    capacity = service.plan.capacity
    now = capacity.max(axis=0)
    scaled = np.where(capacity > 0, np.maximum(np.rint(capacity / np.maximum(now, 1e-9) * numbers), 1.0), 0.0)
    return Service(service.plan._replace(capacity=np.minimum(scaled, numbers)), service.names, service.stretch)


def _run(service: Service, numbers: np.ndarray, replications: int, seed: int) -> Outcome:
    return replicate(_with(service, numbers), replications, seed=seed)


def _kept(outcome: Outcome) -> np.ndarray:
    """The share kept of each clock over all replications; 1 where nobody's ran."""
    stopped, late = outcome.tallies.clocks[:, :, :2].sum(axis=0).T
    return np.where(stopped + late > 0, share_of(stopped, stopped + late), 1.0)


def _holds(outcome: Outcome, wanted: _Wanted) -> bool:
    tally = outcome.tallies
    if (_kept(outcome)[wanted.clocks] < wanted.kept).any():
        return False
    if np.isfinite(tally.day_passed[:, wanted.queues]).any():
        return False
    beds = np.array([unit.bed for unit in outcome.service.names.units])
    full, used = tally.full.sum(axis=0), tally.unit_work.sum(axis=0)
    too_full = share_of(full[:, 1], full[:, 0])[beds] > 1 - wanted.kept
    too_busy = share_of(used[:, 0], used[:, 1])[~beds] > BUSY
    return not (too_full.any() or too_busy.any())


def _fewest(
    service: Service,
    numbers: np.ndarray,
    unit: int,
    wanted: _Wanted,
    replications: int,
    seed: int,
    enough: Callable[[], bool],
) -> tuple[float, bool]:
    """The smallest whole number of one resource with which all still holds, the others as they are; and whether there
    was time to find it."""
    holds, breaks = int(numbers[unit]), 0
    while holds - breaks > 1 and not enough():
        tried = (holds + breaks) // 2
        trial = numbers.copy()
        trial[unit] = tried
        if _holds(_run(service, trial, replications, seed), wanted):
            holds = tried
        else:
            breaks = tried
    return float(holds), holds - breaks <= 1


def _resource(
    outcome: Outcome, assumed: Assumptions, unit: int, now: np.ndarray, numbers: np.ndarray, found: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    served = outcome.service.names.units[unit]
    one = found["resources"][served.id]
    hours = outcome.tallies.unit_work[:, unit, 1].mean() / 60 / outcome.service.stretch.days * DAYS_OF_A_YEAR
    if served.bed:
        price = assumed.beds[served.resource].pence_a_day
        pence = None if price is None else price * hours / 24
    else:
        price = assumed.staff[served.resource].pence_an_hour
        pence = None if price is None else price * hours
    return served.id, {
        "label": one["label"],
        "kind": one["kind"],
        "assumed": float(now[unit]),
        "needed": float(numbers[unit]),
        "whole_time": None if served.bed else math.ceil(10 * hours / (HOURS_OF_A_YEAR * 37.5 / 168)) / 10,
        "used": one["used"]["mean"],
        "busiest_hour": one["busiest_hour"],
        "pounds_a_year": None if pence is None else round(pence / 100),
    }


def table(found: dict[str, Any]) -> str:
    """What was found, as a table in words."""
    wide = max(len(one["label"]) for one in found["resources"].values())
    lines = [f"{'':{wide}}  assumed  needed  used   pounds a year"]
    for one in found["resources"].values():
        pounds = "" if one["pounds_a_year"] is None else f"{one['pounds_a_year']:,}"
        used = f"{one['used']:.0%}" if one["used"] is not None else ""
        lines.append(f"{one['label']:{wide}}  {one['assumed']:7g}  {one['needed']:6g}  {used:>4}  {pounds:>14}")
    if found["pounds_a_year"] is not None:
        lines.append(f"Together {found['pounds_a_year']:,} pounds a year.")
    if found["not_settled"]:
        some = ", ".join(found["resources"][id]["label"] for id in found["not_settled"])
        lines.append(f"There was no time to settle these; they are enough, and fewer may do: {some}.")
    lines.append(f"With these every promise is kept for {found['kept']:.0%} or more, as far as staff and beds can:")
    for id, clock in found["clocks"].items():
        if clock["kept"]["mean"] is not None:
            never = " No number of staff and beds keeps it." if id in found["no_number_keeps"] else ""
            lines.append(f"  {clock['label']}: kept for {clock['kept']['mean']:.1%}.{never}")
    for one in found["by_hour"]:
        hours = ", ".join(f"{hour}:00 {number}" for hour, number in enumerate(one["hours"]) if number is not None)
        lines.append(
            f"{one['label']}, so that {found['kept']:.0%} are answered within {one['within_minutes']} minutes: {hours}."
        )
    for one in found["by_day"]:
        days = ", ".join(f"{day} {hours:,.0f}" for day, hours in zip(WEEKDAYS, one["hours"], strict=True))
        lines.append(f"{one['label']}, hours of work with people and on the way: {days}.")
    lines.append(breaking_words(found["breaks_first"]))
    return "\n".join(lines)
