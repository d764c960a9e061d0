"""How someone is helped: who is next, a bed that is found, work that begins, questions that it asks, visits."""

import math

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.answers import answer, moment, write
from vanguard.learn.simulate.engine.arrays import ANSWERED, ARRIVED, BEGAN
from vanguard.learn.simulate.engine.chance import drawn
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.layout import Block
from vanguard.learn.simulate.engine.now import (
    AT_WORK,
    COMING,
    FOR_BED,
    FOR_STAFF,
    MODE,
    WAITING,
    await_of,
    leave_queue,
    look_at,
    person_of,
    who_is_next,
)
from vanguard.learn.simulate.engine.steps import (
    ARRIVES,
    DONE,
    LAPSES,
    NEXT_PHASE,
    REACHES,
    WHOLE,
    alongside,
    coded,
    has_pattern,
    in_window,
    join,
    needed,
    way,
)

MINUTES, STAY, REACH = 2000, 4000, 11000
DAY = 1440.0
TRIES = 1000
NEARLY = 1e-9
LEAST_TIME = 0.05


@inlined
def serve(plan: Block, now: Block, tally: Block, unit: int, at: float) -> None:
    """Let a unit take up who is next, as long as somebody of it is free."""
    queues = plan_at.queues_of(plan)[now_at.count(now)[MODE], unit]
    while now_at.on_duty(now)[unit] - now_at.busy(now)[unit] > NEARLY:
        best = -1
        for n in range(len(queues)):
            queue = queues[n]
            if queue < 0:
                break
            if who_is_next(now, queue) >= 0 and (
                best < 0
                or now_at.queue_key(now)[queue, 0] < now_at.queue_key(now)[best, 0]
                or (
                    now_at.queue_key(now)[queue, 0] == now_at.queue_key(now)[best, 0]
                    and now_at.queue_turn(now)[queue, 0] < now_at.queue_turn(now)[best, 0]
                )
            ):
                best = queue
        if best < 0:
            return
        job = now_at.queue_job(now)[best, 0]
        free = now_at.on_duty(now)[unit] - now_at.busy(now)[unit]
        if now_at.need(now)[job] > free + NEARLY:
            # A pattern of visits waits for room, unless it alone is more than the team. All else is fitted in between
            # the visits of whoever has some time left, and takes as much longer.
            if has_pattern(plan, now_at.step(now)[job]):
                if now_at.busy(now)[unit] > NEARLY:
                    return
            elif free < LEAST_TIME:
                return
            else:
                now_at.need(now)[job] = math.floor(free * WHOLE) / WHOLE
        leave_queue(now, best)
        stop_waiting(now, job, at)
        now_at.busy(now)[unit] += now_at.need(now)[job]
        if at - now_at.joined(now)[job] > DAY:
            tally_at.day_passed(tally)[best] = min(tally_at.day_passed(tally)[best], at)
        if now_at.stage(now)[job] == FOR_BED:
            hold_bed(plan, now, job, unit, at)
        else:
            begin(plan, now, tally, job, unit, at)


@compiled
def stop_waiting(now: Block, job: int, at: float) -> None:
    """Nobody waits any more for this job."""
    now_at.waiting(now)[now_at.queue(now)[job]] -= 1
    now_at.count(now)[WAITING] -= 1
    now_at.area(now)[4] += at - now_at.joined(now)[job]


@compiled
def hold_bed(plan: Block, now: Block, job: int, unit: int, at: float) -> None:
    """A bed is found for someone, and held until they are in it, or for as long as it may be."""
    step = now_at.step(now)[job]
    person = person_of(plan, job)
    now_at.bed(now)[job], now_at.bed_at(now)[job] = unit, at
    if plan_at.reach_bed(plan)[step, 0] < 0:
        lie_down(plan, now, job, at)
        return
    turn = now_at.turns(now)[person, step] * TRIES + now_at.tries(now)[job]
    takes = drawn(plan_at.reach_bed(plan)[step], now_at.key(now)[person], REACH + step, turn)
    now_at.stage(now)[job] = COMING
    if takes > plan_at.hold(plan)[step]:
        await_of(now, person, at + plan_at.hold(plan)[step], coded(LAPSES, 0, job))
    else:
        await_of(now, person, at + takes, coded(REACHES, 0, job))


@compiled
def lie_down(plan: Block, now: Block, job: int, at: float) -> None:
    """Someone is in their bed; whoever comes to them there is still to be found."""
    step = now_at.step(now)[job]
    person = person_of(plan, job)
    now_at.stays_until(now)[job] = at + drawn(
        plan_at.stay(plan)[step], now_at.key(now)[person], STAY + step, now_at.turns(now)[person, step]
    )
    join(plan, now, job, plan_at.staff_queue(plan)[step], FOR_STAFF, at)


