"""Clocks: what has run, what is due, and that a breach stays a breach."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.blueprint.elements.hours import hours
from vanguard.clock import LONDON
from vanguard.flow import (
    Answered,
    Arrived,
    Calendar,
    Changed,
    Closed,
    Event,
    Finished,
    Flow,
    Paused,
    Reading,
    Received,
    Resumed,
    deadlines,
    readings,
    replay,
)
from vanguard.flow.clocks import elapsed, reach
from vanguard.flow.stretches import joined

CALL = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
SORTED = {"bleeding": False, "safe": True, "falls": 1, "speed": "soon", "trade": "therapy", "floor": "any"}
HOUR = timedelta(hours=1)


def at(hours_later: float) -> datetime:
    return CALL + hours_later * HOUR


def sorted_call(received: datetime = CALL) -> list[Event]:
    first = Received(received, "crew", "online", age=81)
    return [first, Finished(received + timedelta(minutes=10), "sort", SORTED)]


def read(flow: Flow, clock: str, events: list[Event], now: datetime) -> list[Reading]:
    return [reading for reading in readings(flow, replay(flow, events), now) if reading.clock.id == clock]


def test_the_chosen_clock_counts_from_receipt(falls: Flow) -> None:
    (reading,) = read(falls, "soon", sorted_call(), at(1))
    assert (reading.status, reading.elapsed, reading.breached) == ("running", HOUR, False)
    assert (reading.warn, reading.due) == (at(2), at(3))
    assert read(falls, "later", sorted_call(), at(1)) == []


@pytest.mark.parametrize(("minutes", "breached"), [(179, False), (180, False), (181, True)])
def test_arrival_stops_it_in_time_or_too_late(falls: Flow, minutes: int, breached: bool) -> None:
    arrived = CALL + timedelta(minutes=minutes)
    (reading,) = read(falls, "soon", [*sorted_call(), Arrived(arrived, "visit")], at(30))
    assert (reading.status, reading.until, reading.breached) == ("stopped", arrived, breached)


def test_a_pause_that_the_clock_allows_moves_what_is_due(falls: Flow) -> None:
    paused = [*sorted_call(), Paused(at(1), "asked_to_wait")]
    (reading,) = read(falls, "soon", paused, at(5))
    assert (reading.status, reading.elapsed, reading.due) == ("paused", HOUR, None)
    (reading,) = read(falls, "soon", [*paused, Resumed(at(6), "asked_to_wait")], at(6.5))
    assert (reading.status, reading.elapsed, reading.due) == ("running", 1.5 * HOUR, at(8))


def test_a_pause_that_it_does_not_allow_changes_nothing(falls: Flow) -> None:
    (reading,) = read(falls, "soon", [*sorted_call(), Paused(at(1), "in_hospital")], at(2))
    assert (reading.status, reading.elapsed) == ("running", 2 * HOUR)


def test_pauses_that_overlap_count_once(falls: Flow) -> None:
    events = [
        *sorted_call(),
        Changed(at(0.5), {"speed": "later"}),
        Paused(at(1), "asked_to_wait"),
        Paused(at(2), "in_hospital"),
        Resumed(at(3), "asked_to_wait"),
        Resumed(at(4), "in_hospital"),
    ]
    (reading,) = read(falls, "later", events, at(10))
    assert reading.elapsed == 7 * HOUR


def test_a_breach_is_not_edited_away_by_another_clock(falls: Flow) -> None:
    events = [*sorted_call(), Changed(at(4), {"speed": "later"})]
    (soon,) = read(falls, "soon", events, at(5))
    assert (soon.status, soon.until, soon.breached) == ("replaced", at(4), True)
    (later,) = read(falls, "later", events, at(5))
    assert (later.status, later.elapsed, later.due) == ("running", 5 * HOUR, at(72))


def test_a_clock_chosen_again_counts_from_receipt_again(falls: Flow) -> None:
    events = [*sorted_call(), Changed(at(1), {"speed": "later"}), Changed(at(2), {"speed": "soon"})]
    first, second = read(falls, "soon", events, at(2.5))
    assert (first.status, second.status, second.elapsed, second.due) == ("replaced", "running", 2.5 * HOUR, at(3))


def test_a_change_at_the_instant_of_arrival_leaves_one_clock_stopped(falls: Flow) -> None:
    events = [*sorted_call(), Changed(at(2), {"speed": "later"}), Arrived(at(2), "visit")]
    ((soon,), (later,)) = (read(falls, clock, events, at(3)) for clock in ("soon", "later"))
    assert (soon.status, later.status) == ("replaced", "stopped")


def test_an_answer_corrected_at_once_was_never_a_promise(falls: Flow) -> None:
    events = [
        Received(CALL, "crew", "online"),
        Answered(at(5), "sort", {"speed": "soon"}),
        Answered(at(5), "sort", {"speed": "later"}),
    ]
    assert read(falls, "soon", events, at(6)) == []


def test_what_is_said_to_have_happened_after_a_death_stops_no_clock(falls: Flow) -> None:
    events = [*sorted_call(), Arrived(at(4), "visit"), Closed(at(1), "died")]
    (reading,) = read(falls, "soon", events, at(9))
    assert (reading.status, reading.until, reading.breached) == ("closed", at(1), False)


def test_a_pause_after_it_stopped_moves_nothing(falls: Flow) -> None:
    events = [*sorted_call(), Arrived(at(1), "visit")]
    before = read(falls, "soon", events, at(2))
    paused = [*events, Paused(at(2), "asked_to_wait")]
    assert read(falls, "soon", paused, at(3)) == before
    assert read(falls, "soon", [*paused, Resumed(at(4), "asked_to_wait")], at(5)) == before


def test_a_reading_of_the_past_does_not_know_what_came_later(falls: Flow) -> None:
    events = [*sorted_call(), Arrived(at(1), "visit")]
    assert read(falls, "soon", events, CALL) == []
    (reading,) = read(falls, "soon", events, at(0.5))
    assert (reading.status, reading.until) == ("running", None)


def test_an_end_closes_what_still_runs(falls: Flow) -> None:
    (reading,) = read(falls, "soon", [*sorted_call(), Closed(at(1), "died")], at(9))
    assert (reading.status, reading.elapsed, reading.breached) == ("closed", HOUR, False)


def test_the_first_of_several_moments_stops_it(falls: Flow) -> None:
    visited = [*sorted_call(), Arrived(at(2), "visit")]
    (reading,) = read(falls, "off_the_floor", visited, at(9))
    assert (reading.status, reading.until) == ("stopped", at(2))
    rested = [sorted_call()[0], Finished(at(0.5), "sort", SORTED | {"safe": False})]
    (reading,) = read(falls, "off_the_floor", rested, at(9))
    assert (reading.status, reading.until) == ("stopped", at(0.5))


def test_a_clock_with_a_calendar_counts_its_open_hours(falls: Flow) -> None:
    friday = datetime(2026, 5, 22, 14, 0, tzinfo=UTC)  # 15:00 in London, before a bank holiday weekend
    events: list[Event] = [
        *sorted_call(friday - HOUR),
        Arrived(friday, "visit"),
        Finished(friday, "visit", {"exercise": True}),
        Answered(friday, "classes", {"money": True}),
    ]
    (reading,) = read(falls, "advised", events, friday + timedelta(days=4))
    tuesday = datetime(2026, 5, 26, 15, 0, tzinfo=LONDON)
    assert reading.due == tuesday
    assert reading.elapsed == 2 * HOUR + 6 * HOUR


def test_a_clock_that_a_step_names_counts_only_if_it_stops_once_the_step_is_entered(falls: Flow) -> None:
    events: list[Event] = [
        *sorted_call(),
        Arrived(at(1), "visit"),
        Finished(at(1), "visit", {"exercise": True}),
        Answered(at(1), "classes", {"money": True}),
    ]
    assert read(falls, "too_late", events, at(2)) == []
    (reading,) = read(falls, "at_once", events, at(2))
    assert (reading.status, reading.until) == ("stopped", at(1))


@pytest.mark.parametrize(
    ("call", "due"),
    [
        ("2026-03-29T00:30", "2026-03-29T04:30"),  # the clocks go forward: three hours by the stopwatch
        ("2026-10-25T00:30", "2026-10-25T02:30"),  # the clocks go back
    ],
)
def test_three_hours_are_three_hours_when_the_clocks_change(falls: Flow, call: str, due: str) -> None:
    received = datetime.fromisoformat(call).replace(tzinfo=LONDON).astimezone(UTC)
    (reading,) = read(falls, "soon", sorted_call(received), received + HOUR)
    assert reading.due == datetime.fromisoformat(due).replace(tzinfo=LONDON)


def test_deadlines_in_order_with_whom_to_tell(falls: Flow) -> None:
    found = [(d.kind, d.of, d.at, d.tell) for d in deadlines(falls, replay(falls, sorted_call()), at(1))]
    assert ("warning", "soon", at(2), "nurse") in found
    assert ("breach", "soon", at(3), "nurse") in found
    assert [d[2] for d in found] == sorted(d[2] for d in found)


def test_what_fell_due_stays_due_until_it_is_met(falls: Flow) -> None:
    state = replay(falls, sorted_call())
    assert ("breach", at(3)) in [(d.kind, d.at) for d in deadlines(falls, state, at(50))]
    met = replay(falls, [*sorted_call(), Arrived(at(1), "visit")])
    assert [d for d in deadlines(falls, met, at(50)) if d.of == "soon"] == []


def test_a_step_that_lasts_too_long_is_told(falls: Flow) -> None:
    events = [sorted_call()[0], Finished(at(0.1), "sort", SORTED | {"safe": False})]
    (overstay,) = [d for d in deadlines(falls, replay(falls, events), at(1)) if d.kind == "overstay"]
    assert (overstay.of, overstay.at, overstay.tell) == ("rest", at(48.1), "nurse")


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda start: start.replace(tzinfo=UTC))
LENGTHS = st.timedeltas(timedelta(), timedelta(days=12))
CALENDARS = st.sampled_from(["Mo-Su 00:00-24:00", "Mo-Fr 09:00-17:00; PH off", "Mo-Su 21:00-07:30"])


@st.composite
def pauses(draw: st.DrawFn) -> tuple[tuple[datetime, datetime], ...]:
    found = draw(st.lists(st.tuples(STARTS, LENGTHS), max_size=4))
    return tuple(joined(sorted((start, start + length) for start, length in found)))


@given(STARTS, LENGTHS, LENGTHS, CALENDARS, pauses())
def test_elapsed_time_is_additive_over_any_split(
    start: datetime, first: timedelta, second: timedelta, text: str, paused: tuple[tuple[datetime, datetime], ...]
) -> None:
    calendar = Calendar(hours(text))
    middle, end = start + first, start + first + second
    parts = elapsed(start, middle, calendar, paused) + elapsed(middle, end, calendar, paused)
    assert parts == elapsed(start, end, calendar, paused)
    assert timedelta() <= parts <= end - start


@given(STARTS, st.timedeltas(timedelta(minutes=1), timedelta(days=9)), CALENDARS, pauses())
def test_a_clock_is_due_when_its_time_has_run(
    start: datetime, amount: timedelta, text: str, paused: tuple[tuple[datetime, datetime], ...]
) -> None:
    calendar = Calendar(hours(text))
    due = reach(start, amount, calendar, paused)
    assert due is not None
    assert elapsed(start, due, calendar, paused) == amount
    assert elapsed(start, due - timedelta(seconds=1), calendar, paused) < amount
