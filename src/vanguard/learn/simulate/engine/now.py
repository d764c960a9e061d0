"""What the machine holds while it runs, and the two kinds of heap in it: what happens next, and who is served next.

Everyone has one job for the step that leads on and one for each step that may run alongside. A job waits in a queue
in the order in which promises fall due, as on the board; among equals in the order in which they came.
"""

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at
from vanguard.learn.simulate.engine.arrays import Array, Plan
from vanguard.learn.simulate.engine.chance import mixed
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.layout import Block

NOWHERE, DELAYED, FOR_BED, FOR_STAFF, AT_WORK, STAYING, FOR_OTHERS, HELD_BACK, COMING = range(9)
PERSONAL = ("pathway", "counted", "besides_open", "besides_done", "serial", "gone", "awaited", "spare")
HEAP, TURN, PEOPLE, INSIDE, WAITING, MODE, OVERFLOW, DIRTY, CAME, SPARE = range(10)


def empty(plan: Plan, seed: int, replication: int) -> dict[str, Array]:
    """The arrays of `NOW` before anything happens. `plan.people` is the room for people.

    What is of one person or job holds nothing yet: `place_for` and what follows write it before it is read.
    """
    steps, people = len(plan.pathway_of), plan.people
    jobs = people << plan.slot_bits
    queues, units = plan.units_of.shape[1], plan.capacity.shape[1]
    # Whoever's answer changes lines up once more, and the old place stays until it is reached.
    places = jobs * (1 + len(plan.change) + len(plan.pause_reason))
    events = 6 * jobs + people * (len(plan.any_end) + len(plan.change) + len(plan.pause_reason)) + 64
    queued = {name: np.empty((queues, places), np.int64) for name in ("queue_turn", "queue_job")}
    heap = {name: np.empty(events, np.int64) for name in ("heap_turn", "heap_what")}
    for_jobs = ("need", "bed_at", "joined", "entered", "away", "stays_until")
    return {
        "count": np.zeros(10, np.int64),
        "area": np.zeros(5),  # the time of the last event, then areas and sums as in `Tally.little`
        "chance": _chance(seed, replication),
        "heap_at": np.empty(events),
        **heap,
        "key": np.empty(people, np.uint64),
        "received": np.empty(people),
        **{name: np.empty(people, np.int64) for name in PERSONAL},
        "answers": np.empty((people, len(plan.cells) + 3), np.int64),
        "turns": np.empty((people, steps), np.int64),
        "running": np.empty((people, len(plan.within))),
        **{name: np.empty((people, plan.clock_pauses.shape[1])) for name in ("paused_from", "paused_to")},
        **{name: np.empty(jobs) for name in for_jobs},
        **{
            name: np.empty(jobs, np.int64)
            for name in ("step", "under", "stage", "queue", "ticket", "unit", "bed", "tries")
        },
        "queue_key": np.empty((queues, places)),
        **queued,
        **{name: np.zeros(queues, np.int64) for name in ("queued", "waiting")},
        **{name: np.zeros(units) for name in ("busy", "patterns", "on_duty")},
        **{name: np.zeros(units + 1, np.int64) for name in ("dirty", "dirty_flag")},
        "inside": np.zeros(steps, np.int64),
        "comes_at": np.empty(people),
        "comes_into": np.empty(people, np.int64),
        "comes_key": np.empty(people, np.uint64),
    }


def _chance(seed: int, replication: int) -> Array:
    """The key of a replication."""
    # Numba gives back a plain int, and would take a small one for a signed number.
    return np.array([mixed(np.uint64(mixed(np.uint64(seed), 11)), replication)], np.uint64)


@compiled
def main_of(plan: Block, person: int) -> int:
    """The job of the step that leads on; those alongside it follow."""
    return int(person << plan_at.slot_bits(plan)[0])


@compiled
def person_of(plan: Block, job: int) -> int:
    """Whose job it is."""
    return int(job >> plan_at.slot_bits(plan)[0])


