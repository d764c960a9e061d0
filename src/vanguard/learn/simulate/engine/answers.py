"""What people answer, which rules hold then, and how clocks run: the parts of `flow` in arrays."""

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.arrays import (
    CLOSED,
    REPLACED,
    RUNNING,
    STOPPED,
)
from vanguard.learn.simulate.engine.arrays import READ as READING
from vanguard.learn.simulate.engine.chance import drawn, uniform
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.layout import Block

BINS_A_LIMIT = 40
NOT_DUE = 1e9


@compiled
def write(tally: Block, at: float, what: int, person: int, where: int, which: int, value: float) -> None:
    """Add a line to the log, where there is one."""
    line = tally_at.logged(tally)[0]
    if line < len(tally_at.log(tally)):
        row = tally_at.log(tally)[line]
        row[0], row[1], row[2], row[3], row[4], row[5] = at, what, person, where, which, value
        tally_at.logged(tally)[0] += 1


@compiled
def true_of(plan: Block, now: Block, person: int, condition: int) -> bool:
    """Whether a condition holds of what someone has answered. No condition holds always."""
    if condition < 0:
        return True
    place = plan_at.table_at(plan)[condition, 0]
    for n in range(plan_at.table_at(plan)[condition, 1], plan_at.table_at(plan)[condition, 2]):
        place += now_at.answers(now)[person, plan_at.table_by(plan)[n, 0]] * plan_at.table_by(plan)[n, 1]
    return bool(plan_at.table(plan)[place] == 1)


@compiled
def answer(plan: Block, now: Block, tally: Block, person: int, question: int, at: float, what: int, turn: int) -> None:
    """Let someone answer a question, by the shares or the spread of the first case that holds."""
    chosen = plan_at.cases(plan)[question, 0]
    while chosen < plan_at.cases(plan)[question, 1] - 1 and not true_of(
        plan, now, person, plan_at.case(plan)[chosen, 0]
    ):
        chosen += 1
    first, last, spread = plan_at.case(plan)[chosen, 1], plan_at.case(plan)[chosen, 2], plan_at.case(plan)[chosen, 3]
    purpose = 1000 + question
    code, value = 1, 0.0
    if spread >= 0:
        value = drawn(plan_at.case_spreads(plan)[spread], now_at.key(now)[person], purpose, turn)
        code = cell_of(plan, question, value)
    else:
        u = uniform(now_at.key(now)[person], purpose, turn)
        n = first
        while n < last - 1 and u >= plan_at.shares(plan)[n]:
            n += 1
        code += n - first
    give(plan, now, tally, person, question, code, value, at, what)


@compiled
def cell_of(plan: Block, number: int, value: float) -> int:
    """The cell between the bounds of a number in which a value lies."""
    code = 1
    for n in range(plan_at.cells(plan)[number, 0], plan_at.cells(plan)[number, 1]):
        if value < plan_at.bounds(plan)[n]:
            break
        code += 1 if value == plan_at.bounds(plan)[n] else 2
    return code


@compiled
def give(
    plan: Block, now: Block, tally: Block, person: int, question: int, code: int, value: float, at: float, what: int
) -> None:
    """Note an answer; the clock that another had chosen is replaced."""
    before = now_at.answers(now)[person, question]
    now_at.answers(now)[person, question] = code
    write(tally, at, what, now_at.serial(now)[person], question, code, value)
    if before != 0 and before != code:
        for clock in range(len(plan_at.within(plan))):
            if (
                plan_at.chosen_by(plan)[clock, 0] == question
                and plan_at.chosen_by(plan)[clock, 1] == before
                and not np.isnan(now_at.running(now)[person, clock])
            ):
                settle(plan, now, tally, person, clock, at, REPLACED)


@compiled
def is_chosen(plan: Block, now: Block, person: int, clock: int) -> bool:
    """Whether a clock is in force for someone: always, by an answer, or since a step was entered."""
    question, option = plan_at.chosen_by(plan)[clock, 0], plan_at.chosen_by(plan)[clock, 1]
    if question >= 0:
        return bool(now_at.answers(now)[person, question] == option)
    if option < 0:
        return True
    for n in range(plan_at.chosen_at(plan)[clock, 0], plan_at.chosen_at(plan)[clock, 1]):
        if now_at.turns(now)[person, plan_at.chosen_step(plan)[n]] > 0:
            return True
    return False


@compiled
def promised(plan: Block, now: Block, person: int) -> int:
    """Which promise runs to someone: 1 + its clock, or 0."""
    way = now_at.pathway(now)[person]
    for n in range(plan_at.promises(plan)[way, 0], plan_at.promises(plan)[way, 1]):
        clock = plan_at.promise(plan)[n]
        if not np.isnan(now_at.running(now)[person, clock]) and is_chosen(plan, now, person, clock):
            return int(1 + clock)
    return 0


@compiled
def counted_until(plan: Block, hours: int, at: float) -> float:
    """How many of the minutes until an instant count: those in which the hours are open, or all."""
    if hours < 0:
        return at
    i = np.searchsorted(plan_at.open_at(plan)[hours], at, side="right") - 1
    if i < 0:
        return 0.0
    if (
        i + 1 < plan_at.open_at(plan).shape[1]
        and plan_at.open_sum(plan)[hours, i + 1] == plan_at.open_sum(plan)[hours, i]
    ):
        return float(plan_at.open_sum(plan)[hours, i])
    return float(plan_at.open_sum(plan)[hours, i] + at - plan_at.open_at(plan)[hours, i])


