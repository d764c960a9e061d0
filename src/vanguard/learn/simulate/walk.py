"""The slow, plain way: what a run wrote down, told to `flow` event by event.

`flow` decides for itself where each answer leads and what each clock shows. If the machine went anywhere else, or
counted any other time, this says so: it is what the tests hold the machine against.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from vanguard.blueprint import Answer
from vanguard.flow import (
    Answered,
    Arrived,
    Began,
    Changed,
    Closed,
    Event,
    Finished,
    Flow,
    Paused,
    Reading,
    Received,
    Resumed,
    State,
    apply,
    begin,
    readings,
)
from vanguard.learn.simulate.engine.arrays import (
    ANSWERED,
    ARRIVED,
    BEGAN,
    CHANGED,
    DECIDED,
    ENDED,
    ENTERED,
    FINISHED,
    GAVE_UP,
    KINDS_OF_SEX,
    PAUSED,
    READ,
    RECEIVED,
    RESUMED,
)
from vanguard.learn.simulate.plan.names import SEXES, Names

STATUS = ("stopped", "replaced", "closed", "running")


@dataclass
class Episode:
    """What a run wrote down about one person: the events for `flow`, and what the machine made of them itself.

    `entered` are the steps in order with their times, `read` the clocks with how they came out and their minutes.
    """

    pathway: str
    events: list[Event] = field(default_factory=list)
    entered: list[tuple[str, datetime]] = field(default_factory=list)
    read: list[tuple[str, str, float]] = field(default_factory=list)
    end: str | None = None
    gave_up: datetime | None = None


def episodes(names: Names, log: np.ndarray) -> list[Episode]:
    """The episodes that a log tells, in the order of receipt."""
    found: dict[int, Episode] = {}
    answers: dict[int, dict[str, Answer]] = {}
    sexes = {code: sex for sex, code in SEXES.items()}
    for at, what, who, where, which, value in log:
        person, number, code, now = int(who), int(where), int(which), names.at(at)
        if what == RECEIVED:
            aged, sex = divmod(int(value), KINDS_OF_SEX)
            age = aged - 1 if aged else None
            received = Received(now, names.origins[number - 1], names.channels[code - 1], age, sexes[sex])
            found[person] = Episode("", [received])
            continue
        episode = found[person]
        pathway, step = names.steps[number] if what in (ENTERED, BEGAN, ARRIVED, FINISHED) else ("", None)
        if what in (ANSWERED, DECIDED):
            given = answers.setdefault(person, {})
            given[names.questions[number].id] = names.answer(number, code, value)
        elif what == READ:
            episode.read.append((names.clocks[number][1].id, STATUS[code], float(value)))
        elif what == CHANGED:
            asked = names.questions[number].id
            episode.events.append(Changed(now, {asked: names.answer(number, code, value)}))
        elif what in (PAUSED, RESUMED):
            episode.events.append((Paused if what == PAUSED else Resumed)(now, names.pauses[number]))
        elif what == ENDED:
            episode.end = names.ends[number][1].id
            if code:
                episode.events.append(Closed(now, episode.end))
        elif what == GAVE_UP:
            episode.gave_up = now
        elif step is not None:
            episode.pathway = episode.pathway or pathway
            event = {ENTERED: None, BEGAN: Began, ARRIVED: Arrived, FINISHED: Finished}[what]
            if event is Finished:
                episode.events.append(Finished(now, step.id, answers.pop(person, {})))
            elif event is not None:
                episode.events.append(event(now, step.id))
            else:
                episode.entered.append((step.id, now))
        if what == ANSWERED:
            _answer(episode, now, answers.pop(person))
    return list(found.values())


def _answer(episode: Episode, at: datetime, answers: dict[str, Answer]) -> None:
    """Answers belong to the step that was last begun, or arrived at; those of one moment are given together."""
    last = episode.events[-1]
    if isinstance(last, Answered):
        answers = {**episode.events.pop().answers, **answers}  # type: ignore[union-attr]
    assert isinstance(last, Began | Arrived | Answered)
    episode.events.append(Answered(at, last.step, answers))


def walked(flow: Flow, episode: Episode) -> Iterator[State]:
    """The states through which `flow` goes, given the episode's answers and times. Raises NotAllowed."""
    first, *others = episode.events
    assert isinstance(first, Received)
    state = begin(flow, first)
    yield state
    for event in others:
        state = apply(flow, state, event)
        yield state


def entered(state: State) -> list[tuple[str, datetime]]:
    """The steps that were entered, in order, with their times."""
    split = ((moment.name.partition("."), moment.at) for moment in state.moments)
    return [(step, at) for (step, _, kind), at in split if kind == "entered"]


def clocks_of(flow: Flow, state: State, at: datetime) -> list[Reading]:
    """Every run of every clock once the episode is over, or as it stands at an instant."""
    return list(readings(flow, state, state.finish.at if state.finish else at))


def differences(flow: Flow, episode: Episode, until: datetime) -> list[str]:
    """Where the machine and `flow` do not say the same of an episode: nothing, if all is well."""
    *_, state = walked(flow, episode)
    wrong = []
    if entered(state) != episode.entered:
        wrong.append(f"steps {entered(state)} are not {episode.entered}")
    if (state.finish.end if state.finish else None) != episode.end:
        wrong.append(f"end {state.finish} is not {episode.end}")
    if episode.gave_up is None:
        theirs = sorted(
            (r.clock.id, "running" if r.status == "paused" else r.status, r.elapsed / timedelta(minutes=1))
            for r in clocks_of(flow, state, until)
        )
        ours = sorted(episode.read)
        same = len(ours) == len(theirs) and all(
            a[:2] == b[:2] and abs(a[2] - b[2]) < 0.01 for a, b in zip(ours, theirs, strict=True)
        )
        if not same:
            wrong.append(f"clocks {theirs} are not {ours}")
    return wrong


def flows(names: Names) -> Mapping[str, Flow]:
    """The flow of each pathway that is simulated."""
    return {id: Flow.of(names.file, id) for id in names.pathways}
