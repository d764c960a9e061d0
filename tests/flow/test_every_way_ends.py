"""Random walks: whatever is answered, someone may always do what is open, and every way comes to an end."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
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


@given(st.data())
def test_whatever_happens_someone_can_go_on_and_clocks_can_be_read(falls: Flow, data: st.DataObject) -> None:
    first = data.draw(received(falls))
    events: list[Event] = [first]
    state, at = begin(falls, first), first.at
    everybody = {role for resource in falls.file.resources.values() for role in resource.roles}
    for _ in range(30):
        if state.finish is not None:
            break
        at += timedelta(minutes=data.draw(st.integers(0, 2000)))
        assert open_to(falls, state, everybody) == tuple(held.step for held in state.open)
        assert len(needs(falls, state, at)) >= len(state.open)
        what = data.draw(event(falls, state, at))
        try:
            state = apply(falls, state, what)
        except NotAllowed as refused:
            assert str(refused)
        else:
            events.append(what)
        for reading in readings(falls, state, at):
            assert timedelta() <= reading.elapsed <= at - reading.started
            assert (reading.until is None) == (reading.status in ("running", "paused"))
        deadlines(falls, state, at)
    assert replay(falls, events) == state


@given(st.data())
def test_who_does_what_is_open_comes_to_an_end(falls: Flow, data: st.DataObject) -> None:
    """Finishing the last open step again and again ends the episode, unless the answers go round for ever."""
    first = data.draw(received(falls))
    state, at = begin(falls, first), first.at
    for _ in range(50):
        if state.finish is not None:
            break
        at += timedelta(minutes=data.draw(st.integers(0, 600)))
        step = state.open[-1].step
        asked = (*falls.step(step).asks, *falls.step(step).decides)
        state = apply(
            falls, state, Finished(at, step, {q: data.draw(an_answer(falls.file.questions[q])) for q in asked})
        )
    assert state.finish is not None
    assert state.finish.end in falls.pathway.ends
    assert not state.open


@given(st.data())
def test_an_end_that_may_happen_at_any_time_may(falls: Flow, data: st.DataObject) -> None:
    first = data.draw(received(falls))
    state = begin(falls, first)
    ended = apply(falls, state, Closed(first.at, "died"))
    assert ended.finish is not None
    assert not ended.open
