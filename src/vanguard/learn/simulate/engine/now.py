"""What the machine holds while it runs, and the two kinds of heap in it: what happens next, and who is served next.

Everyone has one job for the step that leads on and one for each step that may run alongside. A job waits in a queue
in the order in which promises fall due, as on the board; among equals in the order in which they came.
"""

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at
from vanguard.learn.simulate.engine.arrays import Array, Plan
from vanguard.learn.simulate.engine.chance import mixed
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.layout import NOW, Block, records

NOWHERE, DELAYED, FOR_BED, FOR_STAFF, AT_WORK, STAYING, FOR_OTHERS, HELD_BACK, COMING = range(9)
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
    for_units, for_queues = records(NOW, "units", units), records(NOW, "queues", queues)
    for_units.fill(0)
    for_queues.fill(0)
    return {
        "count": np.zeros(10, np.int64),
        "area": np.zeros(5),  # the time of the last event, then areas and sums as in `Tally.little`
        "chance": _chance(seed, replication),
        "heap": records(NOW, "heap", events),
        "people": records(NOW, "people", people),
        "spare": np.empty(people, np.int64),
        "answers": np.empty((people, len(plan.cells) - 1 + len(plan.columns)), np.int64),
        "turns": np.empty((people, steps), np.int64),
        "running": np.empty((people, len(plan.within))),
        **{name: np.empty((people, plan.clock_pauses.shape[1])) for name in ("paused_from", "paused_to")},
        "jobs": records(NOW, "jobs", jobs),
        "lines": records(NOW, "lines", queues, places),
        "queues": for_queues,
        "units": for_units,
        "dirty": np.zeros(units + 1, np.int64),
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
    i, low = 0, 1
    while low < n:
        # No `and` and no `if`: which is sooner is chance, and a processor that guesses wrong loses more than it reads.
        other = low + int(low + 1 < n)
        low += int((times[other] < times[low]) | ((times[other] == times[low]) & (turns[other] < turns[low])))
        times[i], turns[i], whats[i] = times[low], turns[low], whats[low]
        i, low = low, 2 * low + 1
    at, turn, moved = times[n], turns[n], whats[n]
    while i > 0:
        up = (i - 1) >> 1
        if times[up] < at or (times[up] == at and turns[up] < turn):
            break
        times[i], turns[i], whats[i] = times[up], turns[up], whats[up]
        i = up
    times[i], turns[i], whats[i] = at, turn, moved
    return what


@compiled
def line_up(now: Block, queue: int, key: float, job: int) -> None:
    """Put a job into a queue."""
    now_at.count(now)[TURN] += 1
    i, turn = now_at.queued(now)[queue], now_at.count(now)[TURN]
    now_at.queued(now)[queue] += 1
    now_at.ticket(now)[job] = turn
    keys, turns, jobs = now_at.queue_key(now), now_at.queue_turn(now), now_at.queue_job(now)
    while i > 0:
        up = (i - 1) >> 1
        if keys[queue, up] <= key:
            break
        keys[queue, i], turns[queue, i], jobs[queue, i] = keys[queue, up], turns[queue, up], jobs[queue, up]
        i = up
    keys[queue, i], turns[queue, i], jobs[queue, i] = key, turn, job


@inlined
def leave_queue(now: Block, queue: int) -> None:
    """Take the first job out of a queue."""
    now_at.queued(now)[queue] -= 1
    n = now_at.queued(now)[queue]
    keys, turns, jobs = now_at.queue_key(now), now_at.queue_turn(now), now_at.queue_job(now)
    i, low = 0, 1
    while low < n:
        other = low + int(low + 1 < n)
        sooner = keys[queue, other] < keys[queue, low]
        low += int(sooner | ((keys[queue, other] == keys[queue, low]) & (turns[queue, other] < turns[queue, low])))
        keys[queue, i], turns[queue, i], jobs[queue, i] = keys[queue, low], turns[queue, low], jobs[queue, low]
        i, low = low, 2 * low + 1
    key, turn, job = keys[queue, n], turns[queue, n], jobs[queue, n]
    while i > 0:
        up = (i - 1) >> 1
        if keys[queue, up] < key or (keys[queue, up] == key and turns[queue, up] < turn):
            break
        keys[queue, i], turns[queue, i], jobs[queue, i] = keys[queue, up], turns[queue, up], jobs[queue, up]
        i = up
    keys[queue, i], turns[queue, i], jobs[queue, i] = key, turn, job


@inlined
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
