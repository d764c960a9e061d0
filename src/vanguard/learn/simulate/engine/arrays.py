"""What goes into the machine and what comes out, as plain arrays.

Times are minutes from the first instant of the run. Steps, ends, clocks, questions and spreads are numbers over all
pathways of the run; an index of -1 means that there is none. Answers are small numbers: 0 is unknown, then the options.
"""

from typing import NamedTuple

import numpy as np

Array = np.ndarray

# What a line of the log tells.
RECEIVED, ENTERED, BEGAN, ARRIVED, ANSWERED, DECIDED, FINISHED, ENDED, GAVE_UP, READ, CHANGED, PAUSED, RESUMED = range(
    13
)
# How a run of a clock came out.
STOPPED, REPLACED, CLOSED, RUNNING = range(4)
# What `everything` says of a run that did not come to its end: more people than there was room for, or no time went by.
STANDS_STILL = 2
# The line of someone's receipt says as one number their sex and, where it is assumed, this many times their age and 1.
KINDS_OF_SEX = 10
# The kinds of a spread.
FIXED, EXPONENTIAL, LOGNORMAL, GAMMA, TRIANGULAR, UNIFORM = range(6)


class Plan(NamedTuple):
    """A service ready to run. `[a, b]` says what the indices of an array are; `*` ends are one past the last."""

    # When things change: from each of these times on a mode holds; the last lasts for ever.
    mode_at: Array  # [change] time
    mode_of: Array  # [change] mode
    capacity: Array  # [mode, unit] how many are on duty; a fraction is one more, now and then
    units_of: Array  # [mode, queue, n] units that serve a queue, in the order in which they are asked
    queues_of: Array  # [mode, unit, n] queues that a unit serves
    # Arrivals.
    expected: Array  # [pathway, hour] expected arrivals from the start to the beginning of an hour
    origins: Array  # [pathway, origin] running sum of shares
    origin_code: Array  # [pathway, origin] answer
    channels: Array  # [pathway, channel] running sum of shares
    channel_code: Array  # [pathway, channel] answer
    first_step: Array  # [pathway, channel]
    female: Array  # [pathway] share of women; -1 where nobody says
    sex_codes: Array  # [2] answers for women and men
    age: Array  # [pathway] spread, years
    patience: Array  # [pathway] spread, for the wait in the first step
    columns: Array  # [4] answer columns of origin, channel, sex and age
    # Steps.
    pathway_of: Array  # [step]
    staff_queue: Array  # [step, 5] queue of staff: base, then column and stride twice
    bed_queue: Array  # [step, 5] queue of beds, the same; base -1 where no bed is used
    minutes: Array  # [step] spread
    travel: Array  # [step] spread, there and back
    stay: Array  # [step] spread, minutes in the bed
    wait: Array  # [step, 1 + clock] spread, minutes before the step can begin; 0: of those to whom no promise runs
    wait_when: Array  # [step] condition
    reach_bed: Array  # [step] spread, minutes from when a bed is found until the person is in it
    hold: Array  # [step] minutes for which it is held for them; infinite without a bound
    visit: Array  # [step] 1 where someone goes to the person
    phases: Array  # [step, 2] first phase and * of a pattern of visits
    phase: Array  # [phase, 3] minutes it lasts, visits in it, minutes from one visit to the next
    visit_minutes: Array  # [step] minutes of one visit of the pattern
    open_share: Array  # [step] the part of all time in which the pattern's staff work
    at_most: Array  # [step] minutes after which it lasts too long; infinite without
    asks: Array  # [step, 2] first question and * asked when it begins, in `asked`
    decides: Array  # [step, 2] the same, when it is finished
    asked: Array  # [n] question
    rules: Array  # [step, 2] first rule and *
    rule: Array  # [rule, 2] condition, and step or -1 - end
    beside: Array  # [step, 2] first and * of what runs alongside, in `besides`
    besides: Array  # [n, 2] step, condition
    # Questions.
    cases: Array  # [question, 2] first case and *; the last has no condition
    case: Array  # [case, 4] condition, first share and * in `shares`, spread of a number
    case_spreads: Array  # [n] spread
    shares: Array  # [n] running sum
    cells: Array  # [question, 2] first bound and * in `bounds`, of a number; the last row is that of age
    bounds: Array  # [n] where a condition may turn, ascending
    # Conditions, as tables over answers.
    table_at: Array  # [condition, 3] where its table begins, first column and * in `table_by`
    table_by: Array  # [n, 2] column, stride
    table: Array  # [n] 1 where it holds
    # Clocks.
    clocks_of: Array  # [pathway, 2] first clock and *
    clock_pathway: Array  # [clock]
    within: Array  # [clock] minutes
    clock_hours: Array  # [clock] hours in `open_at` and `open_sum`; -1 where every hour counts
    chosen_by: Array  # [clock, 2] question and answer that choose it; -1 and 0: a step does, -1 and -1: nothing need
    chosen_at: Array  # [clock, 2] first and * of the steps whose entry chooses it, in `chosen_step`
    chosen_step: Array  # [n] step
    promises: Array  # [pathway, 2] first and * in `promise`; none where no wait hangs on a promise
    promise: Array  # [n] clock, in the order in which they are asked which of them runs to someone
    moments: Array  # [moment, 4] first and * in `moment_clocks` of those that start, then of those that stop; a moment
    # is 4 * step + its kind, then 4 * steps + pathway
    moment_clocks: Array  # [n] clock
    open_at: Array  # [hours, n] instants at which hours open or close
    open_sum: Array  # [hours, n] open minutes until then
    # Ends.
    end_wait: Array  # [end] spread, minutes until it takes effect
    returns: Array  # [end] share of those who are referred again
    returns_after: Array  # [end] spread, minutes
    any_ends: Array  # [pathway, 2] first and * of the ends that may come at any time, in `any_end`
    any_end: Array  # [n] end
    any_share: Array  # [n] share of those who come to whom it comes, if they are still there
    any_after: Array  # [n] spread, minutes from the receipt
    # Answers that change later.
    changes: Array  # [pathway, 2] first and * in `change`
    change: Array  # [n, 3] question, first share and * in `shares`
    change_share: Array  # [n] share of those who come for whom it changes, if they are still there
    change_after: Array  # [n] spread, minutes from the receipt
    # Reasons for which clocks stand still.
    clock_pauses: Array  # [clock, reason] 1 where it stands still for it
    pauses: Array  # [pathway, 2] first and * in `pause_reason`
    pause_reason: Array  # [n] reason
    pause_share: Array  # [n] share of those who come for whom it comes up, if they are still there
    pause_after: Array  # [n] spread, minutes from the receipt
    pause_lasts: Array  # [n] spread
    # The run.
    cleaning: Array  # [unit] minutes for which a bed cannot be used
    hour_of_week: Array  # [tick] local hour of the week of each full hour; ticks are half past
    window: Array  # [2] from and to: what is counted
    until: float
    people: int  # room for so many
    slot_bits: int  # one person has room for 2 to the power of this many jobs at once


