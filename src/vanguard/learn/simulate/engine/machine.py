"""One run of a service from its plan: who comes, what happens next, until the end."""

import math

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.answers import settle_all
from vanguard.learn.simulate.engine.arrays import STANDS_STILL
from vanguard.learn.simulate.engine.chance import mixed, uniform
from vanguard.learn.simulate.engine.coming import HOUR, receive
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.later import change, cut_short, give_up, pause, resume
from vanguard.learn.simulate.engine.layout import Block
from vanguard.learn.simulate.engine.leaving import complete, done, lapse, pauses_over
from vanguard.learn.simulate.engine.now import (
    DELAYED,
    DIRTY,
    FOR_BED,
    FOR_STAFF,
    HEAP,
    INSIDE,
    MODE,
    NOWHERE,
    OVERFLOW,
    PEOPLE,
    SPARE,
    WAITING,
    happens,
    look_at,
    main_of,
    person_of,
    who_is_next,
)
from vanguard.learn.simulate.engine.serving import DAY, arrive, lie_down, serve, start_phase
from vanguard.learn.simulate.engine.steps import (
    AGAIN,
    ARRIVES,
    BED_FREE,
    CHANGES,
    CUT_SHORT,
    DONE,
    FREE,
    GIVES_UP,
    LAPSES,
    NEXT_PHASE,
    OF_JOBS,
    PAUSES,
    REACHES,
    READY,
    WHOLE,
    ready,
)

SHIFT = 6
HALF = 30.0
MOST_AT_ONCE = 1_000_000


@compiled
def run(plan: Block, now: Block, tally: Block, comes: int) -> None:
    """Run the service once, for so many who come by themselves, and add what it comes to to the tally."""
    comes_at, comes_into, comes_key = now_at.comes_at(now), now_at.comes_into(now), now_at.comes_key(now)
    arrival = change = tick = at_once = 0
    tick_at = HALF
    nothing = math.inf
    arrival_at = comes_at[0] if comes > 0 else nothing
    change_at = plan_at.mode_at(plan)[0]
    known_at = first_of(change_at, arrival_at, tick_at)
    while True:
        next_at = now_at.heap_at(now)[0] if now_at.count(now)[HEAP] > 0 else nothing
        at = next_at if next_at < known_at else known_at
        if at >= plan_at.until(plan)[0]:
            break
        passed = at - now_at.area(now)[0]
        now_at.area(now)[0] = at
        now_at.area(now)[1] += now_at.count(now)[INSIDE] * passed
        now_at.area(now)[3] += now_at.count(now)[WAITING] * passed
        at_once = at_once + 1 if passed == 0 else 0
        if at_once == MOST_AT_ONCE:
            tally_at.everything(tally)[5] = STANDS_STILL
            return
        if change_at == at:
            shift(plan, now, tally, change, at)
            change += 1
            change_at = plan_at.mode_at(plan)[change] if change < len(plan_at.mode_at(plan)) else nothing
            known_at = first_of(change_at, arrival_at, tick_at)
        elif next_at == at:
            go_on(plan, now, tally, happens(now), at)
        elif arrival_at == at:
            receive(plan, now, tally, comes_into[arrival], comes_key[arrival], at)
            arrival += 1
            arrival_at = comes_at[arrival] if arrival < comes else nothing
            known_at = first_of(change_at, arrival_at, tick_at)
        else:
            look(plan, now, tally, tick, at)
            tick += 1
            tick_at += HOUR
            known_at = first_of(change_at, arrival_at, tick_at)
        while now_at.count(now)[DIRTY] > 0:
            now_at.count(now)[DIRTY] -= 1
            unit = now_at.dirty(now)[now_at.count(now)[DIRTY]]
            now_at.dirty_flag(now)[unit] = False
            serve(plan, now, tally, unit, at)
    close(plan, now, tally)


@inlined
def first_of(change_at: float, arrival_at: float, tick_at: float) -> float:
    """When something comes next that nobody who is there has a part in."""
    first = arrival_at if arrival_at < change_at else change_at
    return tick_at if tick_at < first else first


@inlined
def go_on(plan: Block, now: Block, tally: Block, what: int, at: float) -> None:
    """What was scheduled happens."""
    kind, which, who = what & 15, (what >> 4) & 65535, what >> 20
    if kind in (FREE, BED_FREE):  # somebody is back, or a bed is clean
        now_at.busy(now)[which] -= who / WHOLE
        look_at(now, which)
        return
    person = person_of(plan, who) if kind < OF_JOBS else who
    now_at.awaited(now)[person] -= 1
    if kind >= OF_JOBS or now_at.stage(now)[who] != NOWHERE:  # they may have left in the meantime
        go_on_with(plan, now, tally, kind, which, who, at)
    if now_at.gone(now)[person] == 1 and now_at.awaited(now)[person] == 0:
        now_at.gone(now)[person] = 2
        now_at.spare(now)[now_at.count(now)[SPARE]] = person
        now_at.count(now)[SPARE] += 1


