"""When clocks run and stand still, what puts them in force and which hours count, in the arrays of the engine."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vanguard.blueprint import Assumptions, Clock, Pathway, Question, Step
from vanguard.errors import BadInput
from vanguard.learn.simulate.plan.lists import each, padded, ranged, table
from vanguard.learn.simulate.plan.spread import row, rows

Steps = Sequence[tuple[str, Step]]
Clocks = Sequence[tuple[str, Clock]]
MOMENTS = ("entered", "began", "arrived", "finished")


def clocks_of(
    pathways: Sequence[Pathway],
    steps: Steps,
    clocks: Clocks,
    questions: Sequence[Question],
    columns: Mapping[str, int],
    assumed: Assumptions,
    open_hours: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> dict[str, Any]:
    """The parts of `Plan` that say when clocks run; steps, clocks and columns are numbered as they stand. `open_hours`:
    of each calendar when it opens or closes, and the open minutes until then."""
    ways = {way.id: n for n, way in enumerate(pathways)}
    calendars = each(clock.calendar for _, clock in clocks if clock.calendar)
    hours = [open_hours[id] for id in calendars]
    longest = max((len(at) for at, _ in hours), default=1)
    chosen = [_chosen(way, clock, steps, questions, columns) for way, clock in clocks]
    chosen_at, chosen_step = ranged(named for _, _, named in chosen)
    for_all = [question < 0 for question, _, _ in chosen]
    order = sorted(range(len(clocks)), key=lambda n: (for_all[n], clocks[n][1].within))
    promises, promise = ranged([n for n in order if clocks[n][0] == way.id] for way in pathways)
    by = [any(time.wait_hours_by for time in assumed.steps.get(way.id, {}).values()) for way in pathways]
    moments = [(way, f"{step.id}.{kind}") for way, step in steps for kind in MOMENTS]
    moments += [(way.id, "received") for way in pathways]
    starts, first = ranged(
        [n for n, (of, clock) in enumerate(clocks) if of == way and clock.start == name] for way, name in moments
    )
    stops, second = ranged(
        [n for n, (of, clock) in enumerate(clocks) if of == way and name in clock.stop] for way, name in moments
    )
    own, _ = ranged([n for n, (of, _) in enumerate(clocks) if of == way.id] for way in pathways)
    return {
        "clocks_of": own,
        "clock_pathway": np.array([ways[way] for way, _ in clocks], dtype=np.int64),
        "within": np.array([clock.within.total_seconds() / 60 for _, clock in clocks], dtype=np.float64),
        "clock_hours": np.array(
            [calendars.index(clock.calendar) if clock.calendar else -1 for _, clock in clocks], dtype=np.int64
        ),
        "chosen_by": table([(question, option) for question, option, _ in chosen], 2)[: len(chosen)],
        "chosen_at": chosen_at,
        "chosen_step": np.array(chosen_step, dtype=np.int64),
        "promises": promises * np.array(by)[:, None],
        "promise": np.array(promise, dtype=np.int64),
        "moments": np.hstack([starts, stops + len(first)]),
        "moment_clocks": np.array([*first, *second, 0]),
        "open_at": np.array([padded(at, longest, math.inf) for at, _ in hours] or [[0.0]]),
        "open_sum": np.array([padded(total, longest, math.inf) for _, total in hours] or [[0.0]]),
    }


def _chosen(
    way: str, clock: Clock, steps: Steps, questions: Sequence[Question], columns: Mapping[str, int]
) -> tuple[int, int, list[int]]:
    """What puts a clock in force, as in `flow`: the entry of a step that names it, an answer, or nothing."""
    named = [step.clock for of, step in steps if of == way and step.clock]
    if clock.id in named:
        return -1, 0, [n for n, (of, step) in enumerate(steps) if of == way and step.clock == clock.id]
    asked = {name[1:] for name in named if name.startswith("$")}
    choosing = [q for q in questions if q.id in asked and clock.id in q.of]
    if len(choosing) > 1:
        what = f"The clock {clock.id} is chosen by several questions, which cannot be simulated."
        raise BadInput(what, do="Let one question choose it.")
    if choosing:
        return columns[choosing[0].id], 1 + tuple(choosing[0].of).index(clock.id), []
    return -1, -1, []


def pauses_of(
    pathways: Sequence[Pathway], clocks: Clocks, assumed: Assumptions, reasons: Sequence[str]
) -> dict[str, Any]:
    """The parts of `Plan` that say for which reasons clocks stand still, and for whom those come up."""
    ranges, found = ranged(assumed.pauses.get(way.id, {}).items() for way in pathways)
    allowed = [[int(reason in clock.pause_for) for reason in reasons] for _, clock in clocks]
    return {
        "clock_pauses": np.array(allowed, dtype=np.int64).reshape(len(clocks), len(reasons)),
        "pauses": ranges,
        "pause_reason": np.array([reasons.index(id) for id, _ in found], dtype=np.int64),
        "pause_share": np.array([one.share for _, one in found], dtype=np.float64),
        "pause_after": rows([row(one.after_hours, 60) for _, one in found]),
        "pause_lasts": rows([row(one.lasts_hours, 60) for _, one in found]),
    }