@inlined
def stood_still(plan: Block, now: Block, person: int, clock: int, start: float, at: float) -> float:
    """How many minutes that count a clock has stood still from its start on; each once, also for several reasons."""
    if len(plan_at.pause_reason(plan)) == 0:
        return 0.0
    return stood_still_for(plan, now, person, clock, start, at)


@compiled
def stood_still_for(plan: Block, now: Block, person: int, clock: int, start: float, at: float) -> float:
    """The same where there are reasons for which clocks stand still."""
    hours, reasons = plan_at.clock_hours(plan)[clock], plan_at.clock_pauses(plan).shape[1]
    total, seen = 0.0, start
    while True:
        first, last = np.inf, np.inf
        for reason in range(reasons):
            if plan_at.clock_pauses(plan)[clock, reason] == 1:
                begun = max(now_at.paused_from(now)[person, reason], seen)
                over = min(now_at.paused_to(now)[person, reason], at)
                if begun < over and begun < first:
                    first, last = begun, over
        if first == np.inf:
            return total
        total += counted_until(plan, hours, last) - counted_until(plan, hours, first)
        seen = last


@inlined
def due_at(plan: Block, clock: int, start: float, still: float) -> float:
    """When a clock that started then, and has stood still for so long, reaches its limit."""
    hours = plan_at.clock_hours(plan)[clock]
    if hours < 0:
        return float(start + still + plan_at.within(plan)[clock])
    wanted = counted_until(plan, hours, start) + still + plan_at.within(plan)[clock]
    i = np.searchsorted(plan_at.open_sum(plan)[hours], wanted, side="left") - 1
    return float(plan_at.open_at(plan)[hours, i] + wanted - plan_at.open_sum(plan)[hours, i])


@inlined
def first_due(plan: Block, now: Block, person: int, at: float) -> float:
    """When the first of someone's promises falls due: the order of the board. Without any, after all that have."""
    first, way = np.inf, now_at.pathway(now)[person]
    for clock in range(plan_at.clocks_of(plan)[way, 0], plan_at.clocks_of(plan)[way, 1]):
        start = now_at.running(now)[person, clock]
        if not np.isnan(start) and is_chosen(plan, now, person, clock):
            due = due_at(plan, clock, start, stood_still(plan, now, person, clock, start, at))
            first = due if due < first else first
    return first if first < np.inf else NOT_DUE + at


@inlined
def moment(plan: Block, now: Block, tally: Block, person: int, which: int, at: float) -> None:
    """Let the clocks know that something has happened."""
    for n in range(plan_at.moments(plan)[which, 2], plan_at.moments(plan)[which, 3]):
        clock = plan_at.moment_clocks(plan)[n]
        if not np.isnan(now_at.running(now)[person, clock]):
            settle(plan, now, tally, person, clock, at, STOPPED)
            now_at.running(now)[person, clock] = np.nan
    for n in range(plan_at.moments(plan)[which, 0], plan_at.moments(plan)[which, 1]):
        clock = plan_at.moment_clocks(plan)[n]
        if np.isnan(now_at.running(now)[person, clock]):
            now_at.running(now)[person, clock] = at


@compiled
def settle(plan: Block, now: Block, tally: Block, person: int, clock: int, at: float, status: int) -> None:
    """Write down how a run of a clock came out, if it is in force (a replaced one was)."""
    if status != REPLACED and not is_chosen(plan, now, person, clock):
        return
    hours = plan_at.clock_hours(plan)[clock]
    start = now_at.running(now)[person, clock]
    elapsed = counted_until(plan, hours, at) - counted_until(plan, hours, start)
    elapsed -= stood_still(plan, now, person, clock, start, at)
    write(tally, at, READING, now_at.serial(now)[person], clock, status, elapsed)
    if not now_at.counted(now)[person]:
        return
    late = elapsed > plan_at.within(plan)[clock]
    if status == REPLACED:
        tally_at.clocks(tally)[clock, 2] += 1
    elif late:
        tally_at.clocks(tally)[clock, 1] += 1
    elif status == STOPPED:
        tally_at.clocks(tally)[clock, 0] += 1
    elif status == CLOSED:
        tally_at.clocks(tally)[clock, 3] += 1
    else:
        tally_at.clocks(tally)[clock, 4] += 1
    if status == STOPPED:
        tally_at.clocks(tally)[clock, 5] += elapsed
        most = tally_at.elapsed(tally).shape[1] - 1
        tally_at.elapsed(tally)[clock, min(most, int(elapsed / plan_at.within(plan)[clock] * BINS_A_LIMIT))] += 1
    if status == STOPPED or (late and status != REPLACED):
        hour = plan_at.hour_of_week(plan)[hour_of(now_at.received(now)[person])]
        tally_at.clock_week(tally)[clock, hour, 0] += 1
        tally_at.clock_week(tally)[clock, hour, 1] += 0 if late else 1


@compiled
def hour_of(at: float) -> int:
    """Which hour of the run an instant lies in. A processor divides far sooner than it finds a remainder."""
    hour = int(at / 60)
    return hour - 1 if 60.0 * hour > at else hour


@inlined
def settle_all(plan: Block, now: Block, tally: Block, person: int, at: float, running: bool) -> None:
    """Write down how every clock came out that still ran when someone's episode, or the run, was over."""
    way = now_at.pathway(now)[person]
    for clock in range(plan_at.clocks_of(plan)[way, 0], plan_at.clocks_of(plan)[way, 1]):
        if not np.isnan(now_at.running(now)[person, clock]):
            settle(plan, now, tally, person, clock, at, RUNNING if running else CLOSED)
            now_at.running(now)[person, clock] = np.nan
