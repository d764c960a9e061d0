"""Replications of a service, two threads or more side by side."""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from vanguard.errors import BadInput
from vanguard.learn.simulate.engine.arrays import STANDS_STILL, Tally
from vanguard.learn.simulate.plan import Service

BINS = 40 * 8
MOST_PEOPLE = 5_000_000
MOST_BYTES = 4 * 1024**3
LEAST = 2
MANY = 1000


@dataclass(frozen=True)
class Outcome:
    """What all replications came to: each array of `Tally` with the replication as its first index."""

    service: Service
    tallies: Tally
    replications: int


def replicate(
    service: Service,
    replications: int,
    *,
    seed: int = 1,
    threads: int | None = None,
    done: Callable[[int], object] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Run a service so many times. The same seed gives the same result, whatever the number of threads.

    `done` is called with 1 after each. Once `enough` says so, no more are begun than the first two: those that were run
    count. Raises BadInput for more runs than memory should hold, and AssertionError where Little's law does not hold: a
    fault of ours.
    """
    most = int(MOST_BYTES / sum(part.nbytes for part in tally_of(service, 1)))
    if replications > most:
        what = f"What {replications:,} runs of this service come to is more than memory should hold."
        raise BadInput(what, do=f"Ask for at most {most:,}.")
    tallies = tally_of(service, replications)

    def one(number: int) -> bool:
        if number >= LEAST and enough():
            return False
        run_once(service, Tally(*(part[number] for part in tallies)), seed, number)
        done(1)
        return True

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        ran = np.array(list(pool.map(one, range(replications))))
    if not ran.all():
        tallies = Tally(*(part[ran] for part in tallies))
    return Outcome(service, tallies, int(ran.sum()))


def run_once(service: Service, tally: Tally, seed: int, replication: int) -> None:
    """One replication into a tally. People who come more often than there is room for make more room. Raises BadInput
    where there are more than can be held."""
    # Numba takes a second to import, which nobody else of this room should wait for.
    from vanguard.learn.simulate.engine.coming import coming
    from vanguard.learn.simulate.engine.layout import NOW, TALLY, block
    from vanguard.learn.simulate.engine.machine import run
    from vanguard.learn.simulate.engine.now import empty

    while True:
        plan = service.plan
        if plan.people > MOST_PEOPLE:
            what = f"About {plan.people:,} people come in one run, more than a simulation can hold."
            do = f"Assume fewer arrivals, or fewer days: at most {MOST_PEOPLE:,} in all."
            raise BadInput(what, where="simulate.yaml", do=do)
        plan_block, _plan = service.block
        tally_block, _tally = block(TALLY, tally._asdict())
        now = empty(plan, seed, replication)
        now_block, _now = block(NOW, now)
        comes = coming(plan_block, now_block)
        if len(plan.expected) > 1:  # those of one pathway come in order
            order = np.argsort(now["comes_at"][:comes], kind="stable")
            for name in ("comes_at", "comes_into", "comes_key"):
                now[name][:comes] = now[name][:comes][order]
        run(plan_block, now_block, tally_block, comes)
        if not tally.everything[5]:
            break
        if tally.everything[5] == STANDS_STILL:
            raise _round_and_round(service, now)
        service = service.with_room(2 * plan.people)
        for part in tally:
            part[...] = 0
        tally.day_passed[...] = math.inf
    check(tally)


def _round_and_round(service: Service, now: dict[str, np.ndarray]) -> BadInput:
    """What to say of a run in which no more time goes by: who is there for ever, and where."""
    from vanguard.learn.simulate.engine.now import PEOPLE

    turns = now["turns"][: now["count"][PEOPLE]]
    most = turns[turns.max(axis=1).argmax()]
    steps = [step.id for (_, step), times in zip(service.names.steps, most, strict=True) if 2 * times > most.max()]
    if most.max() < MANY:
        what = "People are referred again and again at one instant."
        do = "Let days pass before they are, or let fewer be."
    else:
        what = f"Someone goes round and round through {' and '.join(steps)}, and no time goes by."
        do = "Let one of these steps take minutes, and some answers lead out of them."
    return BadInput(what, where="simulate.yaml", do=do)


def check(tally: Tally) -> None:
    """Little's law, both sides counted apart, and that everyone who came ended once or is still there."""
    came, ended, gave_up, present = tally.everything[:4]
    assert came == ended + gave_up + present, "someone was lost, or ended twice"
    for area, stays in (tally.little[:2], tally.little[2:]):
        assert math.isclose(area, stays, rel_tol=1e-6, abs_tol=1e-3), f"Little's law: {area} is not {stays}"


def tally_of(service: Service, replications: int, *, lines: int = 0) -> Tally:
    """Empty tallies, with room for so many lines of a log in each."""
    plan = service.plan
    steps, ends, clocks = len(plan.pathway_of), len(plan.returns), len(plan.within)
    queues, units = plan.units_of.shape[1], plan.capacity.shape[1]
    shapes: dict[str, tuple[int, ...]] = {
        "everything": (6,),
        "little": (4,),
        "ends": (ends, 3),
        "gave_up": (len(plan.expected),),
        "received": (len(plan.expected),),
        "clocks": (clocks, 6),
        "clock_week": (clocks, 168, 2),
        "elapsed": (clocks, BINS + 1),
        "waits": (steps, 4),
        "took": (steps, 1 + clocks, 4),
        "overstays": (steps,),
        "lapsed": (steps,),
        "paused": (plan.clock_pauses.shape[1], 2),
        "work": (steps, 4),
        "unit_work": (units, 2),
        "unit_week": (units, 168),
        "work_week": (units, 168),
        "queue_week": (queues, 168),
        "inside_week": (steps, 168),
        "ticks": (168,),
        "full": (units, 2),
        "day_passed": (queues,),
        "log": (lines, 6),
        "logged": (1,),
    }
    made = {name: np.zeros((replications, *shape)) for name, shape in shapes.items()}
    made["day_passed"][...] = math.inf
    made["logged"] = made["logged"].astype(np.int64)
    return Tally(**made)
