"""How someone goes from step to step, as `flow` has it, and what keeps whoever helps them."""

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.answers import first_due, moment, promised, true_of, write
from vanguard.learn.simulate.engine.arrays import ENTERED
from vanguard.learn.simulate.engine.chance import drawn
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.layout import Block
from vanguard.learn.simulate.engine.now import (
    DELAYED,
    FOR_BED,
    FOR_STAFF,
    HELD_BACK,
    MODE,
    WAITING,
    await_of,
    line_up,
    look_at,
    main_of,
    person_of,
)

# What may be scheduled, in the lowest 4 bits; above them stand 16 bits for a unit or a phase, above those who.
OF_JOBS = 8  # these happen to a job, the others to a unit or a person
READY, ARRIVES, DONE, NEXT_PHASE, STAYED, GOES_ON, REACHES, LAPSES = range(OF_JOBS)
FREE, BED_FREE, GIVES_UP, AGAIN, CUT_SHORT, CHANGES, PAUSES, RESUMES = range(OF_JOBS, 16)
TRAVEL, WAIT = 3000, 5000
WHOLE = 1 << 20  # a part of somebody as a whole number that a float holds exactly


@compiled
def coded(kind: int, which: int, who: int) -> int:
    """What is scheduled, as one number."""
    return (who << 20) | (which << 4) | kind


@compiled
def in_window(plan: Block, at: float) -> bool:
    """Whether an instant counts."""
    return bool(plan_at.window(plan)[0] <= at < plan_at.window(plan)[1])


@inlined
def enter(plan: Block, now: Block, tally: Block, job: int, step: int, at: float) -> None:
    """Let someone enter a step."""
    person = person_of(plan, job)
    now_at.step(now)[job], now_at.entered(now)[job] = step, at
    now_at.turns(now)[person, step] += 1
    now_at.tries(now)[job] = 0
    now_at.inside(now)[step] += 1
    write(tally, at, ENTERED, now_at.serial(now)[person], step, 0, 0.0)
    moment(plan, now, tally, person, 4 * step, at)
    under = promised(plan, now, person)
    now_at.under(now)[job] = under
    spread, waits = plan_at.wait(plan)[step, under], true_of(plan, now, person, plan_at.wait_when(plan)[step])
    if in_window(plan, at):
        tally_at.took(tally)[step, under, 0] += 1
        tally_at.took(tally)[step, under, 1] += 1 if waits else 0
    if spread[0] >= 0 and waits:
        now_at.stage(now)[job] = DELAYED
        after = drawn(spread, now_at.key(now)[person], WAIT + step, now_at.turns(now)[person, step])
        await_of(now, person, at + after, coded(READY, 0, job))
    else:
        ready(plan, now, job, at)


@inlined
def enter_main(plan: Block, now: Block, tally: Block, person: int, step: int, at: float) -> None:
    """Let someone enter the step that leads on, and what runs alongside it from the start."""
    now_at.besides_done(now)[person] = 0
    enter(plan, now, tally, main_of(plan, person), step, at)
    alongside(plan, now, tally, person, at)


@inlined
def alongside(plan: Block, now: Block, tally: Block, person: int, at: float) -> None:
    """Let someone enter what should now run alongside the step that leads on, each once."""
    main = main_of(plan, person)
    first, last = plan_at.beside(plan)[now_at.step(now)[main], 0], plan_at.beside(plan)[now_at.step(now)[main], 1]
    for n in range(first, last):
        bit = 1 << (n - first)
        if now_at.besides_done(now)[person] & bit == 0 and true_of(plan, now, person, plan_at.besides(plan)[n, 1]):
            now_at.besides_done(now)[person] |= bit
            now_at.besides_open(now)[person] += 1
            enter(plan, now, tally, main + 1 + n - first, plan_at.besides(plan)[n, 0], at)


@inlined
def ready(plan: Block, now: Block, job: int, at: float) -> None:
    """Nothing but a bed or somebody free is missing now."""
    step = now_at.step(now)[job]
    if plan_at.bed_queue(plan)[step, 0] >= 0:
        join(plan, now, job, plan_at.bed_queue(plan)[step], FOR_BED, at)
    elif is_outside(plan, step) and is_paused(now, person_of(plan, job)):
        now_at.stage(now)[job] = HELD_BACK
    else:
        join(plan, now, job, plan_at.staff_queue(plan)[step], FOR_STAFF, at)


@compiled
def is_outside(plan: Block, step: int) -> bool:
    """Whether somebody sets out to the person for a step."""
    return bool(plan_at.visit(plan)[step] == 1 or has_pattern(plan, step))


@compiled
def is_paused(now: Block, person: int) -> bool:
    """Whether a reason goes on for which clocks stand still."""
    for reason in range(now_at.paused_to(now).shape[1]):
        if now_at.paused_from(now)[person, reason] < np.inf and now_at.paused_to(now)[person, reason] == np.inf:
            return True
    return False


@compiled
def join(plan: Block, now: Block, job: int, which: np.ndarray, stage: int, at: float) -> None:
    """Wait in the queue that someone's answers say."""
    person = person_of(plan, job)
    queue = which[0]
    for n in (1, 3):
        if which[n] >= 0:
            queue += now_at.answers(now)[person, which[n]] * which[n + 1]
    now_at.stage(now)[job], now_at.queue(now)[job], now_at.joined(now)[job] = stage, queue, at
    now_at.need(now)[job] = 1.0
    step = now_at.step(now)[job]
    if stage == FOR_STAFF and has_pattern(plan, step):
        now_at.away(now)[job] = way(plan, now, person, step)
        now_at.need(now)[job] = needed(plan, now, job, plan_at.phases(plan)[step, 0])
    line_up(now, queue, first_due(plan, now, person, at), job)
    now_at.waiting(now)[queue] += 1
    now_at.count(now)[WAITING] += 1
    units = plan_at.units_of(plan)[now_at.count(now)[MODE], queue]
    for n in range(len(units) - 1, -1, -1):  # the last to be noted is asked first
        if units[n] >= 0:
            look_at(now, units[n])


@compiled
def way(plan: Block, now: Block, person: int, step: int) -> float:
    """The minutes there and back."""
    spread = plan_at.travel(plan)[step]
    if spread[0] < 0:
        return 0.0
    return drawn(spread, now_at.key(now)[person], TRAVEL + step, now_at.turns(now)[person, step])


@compiled
def has_pattern(plan: Block, step: int) -> bool:
    """Whether a step is a pattern of visits."""
    return bool(plan_at.phases(plan)[step, 1] > plan_at.phases(plan)[step, 0])


@compiled
def needed(plan: Block, now: Block, job: int, phase: int) -> float:
    """How many people at work the visits of a phase keep busy, while they work."""
    step = now_at.step(now)[job]
    visit = plan_at.visit_minutes(plan)[step] + now_at.away(now)[job]
    return float(visit / plan_at.phase(plan)[phase, 2] / plan_at.open_share(plan)[step])
