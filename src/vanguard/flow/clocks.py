"""Clocks: how long someone has waited, until when, whether the promise was kept, and what falls due.

A clock runs from its start to its first stop; a start while it runs changes nothing, one after its stop begins another
run. Time counts while the clock's calendar is open (always, without one) and no pause goes on that it allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from vanguard.blueprint import Clock
from vanguard.flow.calendar import DAY, FOREVER, Calendar
from vanguard.flow.definition import Flow
from vanguard.flow.local_time import days_later
from vanguard.flow.state import State
from vanguard.flow.stretches import Stretch, joined, length, without

Status = Literal["running", "paused", "stopped", "replaced", "closed"]
CHUNK = 14 * DAY
Pauses = tuple[Stretch, ...]
LONGEST = 3 * 366 * DAY


@dataclass(frozen=True)
class Reading:
    """One run of a clock as read at an instant.

    `until` is when it ended, None while it goes on: `stopped` as promised, `replaced` by the clock that a changed
    answer chose, or `closed` with the episode. `due` and `warn` are when elapsed time reaches the limit, reached it, or
    would have reached it; None where that cannot be known, because the clock stands still.
    """

    clock: Clock
    status: Status
    started: datetime
    until: datetime | None
    elapsed: timedelta
    warn: datetime | None
    due: datetime | None

    @property
    def breached(self) -> bool:
        """Whether more time went by than was promised."""
        return self.elapsed > self.clock.within


@dataclass(frozen=True)
class Deadline:
    """Something that falls due: a clock's `warning` or `breach`, or the `overstay` of a step; whom to tell."""

    kind: Literal["warning", "breach", "overstay"]
    of: str
    at: datetime
    tell: str | None


@dataclass(frozen=True)
class Run:
    """A run of a clock before it is read."""

    start: datetime
    until: datetime | None
    status: Status


def readings(flow: Flow, state: State, now: datetime) -> tuple[Reading, ...]:
    """Every run of every clock of the episode as known at an instant, by clock and start."""
    state = _as_of(state, now)
    return tuple(
        _read(flow, state, clock, run, now)
        for clock in flow.pathway.clocks.values()
        for run in _runs(flow, state, clock)
    )


def _as_of(state: State, now: datetime) -> State:
    """The state without what happened later, and without what is said to have happened after the end."""
    finish = state.finish if state.finish and state.finish.at <= now else None
    last = finish.at if finish else now
    return replace(
        state,
        given=tuple(given for given in state.given if given.at <= last),
        moments=tuple(moment for moment in state.moments if moment.at <= last),
        pauses=tuple(
            replace(pause, end=pause.end if pause.end and pause.end <= now else None)
            for pause in state.pauses
            if pause.start <= last
        ),
        finish=finish,
    )


def deadlines(flow: Flow, state: State, now: datetime) -> tuple[Deadline, ...]:
    """What falls due if nothing more happens, and what fell due in what still goes on, in order of time."""
    found: list[Deadline] = []
    for reading in readings(flow, state, now):
        clock = reading.clock
        if reading.until is None:
            if reading.warn is not None:
                found.append(Deadline("warning", clock.id, reading.warn, clock.escalate_to))
            if reading.due is not None:
                found.append(Deadline("breach", clock.id, reading.due, clock.escalate_to))
    return tuple(sorted([*found, *overstays(flow, state)], key=lambda deadline: deadline.at))


def overstays(flow: Flow, state: State) -> tuple[Deadline, ...]:
    """When each open step that has a limit will have lasted too long, or did."""
    return tuple(
        Deadline("overstay", step.id, days_later(held.entered, step.at_most.days), step.escalate_to)
        for held in state.open
        if (step := flow.step(held.step)).at_most is not None
    )


def elapsed(start: datetime, end: datetime, calendar: Calendar | None, pauses: Pauses) -> timedelta:
    """The time that counts from `start` to `end`. Additive over any split. Pauses come joined and in order."""
    return length(_counting(start, end, calendar, pauses))


