"""Random walks: whatever is answered, someone may always do what is open, and every way comes to an end."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.blueprint import Answer, Question
from vanguard.flow import (
    Answered,
    Arrived,
    Began,
    Changed,
    Closed,
    Event,
    Finished,
    Flow,
    NotAllowed,
    Paused,
    Received,
    Resumed,
    State,
    apply,
    begin,
    deadlines,
    needs,
    open_to,
    readings,
    replay,
)


def an_answer(question: Question) -> st.SearchStrategy[Answer]:
    if question.kind == "choice":
        return st.sampled_from(sorted(question.of))
    return st.booleans() if question.kind == "yes_no" else st.integers(0, 5)


@st.composite
def received(draw: st.DrawFn, flow: Flow) -> Received:
    at = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))).replace(tzinfo=UTC)
    entry = flow.pathway.entry
    origin, channel = draw(st.sampled_from(sorted(entry.origins))), draw(st.sampled_from(sorted(entry.by)))
    return Received(
        at, origin, channel, draw(st.none() | st.integers(0, 110)), draw(st.sampled_from(["female", "male"]))
    )


@st.composite
def event(draw: st.DrawFn, flow: Flow, state: State, at: datetime) -> Event:
    """Something that people might enter, often allowed and sometimes not."""
    step = draw(st.sampled_from(sorted(flow.pathway.steps)))
    if draw(st.integers(0, 3)):
        step = draw(st.sampled_from([held.step for held in state.open]))
    questions = flow.file.questions
    asked = [*flow.step(step).asks, *flow.step(step).decides]
    answers = {q: draw(an_answer(questions[q])) for q in asked}
    reason = draw(st.sampled_from(sorted(flow.file.pauses))) if flow.file.pauses else ""
    changes = {q: draw(an_answer(questions[q])) for q in sorted(state.answers)[:2]}
    return draw(
        st.sampled_from(
            [
                Finished(at, step, answers),
                Answered(at, step, answers),
                Began(at, step),
                Arrived(at, step),
                Changed(at, changes),
                Paused(at, reason),
                Resumed(at, reason),
            ]
        )
    )


@settings(max_examples=20)
@given(st.data())
def test_whatever_happens_someone_can_go_on_and_clocks_can_be_read(flow: Flow, data: st.DataObject) -> None:
    first = data.draw(received(flow))
    events: list[Event] = [first]
    state, at = begin(flow, first), first.at
    everybody = {role for resource in flow.file.resources.values() for role in resource.roles}
    for _ in range(12):
        if state.finish is not None:
            break
        at += timedelta(minutes=data.draw(st.integers(0, 2000)))
        assert open_to(flow, state, everybody) == tuple(held.step for held in state.open)
        assert len(needs(flow, state, at)) >= len(state.open)
        what = data.draw(event(flow, state, at))
        try:
            state = apply(flow, state, what)
        except NotAllowed as refused:
            assert str(refused)
        else:
            events.append(what)
        for reading in readings(flow, state, at):
            assert timedelta() <= reading.elapsed <= at - reading.started
            assert (reading.until is None) == (reading.status in ("running", "paused"))
        deadlines(flow, state, at)
    assert replay(flow, events) == state


def ways_on(flow: Flow, state: State, at: datetime) -> Iterator[State]:
    """The states after the last open step is finished, with each set of answers that it may have."""
    step = flow.step(state.open[-1].step)
    asked = (*step.asks, *step.decides)
    if step.visit:
        state = apply(flow, state, Arrived(at, step.id))
    for chosen in itertools.product(*(EACH[flow.file.questions[q].kind](flow.file.questions[q]) for q in asked)):
        yield apply(flow, state, Finished(at, step.id, dict(zip(asked, chosen, strict=True))))


EACH: dict[str, Callable[[Question], list[Answer]]] = {
    "yes_no": lambda _: [True, False],
    "choice": lambda question: sorted(question.of),
    "number": lambda _: [0, 5, 20],
}


@settings(max_examples=20)
@given(st.data())
def test_from_wherever_someone_stands_an_end_can_be_reached(flow: Flow, data: st.DataObject) -> None:
    first = data.draw(received(flow))
    state, at = begin(flow, first), first.at
    for _ in range(data.draw(st.integers(0, 6))):
        state = data.draw(st.sampled_from(list(ways_on(flow, state, at))[:40])) if state.finish is None else state
    seen: set[tuple[str, ...]] = set()
    waiting = [state]
    while waiting and (state := waiting.pop()).finish is None:
        seen.add(tuple(held.step for held in state.open))
        following = {tuple(held.step for held in after.open): after for after in ways_on(flow, state, at)}
        waiting += [after for steps, after in following.items() if steps not in seen]
    assert state.finish is not None
    assert state.finish.end in flow.pathway.ends
    assert not state.open


@given(st.data())
def test_an_end_that_may_happen_at_any_time_may(flow: Flow, data: st.DataObject) -> None:
    first = data.draw(received(flow))
    ends = [end.id for end in flow.pathway.ends.values() if end.origin == "any"]
    ended = apply(flow, begin(flow, first), Closed(first.at, data.draw(st.sampled_from(ends))))
    assert ended.finish is not None
    assert not ended.open
