"""Steps brought to how long they really take, for each promise apart: people who are promised more wait less.

How long a step takes cannot be split into waiting and work from outside, so steps are corrected by simulating: where
the real step takes longer than the simulated one, the rest is a wait that nobody had assumed; where it is shorter, the
work is. Both times are those of people who finish it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vanguard.blueprint import Assumptions, Pathways
from vanguard.learn.simulate.comparing import time_words
from vanguard.learn.simulate.live.learned import Learned
from vanguard.learn.simulate.plan.spread import mean
from vanguard.learn.simulate.run import Outcome

LEAST_STEPS = 30
"""Of a step that was finished fewer times nothing is learned; nor of a promise, which then is as for everybody."""

NEAR = 0.03
SHORTEST = 0.5
LEAST_WAIT = 0.6
ENTERED, DELAYED, FINISHED, MINUTES = range(4)


@dataclass(frozen=True)
class _Group:
    """People who finish a step: those to whom one promise runs as they enter it, or all others (None). How many minutes
    they really take and take in the simulation; `waiting` is the part of them for whom a wait is."""

    clock: str | None
    real: float
    simulated: float
    waiting: float


def corrected(changed: dict[str, Any], assumed: Assumptions, learned: Learned, outcome: Outcome) -> bool:
    """Correct each step in `changed` towards its real times. Returns whether any was still away from them."""
    moved = False
    for n, (way, step) in enumerate(outcome.service.names.steps):
        if step.visits or step.uses:
            continue
        held = assumed.steps.get(way, {}).get(step.id)
        work = mean(held.minutes) if held else 0.0
        by = dict(held.wait_hours_by) if held else {}
        waits: dict[str | None, float] = {}
        shorter = 1.0
        for group in _groups(learned, outcome, n, by):
            gap = group.real - group.simulated
            if abs(gap) <= max(NEAR * group.real, 0.5):
                continue
            wait = 60 * mean(held and by.get(group.clock or "", held.wait_hours))
            if group.waiting and (gap > 0 or wait > LEAST_WAIT):
                # Only some may have to wait: what is missing of everybody's mean is missing of theirs.
                waits[group.clock] = max(wait + gap / group.waiting, LEAST_WAIT)
            elif gap < 0 and work:
                # A step that is overrun gets shorter by more than its work does: so not too much of it at a time.
                shorter = min(shorter, max(SHORTEST, (work + gap) / work))
        found: dict[str, Any] = {}
        if held is not None and shorter < 1:
            found["minutes"] = _longer(held.minutes, shorter)
        if waits:
            own = {clock: _wait(minutes) for clock, minutes in waits.items() if clock is not None}
            # One wait that is stated alone would be everybody's: so what is stated by promise is said again.
            if all_ := {clock: one.model_dump() for clock, one in by.items()} | own:
                found["wait_hours_by"] = all_
            if None in waits:
                found["wait_hours"] = _wait(waits[None])
        if found:
            changed.setdefault("steps", {}).setdefault(way, {}).setdefault(step.id, {}).update(found)
            moved = True
    return moved


def _groups(learned: Learned, outcome: Outcome, n: int, stated: Collection[str]) -> Iterator[_Group]:
    """The groups of a step's people of whom enough finished it; everybody is one where promises tell none apart.
    `stated` are the clocks that have waits of their own."""
    names, took = outcome.service.names, outcome.tallies.took[:, n].sum(axis=0)
    known, real = _known(outcome, n), really(learned, outcome, n)
    ids = {1 + clock: names.clocks[clock][1].id for clock in known}
    enough = [n for n in ids if real[n, 0] >= LEAST_STEPS]
    rest = [n for n in range(len(took)) if n not in enough]
    if len(enough) + (real[rest, 0].sum() >= LEAST_STEPS) < 2:
        enough = [n for n in enough if ids[n] in stated]
    rest = [n for n in range(len(took)) if n not in enough and ids.get(n) not in stated]
    for clock, rows in (*((ids[n], [n]) for n in enough), (None, rest)):
        some = real[rows].sum(axis=0)
        times, minutes = some if some[0] >= LEAST_STEPS else real.sum(axis=0)
        entered, delayed, finished, simulated = took[rows].sum(axis=0).tolist()
        if times >= LEAST_STEPS and finished:
            yield _Group(clock, float(minutes / times), simulated / finished, delayed / entered if entered else 0.0)


def really(learned: Learned, outcome: Outcome, n: int) -> np.ndarray:
    """How many really finished a step, and their minutes in all: first those to whom no promise ran as they entered it,
    then those of each clock. Of the clocks that really ran the first counts that the simulation knows to count at this
    step: others were chosen later."""
    names, known = outcome.service.names, _known(outcome, n)
    way, step = names.steps[n]
    real = np.zeros((1 + len(names.clocks), 2))
    for running, (times, minutes) in learned.steps.get((way, step.id), {}).items():
        first = next((1 + clock for clock in known if names.clocks[clock][1].id in running), 0)
        real[first] += times, times * minutes
    return real


def _known(outcome: Outcome, n: int) -> list[int]:
    """The clocks that run to somebody who enters a step, in the order in which they are asked."""
    took = outcome.tallies.took[:, n].sum(axis=0)
    return [int(clock) for clock in outcome.service.plan.promise if took[1 + clock, FINISHED]]


def _wait(minutes: float) -> dict[str, Any]:
    return {"kind": "exponential", "mean": round(minutes / 60, 4)}


def _longer(spread: Any, times: float) -> dict[str, Any]:
    """A spread so many times as long."""
    given = spread.model_dump()
    return {name: value if name == "kind" else round(value * times, 4) for name, value in given.items()}


def step_words(
    changed: Mapping[str, Any], pathways: Pathways, assumed: Assumptions, found: Assumptions
) -> Iterator[str]:
    """Each correction in words."""
    for way, steps in changed.get("steps", {}).items():
        for id, one in steps.items():
            label = pathways.pathways[way].steps[id].label
            before, after = assumed.steps.get(way, {}).get(id), found.steps[way][id]
            some = "for those who wait " if before and before.wait_when else ""
            for clock, spread in after.wait_hours_by.items():
                stated = before and before.wait_hours_by.get(clock, before.wait_hours)
                if spread != stated:
                    whose = f"where the promise is “{pathways.pathways[way].clocks[clock].label}”, {some}"
                    yield f"{label}: {whose}{_more(spread, stated)}"
            if "wait_hours" in one:
                whose = "for everybody else " if after.wait_hours_by and not some else some
                yield f"{label}: {whose}{_more(after.wait_hours, before and before.wait_hours)}"
            if "minutes" in one:
                times = mean(after.minutes) / mean(before and before.minutes)
                yield f"{label}: the work takes {times:.0%} of the time that is assumed."


def _more(after: Any, before: Any) -> str:
    minutes = 60 * (mean(after) - mean(before))
    return f"{time_words(abs(minutes))} {'more' if minutes >= 0 else 'fewer'} pass than assumed."