def reach(start: datetime, amount: timedelta, calendar: Calendar | None, pauses: Pauses) -> datetime | None:
    """When the time that counts from `start` comes to `amount`; None where it does not within three years."""
    left, at = amount, start
    until = min([start + LONGEST, *(began for began, ended in pauses if ended == FOREVER)])
    while at < until:
        for opened, closed in _counting(at, at + CHUNK, calendar, pauses):
            if closed - opened >= left:
                return opened + left
            left -= closed - opened
        at += CHUNK
    return None


def _counting(start: datetime, end: datetime, calendar: Calendar | None, pauses: Pauses) -> Iterator[Stretch]:
    open_ = calendar.stretches(start, end) if calendar else iter([(start, end)] if start < end else [])
    for stretch in open_:
        yield from without(stretch, pauses)


def _read(flow: Flow, state: State, clock: Clock, run: Run, now: datetime) -> Reading:
    calendar = flow.calendars[clock.calendar] if clock.calendar else None
    # What happens after a run has ended changes nothing about it.
    last = run.until or FOREVER
    pauses = tuple((start, min(end, last)) for start, end in _pauses(state, clock) if start < last)
    paused = run.until is None and any(start <= now < end for start, end in pauses)
    return Reading(
        clock,
        "paused" if paused else run.status,
        run.start,
        run.until,
        elapsed(run.start, run.until or now, calendar, pauses),
        reach(run.start, clock.warn_at, calendar, pauses) if clock.warn_at else None,
        reach(run.start, clock.within, calendar, pauses),
    )


def _pauses(state: State, clock: Clock) -> Pauses:
    held = sorted((p.start, p.end or FOREVER) for p in state.pauses if p.reason in clock.pause_for)
    return tuple(joined(held))


def _runs(flow: Flow, state: State, clock: Clock) -> Iterator[Run]:
    """The runs of a clock while it was chosen, in order."""
    chosen = tuple(_chosen(flow, state, clock))
    named_by = _entries(flow, clock)
    closed = state.finish.at if state.finish else None
    start: datetime | None = None
    # A step that names a clock may be entered at the very instant of its stop: then their order decides.
    named = not named_by
    for moment in sorted(state.moments, key=lambda moment: moment.at):
        named = named or moment.name in named_by
        if start is None and moment.name == clock.start:
            start = moment.at
        elif start is not None and moment.name in clock.stop:
            if named:
                yield from _while_chosen(start, moment.at, "stopped", chosen)
            start = None
    if start is not None:
        yield from _while_chosen(start, closed, "closed" if closed else "running", chosen)


def _while_chosen(
    start: datetime, until: datetime | None, status: Status, chosen: tuple[Stretch, ...]
) -> Iterator[Run]:
    """A run counts if the clock is chosen at its end; one that a changed answer took away ends there, replaced."""
    for since, to in chosen:
        if since > (until or FOREVER) or to <= start:
            continue
        if to != FOREVER and to <= (until or FOREVER):
            yield Run(start, to, "replaced")
        else:
            yield Run(start, until, status)


def _chosen(flow: Flow, state: State, clock: Clock) -> Iterator[Stretch]:
    """When the clock is in force: always, unless steps name it or a question whose answer it is."""
    named = [step.clock for step in flow.pathway.steps.values() if step.clock]
    asked = {name[1:] for name in named if name.startswith("$")}
    options = {q for q in asked if clock.id in flow.file.questions[q].of}
    if named_by := _entries(flow, clock):
        entered = [moment.at for moment in state.moments if moment.name in named_by]
        if entered:
            yield min(entered), FOREVER
    elif options:
        for question in sorted(options):
            given = [answer for answer in state.given if answer.question == question]
            ends = [answer.at for answer in given[1:]] + [FOREVER]
            yield from joined(
                (g.at, end) for g, end in zip(given, ends, strict=False) if g.answer == clock.id and g.at < end
            )
    else:
        yield state.received.at, FOREVER


def _entries(flow: Flow, clock: Clock) -> frozenset[str]:
    """The moments from which a clock is in force, where steps name it."""
    return frozenset(f"{step.id}.entered" for step in flow.pathway.steps.values() if step.clock == clock.id)