@inlined
def begin(plan: Block, now: Block, tally: Block, job: int, unit: int, at: float) -> None:
    """Somebody takes up a step."""
    person, step = person_of(plan, job), now_at.step(now)[job]
    turn = now_at.turns(now)[person, step]
    now_at.stage(now)[job], now_at.unit(now)[job] = AT_WORK, unit
    if in_window(plan, now_at.entered(now)[job]):
        waited = at - now_at.entered(now)[job]
        tally_at.waits(tally)[step, 0] += 1
        tally_at.waits(tally)[step, 1] += waited
        tally_at.waits(tally)[step, 2] += 1 if waited > 60 else 0
        tally_at.waits(tally)[step, 3] = max(tally_at.waits(tally)[step, 3], waited)
    write(tally, at, BEGAN, now_at.serial(now)[person], step, unit, 0.0)
    moment(plan, now, tally, person, 4 * step + 1, at)
    if has_pattern(plan, step):
        start_phase(plan, now, tally, job, plan_at.phases(plan)[step, 0], at)
        ask(plan, now, tally, job, plan_at.asks(plan)[step], at, ANSWERED)
        return
    now_at.away(now)[job] = way(plan, now, person, step)
    minutes = 0.0
    if plan_at.minutes(plan)[step, 0] >= 0:
        minutes = drawn(plan_at.minutes(plan)[step], now_at.key(now)[person], MINUTES + step, turn)
    if in_window(plan, at):
        tally_at.work(tally)[step, 0] += 1
        tally_at.work(tally)[step, 1] += minutes
        tally_at.work(tally)[step, 2] += now_at.away(now)[job]
        tally_at.work(tally)[step, 3] += plan_at.visit(plan)[step]
        tally_at.unit_work(tally)[unit, 0] += minutes + now_at.away(now)[job]
    there = at + now_at.away(now)[job] / 2
    if plan_at.visit(plan)[step] == 1:
        # Scheduled before the visit's end, so that it comes first where the visit takes no time.
        await_of(now, person, there, coded(ARRIVES, 0, job))
    else:
        ask(plan, now, tally, job, plan_at.asks(plan)[step], at, ANSWERED)
    await_of(now, person, there + minutes / now_at.need(now)[job], coded(DONE, 0, job))


@compiled
def arrive(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """A visit reaches the person."""
    person, step = person_of(plan, job), now_at.step(now)[job]
    write(tally, at, ARRIVED, now_at.serial(now)[person], step, 0, 0.0)
    moment(plan, now, tally, person, 4 * step + 2, at)
    ask(plan, now, tally, job, plan_at.asks(plan)[step], at, ANSWERED)


@inlined
def ask(plan: Block, now: Block, tally: Block, job: int, which: np.ndarray, at: float, what: int) -> None:
    """Have questions of a step answered, if there are any."""
    if which[1] > which[0]:
        have_answered(plan, now, tally, job, which, at, what)


@compiled
def have_answered(plan: Block, now: Block, tally: Block, job: int, which: np.ndarray, at: float, what: int) -> None:
    """Have questions of a step answered; while it goes on, that may begin what runs alongside."""
    person, step = person_of(plan, job), now_at.step(now)[job]
    for n in range(which[0], which[1]):
        answer(plan, now, tally, person, plan_at.asked(plan)[n], at, what, now_at.turns(now)[person, step])
    if what == ANSWERED:
        alongside(plan, now, tally, person, at)


@compiled
def start_phase(plan: Block, now: Block, tally: Block, job: int, phase: int, at: float) -> None:
    """A phase of a pattern of visits begins; the last ends with its last visit."""
    step, unit = now_at.step(now)[job], now_at.unit(now)[job]
    lasts, visits, apart = plan_at.phase(plan)[phase, 0], plan_at.phase(plan)[phase, 1], plan_at.phase(plan)[phase, 2]
    before, need = now_at.need(now)[job], needed(plan, now, job, phase)
    now_at.busy(now)[unit] += need - before
    now_at.patterns(now)[unit] += need - (0.0 if phase == plan_at.phases(plan)[step, 0] else before)
    now_at.need(now)[job] = need
    look_at(now, unit)
    if in_window(plan, at):
        tally_at.work(tally)[step, 0] += 1 if phase == plan_at.phases(plan)[step, 0] else 0
        tally_at.work(tally)[step, 1] += visits * plan_at.visit_minutes(plan)[step]
        tally_at.work(tally)[step, 2] += visits * now_at.away(now)[job]
        tally_at.work(tally)[step, 3] += visits
        tally_at.unit_work(tally)[unit, 0] += visits * (plan_at.visit_minutes(plan)[step] + now_at.away(now)[job])
    if phase + 1 < plan_at.phases(plan)[step, 1]:
        await_of(now, person_of(plan, job), at + lasts, coded(NEXT_PHASE, phase + 1, job))
    else:
        end = at + lasts - apart + plan_at.visit_minutes(plan)[step]
        await_of(now, person_of(plan, job), end, coded(DONE, 0, job))
