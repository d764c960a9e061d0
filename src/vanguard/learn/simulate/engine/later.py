"""What comes to someone by itself, whatever step they are in: patience ends, an answer changes, the episode ends."""

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.answers import give, write
from vanguard.learn.simulate.engine.arrays import CHANGED, GAVE_UP, PAUSED, RESUMED
from vanguard.learn.simulate.engine.chance import drawn, uniform
from vanguard.learn.simulate.engine.compiled import compiled
from vanguard.learn.simulate.engine.layout import Block
from vanguard.learn.simulate.engine.leaving import end, gone, let_go, pause_over
from vanguard.learn.simulate.engine.now import DELAYED, FOR_BED, FOR_STAFF, HELD_BACK, NOWHERE, await_of, main_of
from vanguard.learn.simulate.engine.serving import stop_waiting
from vanguard.learn.simulate.engine.steps import (
    CHANGES,
    CUT_SHORT,
    GIVES_UP,
    PAUSES,
    RESUMES,
    alongside,
    coded,
    in_window,
    is_outside,
    is_paused,
    join,
)

PATIENCE, CUT, CHANGE, PAUSE = 5, 8000, 9000, 10000


@compiled
def foretell(plan: Block, now: Block, person: int, at: float) -> None:
    """Schedule what will come to someone who is received, if they are still there then."""
    pathway, key = now_at.pathway(now)[person], now_at.key(now)[person]
    if plan_at.patience(plan)[pathway, 0] >= 0:
        await_of(now, person, at + drawn(plan_at.patience(plan)[pathway], key, PATIENCE, 0), coded(GIVES_UP, 0, person))
    for n in range(plan_at.any_ends(plan)[pathway, 0], plan_at.any_ends(plan)[pathway, 1]):
        if uniform(key, CUT + n, 0) < plan_at.any_share(plan)[n]:
            await_of(now, person, at + drawn(plan_at.any_after(plan)[n], key, CUT + n, 1), coded(CUT_SHORT, n, person))
    for n in range(plan_at.changes(plan)[pathway, 0], plan_at.changes(plan)[pathway, 1]):
        if uniform(key, CHANGE + n, 0) < plan_at.change_share(plan)[n]:
            after = drawn(plan_at.change_after(plan)[n], key, CHANGE + n, 1)
            await_of(now, person, at + after, coded(CHANGES, n, person))
    for n in range(plan_at.pauses(plan)[pathway, 0], plan_at.pauses(plan)[pathway, 1]):
        if uniform(key, PAUSE + n, 0) < plan_at.pause_share(plan)[n]:
            after = drawn(plan_at.pause_after(plan)[n], key, PAUSE + n, 1)
            await_of(now, person, at + after, coded(PAUSES, n, person))


@compiled
def give_up(plan: Block, now: Block, tally: Block, person: int, at: float) -> None:
    """Someone has waited longer than they had patience for, if they still wait in their first step."""
    job = main_of(plan, person)
    stage = now_at.stage(now)[job]
    first = now_at.entered(now)[job] == now_at.received(now)[person]
    if not first or (stage != FOR_STAFF and stage != FOR_BED and stage != DELAYED) or now_at.bed(now)[job] >= 0:
        return
    if now_at.besides_open(now)[person] > 0:
        return
    let_go(plan, now, tally, job, at)
    write(tally, at, GAVE_UP, now_at.serial(now)[person], now_at.step(now)[job], 0, 0.0)
    tally_at.everything(tally)[2] += 1
    if in_window(plan, at):
        tally_at.gave_up(tally)[now_at.pathway(now)[person]] += 1
    gone(plan, now, tally, person, at)


@compiled
def cut_short(plan: Block, now: Block, tally: Block, person: int, n: int, at: float) -> None:
    """An end that may come at any time comes, if someone is still there."""
    main = main_of(plan, person)
    if now_at.stage(now)[main] == NOWHERE:
        return
    for job in range(main, main_of(plan, person + 1)):
        let_go(plan, now, tally, job, at)
    end(plan, now, tally, person, plan_at.any_end(plan)[n], at, 1)


@compiled
def change(plan: Block, now: Block, tally: Block, person: int, n: int, at: float) -> None:
    """An answer becomes another, if it has been given and someone is still there; who waits may wait for others now."""
    main = main_of(plan, person)
    question = plan_at.change(plan)[n, 0]
    before = now_at.answers(now)[person, question]
    if now_at.stage(now)[main] == NOWHERE or before == 0:
        return
    u = uniform(now_at.key(now)[person], CHANGE + n, 2)
    first, last = plan_at.change(plan)[n, 1], plan_at.change(plan)[n, 2]
    option = first
    while option < last - 1 and u >= plan_at.shares(plan)[option]:
        option += 1
    code = 1 + option - first
    if code == before:
        return
    give(plan, now, tally, person, question, code, 0.0, at, CHANGED)
    for job in range(main, main_of(plan, person + 1)):
        stage = now_at.stage(now)[job]
        if stage in (FOR_BED, FOR_STAFF):
            stop_waiting(now, job, at)
            step = now_at.step(now)[job]
            queue = plan_at.bed_queue(plan)[step] if stage == FOR_BED else plan_at.staff_queue(plan)[step]
            join(plan, now, job, queue, stage, at)
    alongside(plan, now, tally, person, at)


@compiled
def pause(plan: Block, now: Block, tally: Block, person: int, n: int, at: float) -> None:
    """A reason begins for which clocks stand still, if someone is still there: a visit that has not begun must wait."""
    main = main_of(plan, person)
    if now_at.stage(now)[main] == NOWHERE:
        return
    reason = plan_at.pause_reason(plan)[n]
    lasts = drawn(plan_at.pause_lasts(plan)[n], now_at.key(now)[person], PAUSE + n, 2)
    now_at.paused_from(now)[person, reason], now_at.paused_to(now)[person, reason] = at, np.inf
    write(tally, at, PAUSED, now_at.serial(now)[person], reason, 0, 0.0)
    if in_window(plan, at):
        tally_at.paused(tally)[reason, 0] += 1
    await_of(now, person, at + lasts, coded(RESUMES, n, person))
    for job in range(main, main_of(plan, person + 1)):
        waits = now_at.stage(now)[job] == FOR_STAFF and now_at.bed(now)[job] < 0
        if waits and is_outside(plan, now_at.step(now)[job]):
            stop_waiting(now, job, at)
            now_at.stage(now)[job] = HELD_BACK


@compiled
def resume(plan: Block, now: Block, tally: Block, person: int, n: int, at: float) -> None:
    """A reason is over; if no other goes on, whoever is to visit may set out."""
    main = main_of(plan, person)
    if now_at.stage(now)[main] == NOWHERE:
        return
    reason = plan_at.pause_reason(plan)[n]
    pause_over(plan, now, tally, person, reason, at)
    write(tally, at, RESUMED, now_at.serial(now)[person], reason, 0, 0.0)
    if is_paused(now, person):
        return
    for job in range(main, main_of(plan, person + 1)):
        if now_at.stage(now)[job] == HELD_BACK:
            join(plan, now, job, plan_at.staff_queue(plan)[now_at.step(now)[job]], FOR_STAFF, at)
