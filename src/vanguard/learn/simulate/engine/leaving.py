"""How someone leaves a step, a bed, and the service."""

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.answers import moment, settle_all, true_of, write
from vanguard.learn.simulate.engine.arrays import DECIDED, ENDED, FINISHED
from vanguard.learn.simulate.engine.chance import drawn, uniform
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.layout import Block
from vanguard.learn.simulate.engine.now import (
    AT_WORK,
    COMING,
    FOR_BED,
    FOR_OTHERS,
    FOR_STAFF,
    INSIDE,
    NOWHERE,
    STAYING,
    await_of,
    look_at,
    main_of,
    person_of,
    schedule,
)
from vanguard.learn.simulate.engine.serving import ask, stop_waiting
from vanguard.learn.simulate.engine.steps import (
    AGAIN,
    BED_FREE,
    FREE,
    GOES_ON,
    STAYED,
    WHOLE,
    alongside,
    coded,
    enter_main,
    has_pattern,
    in_window,
    join,
)

AFTER, RETURN = 6000, 7000


@inlined
def done(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """The work of a step is done; whoever did it is free once back."""
    step, unit = now_at.step(now)[job], now_at.unit(now)[job]
    if now_at.away(now)[job] > 0 and not has_pattern(plan, step):
        schedule(now, at + now_at.away(now)[job] / 2, coded(FREE, unit, int(now_at.need(now)[job] * WHOLE)))
    else:
        stop_work(plan, now, job)
    if now_at.bed(now)[job] >= 0 and now_at.stays_until(now)[job] > at:
        now_at.stage(now)[job] = STAYING
        await_of(now, person_of(plan, job), now_at.stays_until(now)[job], coded(STAYED, 0, job))
    else:
        complete(plan, now, tally, job, at)


@compiled
def stop_work(plan: Block, now: Block, job: int) -> None:
    """Whoever does a step is free at once."""
    unit = now_at.unit(now)[job]
    now_at.busy(now)[unit] -= now_at.need(now)[job]
    if has_pattern(plan, now_at.step(now)[job]):
        now_at.patterns(now)[unit] -= now_at.need(now)[job]
    look_at(now, unit)


@inlined
def complete(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """Finish a step, once all that runs alongside it is finished, and go on."""
    person, step = person_of(plan, job), now_at.step(now)[job]
    main = main_of(plan, person)
    if job == main and now_at.besides_open(now)[person] > 0:
        now_at.stage(now)[job] = FOR_OTHERS
        return
    ask(plan, now, tally, job, plan_at.decides(plan)[step], at, DECIDED)
    write(tally, at, FINISHED, now_at.serial(now)[person], step, 0, 0.0)
    moment(plan, now, tally, person, 4 * step + 3, at)
    now_at.stage(now)[job] = NOWHERE
    now_at.inside(now)[step] -= 1
    leave_bed(plan, now, tally, job, at)
    if in_window(plan, at):
        took = at - now_at.entered(now)[job]
        tally_at.overstays(tally)[step] += 1 if took > plan_at.at_most(plan)[step] else 0
        tally_at.took(tally)[step, now_at.under(now)[job], 2] += 1
        tally_at.took(tally)[step, now_at.under(now)[job], 3] += took
    if job != main:
        now_at.besides_open(now)[person] -= 1
        alongside(plan, now, tally, person, at)
        if now_at.besides_open(now)[person] == 0 and now_at.stage(now)[main] == FOR_OTHERS:
            await_of(now, person, at, coded(GOES_ON, 0, main))
        return
    rule = plan_at.rules(plan)[step, 0]
    while rule < plan_at.rules(plan)[step, 1] - 1 and not true_of(plan, now, person, plan_at.rule(plan)[rule, 0]):
        rule += 1
    target = plan_at.rule(plan)[rule, 1]
    if target >= 0:
        enter_main(plan, now, tally, person, target, at)
    else:
        end(plan, now, tally, person, -1 - target, at, 0)


@compiled
def leave_bed(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """Leave the bed, if someone is in one; it is cleaned before the next."""
    unit = now_at.bed(now)[job]
    if unit < 0:
        return
    now_at.bed(now)[job] = -1
    if in_window(plan, at):
        tally_at.unit_work(tally)[unit, 0] += at - now_at.bed_at(now)[job] + plan_at.cleaning(plan)[unit]
    schedule(now, at + plan_at.cleaning(plan)[unit], coded(BED_FREE, unit, WHOLE))


@compiled
def give_back(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """A bed that was held for someone who never came is free for others at once."""
    unit = now_at.bed(now)[job]
    now_at.bed(now)[job] = -1
    now_at.busy(now)[unit] -= 1
    look_at(now, unit)
    if in_window(plan, at):
        tally_at.unit_work(tally)[unit, 0] += at - now_at.bed_at(now)[job]


@compiled
def lapse(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """A bed was held for as long as it may be: another is to be found."""
    step = now_at.step(now)[job]
    give_back(plan, now, tally, job, at)
    tally_at.lapsed(tally)[step] += 1 if in_window(plan, at) else 0
    now_at.tries(now)[job] += 1
    join(plan, now, job, plan_at.bed_queue(plan)[step], FOR_BED, at)


@compiled
def let_go(plan: Block, now: Block, tally: Block, job: int, at: float) -> None:
    """Take someone out of a step before it is finished; whoever is with them is free at once."""
    stage = now_at.stage(now)[job]
    if stage == NOWHERE:
        return
    if stage in (FOR_BED, FOR_STAFF):
        stop_waiting(now, job, at)
    elif stage == AT_WORK:
        stop_work(plan, now, job)
    elif stage == COMING:
        give_back(plan, now, tally, job, at)
    leave_bed(plan, now, tally, job, at)
    now_at.stage(now)[job] = NOWHERE
    now_at.inside(now)[now_at.step(now)[job]] -= 1


@inlined
def end(plan: Block, now: Block, tally: Block, person: int, which: int, at: float, cut_short: int) -> None:
    """Someone has come to an end of the pathway; `cut_short` is 1 where it came in the middle of a step."""
    write(tally, at, ENDED, now_at.serial(now)[person], which, cut_short, 0.0)
    tally_at.everything(tally)[1] += 1
    gone(plan, now, tally, person, at)
    took = at - now_at.received(now)[person]
    if plan_at.end_wait(plan)[which, 0] >= 0:
        took += drawn(plan_at.end_wait(plan)[which], now_at.key(now)[person], AFTER + which, 0)
    if in_window(plan, at):
        tally_at.ends(tally)[which, 0] += 1
        tally_at.ends(tally)[which, 1] += took
        tally_at.ends(tally)[which, 2] += took * took
    if plan_at.returns(plan)[which] > 0 and uniform(now_at.key(now)[person], RETURN, 0) < plan_at.returns(plan)[which]:
        after = drawn(plan_at.returns_after(plan)[which], now_at.key(now)[person], RETURN, 1)
        await_of(now, person, at + after, coded(AGAIN, 0, person))


@inlined
def gone(plan: Block, now: Block, tally: Block, person: int, at: float) -> None:
    """Someone's episode is over."""
    settle_all(plan, now, tally, person, at, False)
    pauses_over(plan, now, tally, person, at)
    now_at.gone(now)[person] = 1
    now_at.count(now)[INSIDE] -= 1
    now_at.area(now)[2] += at - now_at.received(now)[person]


@compiled
def pauses_over(plan: Block, now: Block, tally: Block, person: int, at: float) -> None:
    """No clock of someone stands still any more, since they have left or the run is over."""
    for reason in range(now_at.paused_to(now).shape[1]):
        if now_at.paused_from(now)[person, reason] < np.inf and now_at.paused_to(now)[person, reason] == np.inf:
            pause_over(plan, now, tally, person, reason, at)


@compiled
def pause_over(plan: Block, now: Block, tally: Block, person: int, reason: int, at: float) -> None:
    """A reason for which clocks stand still is over; it counts where it began in the time that does."""
    now_at.paused_to(now)[person, reason] = at
    if in_window(plan, now_at.paused_from(now)[person, reason]):
        tally_at.paused(tally)[reason, 1] += at - now_at.paused_from(now)[person, reason]