@compiled
def schedule(now: Block, at: float, what: int) -> None:
    """Let something happen at an instant."""
    count, times, turns, whats = now_at.count(now), now_at.heap_at(now), now_at.heap_turn(now), now_at.heap_what(now)
    count[TURN] += 1
    i = count[HEAP]
    count[HEAP] += 1
    while i > 0:
        up = (i - 1) >> 1
        if times[up] <= at:
            break
        times[i], turns[i], whats[i] = times[up], turns[up], whats[up]
        i = up
    times[i], turns[i], whats[i] = at, count[TURN], what


@compiled
def await_of(now: Block, person: int, at: float, what: int) -> None:
    """Let something happen to someone at an instant: their place is theirs until then."""
    now_at.awaited(now)[person] += 1
    schedule(now, at, what)


@compiled
def happens(now: Block) -> int:
    """Take what happens next; of two at once what was scheduled first."""
    count, times, turns, whats = now_at.count(now), now_at.heap_at(now), now_at.heap_turn(now), now_at.heap_what(now)
    what = int(whats[0])
    count[HEAP] -= 1
    n = count[HEAP]
    at, turn, moved = times[n], turns[n], whats[n]
    i = 0
    while True:
        low = 2 * i + 1
        if low >= n:
            break
        other = low + 1
        if other < n and (times[other] < times[low] or (times[other] == times[low] and turns[other] < turns[low])):
            low = other
        if times[low] > at or (times[low] == at and turns[low] > turn):
            break
        times[i], turns[i], whats[i] = times[low], turns[low], whats[low]
        i = low
    times[i], turns[i], whats[i] = at, turn, moved
    return what


@compiled
def line_up(now: Block, queue: int, key: float, job: int) -> None:
    """Put a job into a queue."""
    now_at.count(now)[TURN] += 1
    i, turn = now_at.queued(now)[queue], now_at.count(now)[TURN]
    now_at.queued(now)[queue] += 1
    now_at.ticket(now)[job] = turn
    keys, turns, jobs = now_at.queue_key(now)[queue], now_at.queue_turn(now)[queue], now_at.queue_job(now)[queue]
    while i > 0:
        up = (i - 1) >> 1
        if keys[up] <= key:
            break
        keys[i], turns[i], jobs[i] = keys[up], turns[up], jobs[up]
        i = up
    keys[i], turns[i], jobs[i] = key, turn, job


@inlined
def leave_queue(now: Block, queue: int) -> None:
    """Take the first job out of a queue."""
    now_at.queued(now)[queue] -= 1
    n = now_at.queued(now)[queue]
    keys, turns, jobs = now_at.queue_key(now)[queue], now_at.queue_turn(now)[queue], now_at.queue_job(now)[queue]
    key, turn, job = keys[n], turns[n], jobs[n]
    i = 0
    while True:
        low = 2 * i + 1
        if low >= n:
            break
        other = low + 1
        if other < n and (keys[other] < keys[low] or (keys[other] == keys[low] and turns[other] < turns[low])):
            low = other
        if keys[low] > key or (keys[low] == key and turns[low] > turn):
            break
        keys[i], turns[i], jobs[i] = keys[low], turns[low], jobs[low]
        i = low
    keys[i], turns[i], jobs[i] = key, turn, job


@compiled
def who_is_next(now: Block, queue: int) -> int:
    """The job that stands first in a queue, -1 if none does; whoever waits there no more leaves it."""
    while now_at.queued(now)[queue] > 0:
        job = now_at.queue_job(now)[queue, 0]
        waits = now_at.stage(now)[job] == FOR_BED or now_at.stage(now)[job] == FOR_STAFF
        if waits and now_at.ticket(now)[job] == now_at.queue_turn(now)[queue, 0]:
            return int(job)
        leave_queue(now, queue)
    return -1


@compiled
def look_at(now: Block, unit: int) -> None:
    """Note that a unit may be able to serve someone."""
    if not now_at.dirty_flag(now)[unit]:
        now_at.dirty_flag(now)[unit] = True
        now_at.dirty(now)[now_at.count(now)[DIRTY]] = unit
        now_at.count(now)[DIRTY] += 1
