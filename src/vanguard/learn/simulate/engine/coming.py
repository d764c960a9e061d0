"""Who comes: how many and when, with what is known of them, and the place that each is given."""

import math

import numpy as np

from vanguard.learn.simulate.engine import now_at, plan_at, tally_at
from vanguard.learn.simulate.engine.answers import cell_of, write
from vanguard.learn.simulate.engine.arrays import KINDS_OF_SEX, RECEIVED
from vanguard.learn.simulate.engine.chance import drawn, mixed, uniform
from vanguard.learn.simulate.engine.compiled import compiled, inlined
from vanguard.learn.simulate.engine.later import foretell
from vanguard.learn.simulate.engine.layout import Block
from vanguard.learn.simulate.engine.now import CAME, INSIDE, NOWHERE, OVERFLOW, PEOPLE, SPARE, main_of
from vanguard.learn.simulate.engine.steps import enter_main

GAP, ORIGIN, CHANNEL, SEX = range(1, 5)
AGE = 7
OLDEST = 120
HOUR = 60.0


@compiled
def coming(plan: Block, now: Block) -> int:
    """How many come; when each does into which pathway, with a key for their luck: Poisson streams whose rate changes,
    one after the other."""
    at, into, key = now_at.comes_at(now), now_at.comes_into(now), now_at.comes_key(now)
    comes = 0
    for pathway in range(len(plan_at.expected(plan))):
        expected = plan_at.expected(plan)[pathway]
        stream = mixed(now_at.chance(now)[0], 100 + pathway)
        level, hour, number = 0.0, 0, 0
        while True:
            level -= math.log(uniform(stream, GAP, number))
            while hour + 1 < len(expected) and expected[hour + 1] <= level:
                hour += 1
            if hour + 1 >= len(expected):
                break
            if comes == plan_at.people(plan)[0]:
                now_at.count(now)[OVERFLOW] = 1
                break
            into_hour = (level - expected[hour]) / (expected[hour + 1] - expected[hour])
            at[comes], into[comes], key[comes] = HOUR * (hour + into_hour), pathway, mixed(stream, 1000 + number)
            comes += 1
            number += 1
    return comes


@compiled
def receive(plan: Block, now: Block, tally: Block, pathway: int, key: np.uint64, at: float) -> None:
    """Someone is referred."""
    if now_at.count(now)[CAME] == plan_at.people(plan)[0]:
        now_at.count(now)[OVERFLOW] = 1
        return
    person = place_for(plan, now)
    now_at.count(now)[INSIDE] += 1
    now_at.key(now)[person], now_at.pathway(now)[person], now_at.received(now)[person] = key, pathway, at
    now_at.counted(now)[person] = plan_at.window(plan)[0] <= at < plan_at.window(plan)[1]
    origin = pick(plan_at.origins(plan)[pathway], uniform(key, ORIGIN, 0))
    channel = pick(plan_at.channels(plan)[pathway], uniform(key, CHANNEL, 0))
    now_at.answers(now)[person, plan_at.columns(plan)[0]] = plan_at.origin_code(plan)[pathway, origin]
    now_at.answers(now)[person, plan_at.columns(plan)[1]] = plan_at.channel_code(plan)[pathway, channel]
    if plan_at.female(plan)[pathway] >= 0:
        sex = 0 if uniform(key, SEX, 0) < plan_at.female(plan)[pathway] else 1
        now_at.answers(now)[person, plan_at.columns(plan)[2]] = plan_at.sex_codes(plan)[sex]
    who = float(now_at.answers(now)[person, plan_at.columns(plan)[2]])
    if plan_at.age(plan)[pathway, 0] >= 0:
        years = math.floor(drawn(plan_at.age(plan)[pathway], key, AGE, 0))
        years = OLDEST if years > OLDEST else years
        now_at.answers(now)[person, plan_at.columns(plan)[3]] = cell_of(plan, len(plan_at.cells(plan)) - 1, years)
        who += KINDS_OF_SEX * (1 + years)
    tally_at.everything(tally)[0] += 1
    tally_at.received(tally)[pathway] += 1 if now_at.counted(now)[person] else 0
    write(
        tally,
        at,
        RECEIVED,
        now_at.serial(now)[person],
        plan_at.origin_code(plan)[pathway, origin],
        plan_at.channel_code(plan)[pathway, channel],
        who,
    )
    received = 4 * len(plan_at.pathway_of(plan)) + pathway
    for n in range(plan_at.moments(plan)[received, 0], plan_at.moments(plan)[received, 1]):
        now_at.running(now)[person, plan_at.moment_clocks(plan)[n]] = at
    foretell(plan, now, person, at)
    enter_main(plan, now, tally, person, plan_at.first_step(plan)[pathway, channel], at)


@inlined
def place_for(plan: Block, now: Block) -> int:
    """A place for someone who comes: one whose last holder left, or a new one. So the machine works on a few places,
    which stay near the processor, however many come."""
    count = now_at.count(now)
    if count[SPARE] > 0:
        count[SPARE] -= 1
        person = now_at.spare(now)[count[SPARE]]
    else:
        person = count[PEOPLE]
        count[PEOPLE] += 1
    now_at.serial(now)[person] = count[CAME]
    count[CAME] += 1
    now_at.gone(now)[person] = 0
    now_at.awaited(now)[person] = 0
    now_at.besides_open(now)[person] = 0
    answers, turns, running = now_at.answers(now), now_at.turns(now), now_at.running(now)
    for n in range(answers.shape[1]):
        answers[person, n] = 0
    for n in range(turns.shape[1]):
        turns[person, n] = 0
    for n in range(running.shape[1]):
        running[person, n] = np.nan
    for reason in range(now_at.paused_to(now).shape[1]):
        now_at.paused_from(now)[person, reason] = now_at.paused_to(now)[person, reason] = np.inf
    for job in range(main_of(plan, person), main_of(plan, person + 1)):
        now_at.stage(now)[job] = NOWHERE
        now_at.bed(now)[job] = -1
    return int(person)


@compiled
def pick(sums: np.ndarray, u: float) -> int:
    """Which of several shares a number between 0 and 1 falls into, from their running sum."""
    n = 0
    while n < len(sums) - 1 and u >= sums[n]:
        n += 1
    return n