class Tally(NamedTuple):
    """What one run came to. Counts are of the window, unless they are of everything."""

    everything: Array  # [6] came, ended, gave up, still there, came again, 1 for too many or STANDS_STILL
    little: Array  # [4] area under the number present and sum of stays; the same for those who wait
    ends: Array  # [end, 3] people who came to it, minutes since received, the same squared
    gave_up: Array  # [pathway]
    received: Array  # [pathway]
    clocks: Array  # [clock, 6] stopped in time, too late, replaced, closed in time, still running in time, elapsed
    clock_week: Array  # [clock, 168, 2] by the hour of receipt: settled, of them in time
    elapsed: Array  # [clock, bin] how long it took those that were stopped, in 40ths of `within`
    waits: Array  # [step, 4] began, minutes waited, of them over an hour, longest
    took: Array  # [step, 1 + clock, 4] entered, of them those for whom a wait is, finished, minutes they were in it
    overstays: Array  # [step] finished too late
    lapsed: Array  # [step] beds that were held for longer than they may be, and went to somebody else
    paused: Array  # [reason, 2] times, minutes until it was over or they had left
    work: Array  # [step, 4] times, minutes with people, minutes on the way, visits
    unit_work: Array  # [unit, 2] minutes worked, minutes on duty
    unit_week: Array  # [unit, 168] sum of how many were at work, of those on duty
    work_week: Array  # [unit, 168] the same with who is at work past closing; a pattern of visits while it is open
    queue_week: Array  # [queue, 168] sum of how many waited
    inside_week: Array  # [step, 168] sum of how many were in a step
    ticks: Array  # [168] how often each hour of the week was looked at
    full: Array  # [unit, 2] ticks on duty, of them with nobody free
    day_passed: Array  # [queue] when the next to be served had waited for over a day; infinite if never
    log: Array  # [line, 6] time, what, person, step or end, and two more; empty where nobody reads it
    logged: Array  # [1] lines


def columns_of_log() -> tuple[str, ...]:
    """What stands in a line of the log."""
    return "at", "what", "person", "where", "which", "value"
