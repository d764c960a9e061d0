"""Assumptions brought to what a running service has shown, and how near the simulation then comes to its real clocks.

Who comes and who is on shift is taken as it was counted. How long a step takes cannot be split into waiting and work
from outside, so steps are corrected by simulating: where the real step takes longer than the simulated one, the rest
is a wait that nobody had assumed; where it is shorter, the work is. Both times are those of people who finish it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.blueprint import Assumptions, Blueprint, Pathways
from vanguard.learn.simulate.comparing import time_words
from vanguard.learn.simulate.live.arriving import arriving
from vanguard.learn.simulate.live.learned import Learned, Worked
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.plan.spread import mean
from vanguard.learn.simulate.run import Outcome, replicate

ROUNDS = 6
MOST_TRIALS = 2 + ROUNDS
LEAST_STEPS = 30
"""Of a step that was finished fewer times nothing is learned."""

NEAR = 0.03
SHORTEST = 0.5
LEAST_WAIT = 0.6
Made = Callable[[Assumptions], Service]


@dataclass(frozen=True)
class Beside:
    """One promise: the real share kept (of so many), and what the simulation says as assumed and as calibrated; None
    where nobody's was settled."""

    pathway: str
    clock: str
    label: str
    settled: int
    real: float
    assumed: float | None
    calibrated: float | None


@dataclass(frozen=True)
class Took:
    """One step: how many minutes it really took those who finished it (so many), and what the simulation says as
    assumed and as calibrated; None where nobody finished it."""

    pathway: str
    step: str
    label: str
    finished: int
    real: float
    assumed: float | None
    calibrated: float | None


@dataclass(frozen=True)
class Calibrated:
    """`changed`: what to lay over the assumptions, as simulate.yaml says it; `said`: each correction in words."""

    assumed: Assumptions
    changed: Mapping[str, Any]
    said: tuple[str, ...]
    promises: tuple[Beside, ...]
    steps: tuple[Took, ...]


def calibrate(
    made: Made,
    pathways: Pathways,
    assumed: Assumptions,
    learned: Learned,
    *,
    replications: int = 4,
    seed: int = 1,
    done: Callable[[int], object] = lambda _: None,
) -> Calibrated:
    """Bring assumptions to what was learned. `made` makes a service of assumptions; `done` is called with 1 after each
    replication, of which there are at most `replications` times MOST_TRIALS."""

    def tried(assumptions: Assumptions) -> Outcome:
        return replicate(made(assumptions), replications, seed=seed, done=done)

    before = tried(assumed)
    changed: dict[str, Any] = {}
    said: list[str] = []
    for way, came in learned.came.items():
        if way in assumed.arrivals:
            found = arriving(assumed, way, came, learned.until)
            changed.setdefault("arrivals", {})[way] = found
            stated = assumed.arrivals[way].per_year or 0
            said.append(
                f"{pathways.pathways[way].label}: {found['per_year']:,.0f} referrals a year, not {stated:,.0f}."
            )
    for pool, worked in learned.worked.items():
        _staff(changed, said, pathways, assumed, pool, worked, learned)
    now = _laid(assumed, changed)
    outcome = tried(now)
    for _ in range(ROUNDS):
        if not _steps(changed, now, learned, outcome):
            break
        now = _laid(assumed, changed)
        outcome = tried(now)
    said += _step_words(changed, pathways, assumed, now)
    promises, steps = _promises(learned, before, outcome), _took(learned, pathways, before, outcome)
    return Calibrated(now, changed, tuple(said), tuple(promises), tuple(steps))


def as_it_runs(blueprint: Blueprint, changed: Mapping[str, Any]) -> Blueprint:
    """A blueprint with what was learned laid over what it assumes; its scenarios change that."""
    laid = _laid(blueprint.simulate.under(), changed)
    simulate = blueprint.simulate.model_copy(update=dict(laid))
    files = {name: simulate if one is blueprint.simulate else one for name, one in blueprint.files.items()}
    return blueprint.model_copy(update={"files": files})


def _laid(assumed: Assumptions, changed: Mapping[str, Any]) -> Assumptions:
    """The assumptions with what was changed laid over them."""
    return assumed.changed_by(Assumptions.model_validate(_tuples(changed), context={}))


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _tuples(one) for key, one in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _staff(
    changed: dict[str, Any],
    said: list[str],
    pathways: Pathways,
    assumed: Assumptions,
    pool: str,
    worked: Worked,
    learned: Learned,
) -> None:
    """Everybody of one pool in the proportion in which hours were worked to those assumed: a shift says the pool, and
    not for which of its resources."""
    held = {id: assumed.staff[id] for id, one in pathways.resources.items() if one.pool == pool and id in assumed.staff}
    hours = 0.0
    for id, staffed in held.items():
        there = staffed.calendars if staffed.number is None else {pathways.resources[id].calendar: staffed.number}
        hours += sum(n * learned.open_hours(pathways.calendars[c], worked.since) for c, n in there.items())
    if not hours or not worked.hours:
        return
    times = worked.hours / hours
    for id, staffed in held.items():
        one: dict[str, Any] = {}
        if staffed.number is not None:
            one["number"] = round(staffed.number * times, 2)
        if staffed.calendars:
            one["calendars"] = {calendar: round(number * times, 2) for calendar, number in staffed.calendars.items()}
        if staffed.skills:
            one["skills"] = {
                skill: min(round(number * times, 2), one["number"]) for skill, number in staffed.skills.items()
            }
        changed.setdefault("staff", {})[id] = one
        if f"{times:.0%}" != "100%":
            said.append(f"{pathways.resources[id].label}: {times:.0%} of the hours on shift that are assumed.")


