"""Assumptions brought to what a running service has shown, and how near the simulation then comes to its real clocks.

Who comes and who is on shift is taken as it was counted; steps are corrected by simulating.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.blueprint import Assumptions, Blueprint, Pathways
from vanguard.learn.simulate.live.arriving import arriving
from vanguard.learn.simulate.live.correcting import FINISHED, MINUTES, corrected, really, step_words
from vanguard.learn.simulate.live.learned import Learned, Worked
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.run import Outcome, replicate

ROUNDS = 6
MOST_TRIALS = 2 + ROUNDS
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
    assumed and as calibrated; None where nobody finished it. `whose` says which of them, where waits are by promise."""

    pathway: str
    step: str
    label: str
    finished: int
    real: float
    assumed: float | None
    calibrated: float | None
    whose: str = ""


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
        return replicate(made(assumptions).by_promise(), replications, seed=seed, done=done)

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
        if not corrected(changed, now, learned, outcome):
            break
        now = _laid(assumed, changed)
        outcome = tried(now)
    said += step_words(changed, pathways, assumed, now)
    promises, steps = _promises(learned, before, outcome), _took(learned, now, before, outcome)
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


def _took(learned: Learned, assumed: Assumptions, before: Outcome, after: Outcome) -> Iterator[Took]:
    """Each step of everybody; where waits are by promise, of each promise and of everybody else too."""
    shown = [one.tallies.took.sum(axis=0) for one in (before, after)]
    names = after.service.names
    for n, (way, step) in enumerate(names.steps):
        real, held = really(learned, after, n), assumed.steps.get(way, {}).get(step.id)
        by = held.wait_hours_by if held else {}
        own = {1 + c: clock.label for c, (of, clock) in enumerate(names.clocks) if of == way and clock.id in by}
        groups = [("", list(range(len(real))))]
        if own:
            groups += [(f"where the promise is “{label}”", [row]) for row, label in own.items()]
            groups.append(("everybody else", [row for row in range(len(real)) if row not in own]))
        for whose, rows in groups:
            times, minutes = real[rows].sum(axis=0).tolist()
            if times:
                simulated = [of[n, rows].sum(axis=0)[[MINUTES, FINISHED]].tolist() for of in shown]
                assumed_mean, mean = (total / finished if finished else None for total, finished in simulated)
                yield Took(way, step.id, step.label, int(times), minutes / times, assumed_mean, mean, whose)


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