@inlined
def go_on_with(plan: Block, now: Block, tally: Block, kind: int, which: int, who: int, at: float) -> None:
    """What was scheduled for someone happens."""
    if kind == DONE:
        done(plan, now, tally, who, at)
    elif kind == ARRIVES:
        arrive(plan, now, tally, who, at)
    elif kind == READY:
        if now_at.stage(now)[who] == DELAYED:
            ready(plan, now, who, at)
    elif kind == NEXT_PHASE:
        start_phase(plan, now, tally, who, which, at)
    elif kind == REACHES:
        lie_down(plan, now, who, at)
    elif kind == LAPSES:
        lapse(plan, now, tally, who, at)
    elif kind < OF_JOBS:
        complete(plan, now, tally, who, at)
    elif kind == GIVES_UP:
        give_up(plan, now, tally, who, at)
    elif kind == AGAIN:
        tally_at.everything(tally)[4] += 1
        receive(plan, now, tally, now_at.pathway(now)[who], mixed(now_at.key(now)[who], 99), at)
    elif kind == CUT_SHORT:
        cut_short(plan, now, tally, who, which, at)
    elif kind == CHANGES:
        change(plan, now, tally, who, which, at)
    elif kind == PAUSES:
        pause(plan, now, tally, who, which, at)
    else:
        resume(plan, now, tally, who, which, at)


@compiled
def shift(plan: Block, now: Block, tally: Block, change: int, at: float) -> None:
    """Calendars open and close. A fraction of a person is there in so many of the shifts."""
    now_at.count(now)[MODE] = plan_at.mode_of(plan)[change]
    until = plan_at.mode_at(plan)[change + 1] if change + 1 < len(plan_at.mode_at(plan)) else plan_at.until(plan)[0]
    counted = max(0.0, min(until, plan_at.window(plan)[1]) - max(at, plan_at.window(plan)[0]))
    for unit in range(plan_at.capacity(plan).shape[1]):
        number = plan_at.capacity(plan)[plan_at.mode_of(plan)[change], unit]
        whole = math.floor(number)
        if number > whole and uniform(mixed(now_at.chance(now)[0], SHIFT), unit, change) < number - whole:
            whole += 1
        now_at.on_duty(now)[unit] = whole
        tally_at.unit_work(tally)[unit, 1] += whole * counted
        look_at(now, unit)


@compiled
def look(plan: Block, now: Block, tally: Block, tick: int, at: float) -> None:
    """Look around, once an hour."""
    for queue in range(len(now_at.waiting(now))):
        if now_at.waiting(now)[queue] > 0 and tally_at.day_passed(tally)[queue] == math.inf:
            job = who_is_next(now, queue)
            if job >= 0 and at - now_at.joined(now)[job] > DAY:
                tally_at.day_passed(tally)[queue] = at
    if not plan_at.window(plan)[0] <= at < plan_at.window(plan)[1]:
        return
    hour = plan_at.hour_of_week(plan)[tick]
    tally_at.ticks(tally)[hour] += 1
    for unit in range(len(now_at.busy(now))):
        busy, patterns = now_at.busy(now)[unit], now_at.patterns(now)[unit]
        tally_at.unit_week(tally)[unit, hour] += min(busy, now_at.on_duty(now)[unit])
        # What a pattern keeps busy is told for the hours in which its staff work; all else goes on after them.
        is_open = plan_at.capacity(plan)[now_at.count(now)[MODE], unit] > 0
        tally_at.work_week(tally)[unit, hour] += busy if is_open else busy - patterns
        if now_at.on_duty(now)[unit] > 0:
            tally_at.full(tally)[unit, 0] += 1
            tally_at.full(tally)[unit, 1] += 1 if now_at.busy(now)[unit] > now_at.on_duty(now)[unit] - 0.5 else 0
    for queue in range(len(now_at.waiting(now))):
        tally_at.queue_week(tally)[queue, hour] += now_at.waiting(now)[queue]
    for step in range(len(now_at.inside(now))):
        tally_at.inside_week(tally)[step, hour] += now_at.inside(now)[step]


@compiled
def close(plan: Block, now: Block, tally: Block) -> None:
    """The run is over: what still goes on, and the two sides of Little's law."""
    passed = plan_at.until(plan)[0] - now_at.area(now)[0]
    now_at.area(now)[1] += now_at.count(now)[INSIDE] * passed
    now_at.area(now)[3] += now_at.count(now)[WAITING] * passed
    for person in range(now_at.count(now)[PEOPLE]):
        present = False
        for job in range(main_of(plan, person), main_of(plan, person + 1)):
            if now_at.stage(now)[job] == FOR_BED or now_at.stage(now)[job] == FOR_STAFF:
                now_at.area(now)[4] += plan_at.until(plan)[0] - now_at.joined(now)[job]
            present = present or now_at.stage(now)[job] != NOWHERE
        if present:
            tally_at.everything(tally)[3] += 1
            now_at.area(now)[2] += plan_at.until(plan)[0] - now_at.received(now)[person]
            settle_all(plan, now, tally, person, plan_at.until(plan)[0], True)
            pauses_over(plan, now, tally, person, plan_at.until(plan)[0])
    tally_at.everything(tally)[5] = now_at.count(now)[OVERFLOW]
    tally_at.little(tally)[0], tally_at.little(tally)[1] = now_at.area(now)[1], now_at.area(now)[2]
    tally_at.little(tally)[2], tally_at.little(tally)[3] = now_at.area(now)[3], now_at.area(now)[4]