def _steps(changed: dict[str, Any], assumed: Assumptions, learned: Learned, outcome: Outcome) -> bool:
    """Correct each step towards its real time. Returns whether any was still away from it."""
    tally, names = outcome.tallies, outcome.service.names
    finishers, _, minutes = tally.overstays.sum(axis=0).T
    entered, delayed = tally.delayed.sum(axis=0).T
    moved = False
    for n, (way, step) in enumerate(names.steps):
        times, real = learned.steps.get((way, step.id), (0, 0.0))
        if times < LEAST_STEPS or not finishers[n] or step.visits or step.uses:
            continue
        simulated = minutes[n] / finishers[n]
        if abs(simulated - real) <= max(NEAR * real, 0.5):
            continue
        held = assumed.steps.get(way, {}).get(step.id)
        wait = 60 * mean(held.wait_hours) if held else 0.0
        work = mean(held.minutes) if held else 0.0
        gap = float(real - simulated)
        found: dict[str, Any]
        if delayed[n] and (gap > 0 or wait > LEAST_WAIT):
            # Only some may have to wait: what is missing of everybody's mean is missing of theirs.
            longer = wait + gap * float(entered[n] / delayed[n])
            found = {"wait_hours": {"kind": "exponential", "mean": round(max(longer, LEAST_WAIT) / 60, 4)}}
        elif gap < 0 and work and held is not None and held.minutes is not None:
            # A step that is overrun gets shorter by more than its work does: so not too much of it at a time.
            found = {"minutes": _longer(held.minutes, max(SHORTEST, (work + gap) / work))}
        else:
            continue
        changed.setdefault("steps", {}).setdefault(way, {}).setdefault(step.id, {}).update(found)
        moved = True
    return moved


def _longer(spread: Any, times: float) -> dict[str, Any]:
    """A spread so many times as long."""
    given = spread.model_dump()
    return {name: value if name == "kind" else round(value * times, 4) for name, value in given.items()}


def _step_words(
    changed: Mapping[str, Any], pathways: Pathways, assumed: Assumptions, found: Assumptions
) -> Iterator[str]:
    for way, steps in changed.get("steps", {}).items():
        for id, one in steps.items():
            label = pathways.pathways[way].steps[id].label
            before, after = assumed.steps.get(way, {}).get(id), found.steps[way][id]
            if "wait_hours" in one:
                minutes = 60 * (mean(after.wait_hours) - mean(before and before.wait_hours))
                whose = "for those who wait " if before and before.wait_when else ""
                more = "more" if minutes >= 0 else "fewer"
                yield f"{label}: {whose}{time_words(abs(minutes))} {more} pass than assumed."
            if "minutes" in one:
                times = mean(after.minutes) / mean(before and before.minutes)
                yield f"{label}: the work takes {times:.0%} of the time that is assumed."


def _took(learned: Learned, pathways: Pathways, before: Outcome, after: Outcome) -> Iterator[Took]:
    shown = [one.tallies.overstays.sum(axis=0) for one in (before, after)]
    for n, (way, step) in enumerate(after.service.names.steps):
        times, real = learned.steps.get((way, step.id), (0, 0.0))
        if times:
            minutes = [float(each[n, 2] / each[n, 0]) if each[n, 0] else None for each in shown]
            yield Took(way, step.id, pathways.pathways[way].steps[step.id].label, times, float(real), *minutes)


def _promises(learned: Learned, before: Outcome, after: Outcome) -> list[Beside]:
    shares = [_kept(one) for one in (before, after)]
    found = []
    for n, (way, clock) in enumerate(after.service.names.clocks):
        settled, kept = learned.clocks.get((way, clock.id), (0, 0))
        if settled:
            found.append(Beside(way, clock.id, clock.label, settled, kept / settled, shares[0][n], shares[1][n]))
    return found


def _kept(outcome: Outcome) -> list[float | None]:
    """The share of settled promises that was kept, as the hub counts them: the broken that were never stopped too."""
    stopped, late = outcome.tallies.clocks.sum(axis=0)[:, :2].T
    return [float(a / (a + b)) if a + b else None for a, b in zip(stopped, late, strict=True)]
