"""From one state to the next: what each event does, and when it may not happen."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from vanguard.blueprint import Answer, Step, misfit
from vanguard.errors import BadInput
from vanguard.flow.definition import Flow
from vanguard.flow.events import (
    Answered,
    Arrived,
    Began,
    Changed,
    Closed,
    Event,
    Finished,
    Paused,
    Received,
    Resumed,
)
from vanguard.flow.state import Finish, Given, Moment, OpenStep, Pausing, State
from vanguard.flow.words import all_called, called, how_to_answer
from vanguard.lake.condition import nearest


class NotAllowed(BadInput):
    """The event may not happen in this state: what, and what to do instead."""


def begin(flow: Flow, received: Received) -> State:
    """The state in which a referral begins."""
    _check_time(received.at)
    entry = flow.pathway.entry
    if received.origin not in entry.origins:
        do = nearest(received.origin, entry.origins, otherwise=f"There are {', '.join(entry.origins.values())}.")
        raise NotAllowed(f"Nobody refers from {received.origin}.", do=do)
    first = next((step for channel, step in entry.by.items() if channel == received.channel), None)
    if first is None:
        do = f"Refer by {', '.join(entry.by)}."
        raise NotAllowed(f"Nobody can be referred by {received.channel}.", do=do)
    return _enter(flow, State(received, moments=(Moment("received", received.at),)), first, received.at)


def apply(flow: Flow, state: State, event: Event) -> State:
    """The state after an event. Raises NotAllowed, with a sentence, where it may not happen."""
    _check_time(event.at)
    if state.finish is not None:
        end = flow.pathway.ends[state.finish.end].label
        raise NotAllowed(f"This episode has ended: {end}.", do="Make a new referral.")
    match event:
        case Received():
            raise NotAllowed("This referral has been received already.")
        case Began():
            return _begin_step(flow, state, event)
        case Arrived():
            return _arrive(flow, state, event)
        case Answered():
            held = _held(flow, state, event.step, event.at)
            return _alongside(flow, _give(flow, state, held, event.answers, event.at), event.at)
        case Finished():
            return _finish(flow, state, event)
        case Changed():
            return _alongside(flow, _change(flow, state, event), event.at)
        case Paused() | Resumed():
            return _pause(flow, state, event)
        case Closed():
            return _close(flow, state, event)
    assert_never(event)


def replay(flow: Flow, events: Iterable[Event]) -> State:
    """The state after all events, of which the first must be Received."""
    following = iter(events)
    first = next(following, None)
    if not isinstance(first, Received):
        raise NotAllowed("An episode begins with a referral that is received.")
    return functools.reduce(lambda state, event: apply(flow, state, event), following, begin(flow, first))


def _check_time(at: datetime) -> None:
    if at.tzinfo is None:
        raise NotAllowed("This time has no time zone.", do="Give it in UTC.")
    if not 1900 <= at.year <= 2200:
        raise NotAllowed(f"The year {at.year} cannot be right.", do="Check the day and the time.")


def _enter(flow: Flow, state: State, step: str, at: datetime, beside: str | None = None) -> State:
    held = OpenStep(step, at, beside=beside, known=len(state.given))
    entered = replace(state, open=(*state.open, held), moments=(*state.moments, Moment(f"{step}.entered", at)))
    return _alongside(flow, entered, at) if beside is None else entered


def _alongside(flow: Flow, state: State, at: datetime) -> State:
    """Enter the steps that should now run alongside the one that leads on, each once."""
    host = state.open[0]
    since = {moment.name for moment in _since_entered(state, host)}
    for other in flow.step(host.step).alongside:
        if f"{other.step}.entered" not in since and flow.true_of(other.when, state):
            state = _enter(flow, state, other.step, max(at, host.entered), beside=host.step)
    return state


def _since_entered(state: State, held: OpenStep) -> tuple[Moment, ...]:
    """What has happened, in the order of the events, since a step was entered."""
    names = [moment.name for moment in state.moments]
    return state.moments[len(names) - 1 - names[::-1].index(f"{held.step}.entered") :]


def _begin_step(flow: Flow, state: State, event: Began) -> State:
    held = _held(flow, state, event.step, event.at)
    if held.began is not None:
        raise NotAllowed(f"{flow.step(event.step).label} has begun already.")
    return _moved(state, held, replace(held, began=event.at), "began", event.at)


def _arrive(flow: Flow, state: State, event: Arrived) -> State:
    held = _held(flow, state, event.step, event.at)
    step = flow.step(event.step)
    if not step.visit:
        raise NotAllowed(f"{step.label} is no visit, so nobody arrives.")
    if held.arrived is not None:
        raise NotAllowed(f"Someone arrived already: {step.label}.")
    if held.began is None:
        state, held = _moved(state, held, begun := replace(held, began=event.at), "began", event.at), begun
    return _moved(state, held, replace(held, arrived=event.at), "arrived", event.at)


def _finish(flow: Flow, state: State, event: Finished) -> State:
    held = _held(flow, state, event.step, event.at)
    step = flow.step(event.step)
    _not_before(event.at, _last_of(state, held, step))
    state = _give(flow, state, held, event.answers, event.at)
    _check_complete(flow, state, held, step)
    if held.began is None:
        state = replace(state, moments=(*state.moments, Moment(f"{held.step}.began", event.at)))
    state = replace(
        state,
        open=tuple(other for other in state.open if other.step != held.step),
        moments=(*state.moments, Moment(f"{held.step}.finished", event.at)),
    )
    if held.beside is not None:
        return _alongside(flow, state, event.at)
    target = next(rule.to for rule in step.next if flow.true_of(rule.when, state))
    if target in flow.pathway.ends:
        return replace(state, open=(), finish=Finish(target, event.at))
    return _enter(flow, state, target, event.at)


def _last_of(state: State, held: OpenStep, step: Step) -> datetime:
    """When something last happened in a step, in what runs alongside it, or in its answers."""
    own = {step.id, *(other.step for other in step.alongside)}
    happened = [moment.at for moment in _since_entered(state, held) if moment.name.partition(".")[0] in own]
    answered = [given.at for given in state.given[held.known :] if given.question in (*step.asks, *step.decides)]
    return max([held.entered, *happened, *answered])


def _check_complete(flow: Flow, state: State, held: OpenStep, step: Step) -> None:
    """Raises NotAllowed while something is missing that a step needs before it is finished."""
    if step.visit and held.arrived is None:
        do = "Record when someone arrived; if nobody will, close the referral with the reason."
        raise NotAllowed(f"{step.label} cannot be finished yet: nobody has arrived.", do=do)
    # An answer from before may not hold any more: what this step asks is answered, or confirmed, in this step.
    answered = {given.question for given in state.given[held.known :]}
    missing = [flow.file.questions[q].label for q in (*step.asks, *step.decides) if q not in answered]
    if missing:
        raise NotAllowed(f"{step.label} cannot be finished yet.", do=f"Answer first: {', '.join(missing)}.")
    waiting = [flow.step(other.step).label for other in state.open if other.beside == held.step]
    if waiting:
        raise NotAllowed(f"{step.label} cannot be finished yet.", do=f"Finish first: {', '.join(waiting)}.")


def _change(flow: Flow, state: State, event: Changed) -> State:
    for question in event.answers:
        if question not in state.answers:
            raise NotAllowed(
                f"{called(question, flow.file.questions)} has not been answered yet.", do="Answer it in its step."
            )
        if not flow.file.questions[question].may_change:
            what = f"{called(question, flow.file.questions)} cannot be changed later."
            raise NotAllowed(what, do="Close this and refer anew.")
    return _given(flow, state, event.answers, event.at)


def _pause(flow: Flow, state: State, event: Paused | Resumed) -> State:
    if event.reason not in flow.file.pauses:
        do = nearest(
            event.reason, flow.file.pauses, otherwise=f"There are {all_called(flow.file.pauses, flow.file.pauses)}."
        )
        raise NotAllowed(f"There is no reason to pause {event.reason}.", do=do)
    label = flow.file.pauses[event.reason].label
    going = next((p for p in state.pauses if p.reason == event.reason and p.end is None), None)
    if isinstance(event, Paused):
        if going:
            raise NotAllowed(f"Paused already: {label}.")
        _not_before(event.at, max([state.received.at, *_ends_of(state, event.reason)]))
        return replace(state, pauses=(*state.pauses, Pausing(event.reason, event.at)))
    if going is None:
        raise NotAllowed(f"Not paused: {label}.")
    _not_before(event.at, going.start)
    return replace(state, pauses=tuple(replace(p, end=event.at) if p is going else p for p in state.pauses))


def _ends_of(state: State, reason: str) -> list[datetime]:
    return [pause.end for pause in state.pauses if pause.reason == reason and pause.end is not None]


def _close(flow: Flow, state: State, event: Closed) -> State:
    anywhere = {id: end for id, end in flow.pathway.ends.items() if end.origin == "any"}
    if event.end not in anywhere:
        do = f"There are {all_called(anywhere, anywhere)}."
        if event.end not in flow.pathway.ends:
            do = nearest(event.end, anywhere, otherwise=do)
        raise NotAllowed(f"{called(event.end, flow.pathway.ends)} cannot happen at any time.", do=do)
    _not_before(event.at, state.received.at)
    return replace(state, open=(), finish=Finish(event.end, event.at))


def _held(flow: Flow, state: State, step: str, at: datetime) -> OpenStep:
    held = state.at_step(step)
    if held is None:
        steps = flow.pathway.steps
        do = f"Open are {all_called((other.step for other in state.open), steps)}."
        raise NotAllowed(f"{called(step, steps)} is not open.", do=do)
    _not_before(at, max(filter(None, (held.entered, held.began, held.arrived))))
    return held


def _not_before(at: datetime, earliest: datetime) -> None:
    if at < earliest:
        raise NotAllowed("This happened before what came before it.", do="Check the day and the time.")


def _moved(state: State, held: OpenStep, now: OpenStep, moment: str, at: datetime) -> State:
    return replace(
        state,
        open=tuple(now if other is held else other for other in state.open),
        moments=(*state.moments, Moment(f"{held.step}.{moment}", at)),
    )


def _give(flow: Flow, state: State, held: OpenStep, answers: Mapping[str, Answer], at: datetime) -> State:
    step = flow.step(held.step)
    for question in answers:
        if question not in (*step.asks, *step.decides):
            do = "Answer it in its own step."
            if question not in flow.file.questions:
                do = nearest(question, (*step.asks, *step.decides), otherwise="There is no such question.")
            raise NotAllowed(f"{step.label} does not ask: {called(question, flow.file.questions)}.", do=do)
    return _given(flow, state, answers, at)


def _given(flow: Flow, state: State, answers: Mapping[str, Answer], at: datetime) -> State:
    for question, answer in answers.items():
        asked = flow.file.questions[question]
        if misfit(asked, answer):
            raise NotAllowed(f"{answer} is no answer to: {asked.label}.", do=how_to_answer(asked))
        _not_before(at, max((g.at for g in state.given if g.question == question), default=at))
    return replace(state, given=(*state.given, *(Given(q, answer, at) for q, answer in answers.items())))
