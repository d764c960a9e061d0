"""Calendars: opening hours as instants, bank holidays, and the two nights on which the clocks change."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.blueprint.elements.hours import hours
from vanguard.clock import LONDON
from vanguard.flow import Calendar, bank_holidays
from vanguard.flow.local_time import days_later, first_instant, last_instant

MINUTE = timedelta(minutes=1)
FORWARD = date(2026, 3, 29)  # 01:00 is followed by 02:00
BACK = date(2026, 10, 25)  # 02:00 is followed by 01:00


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def open_between(text: str, start: str, end: str) -> float:
    return Calendar(hours(text)).open_time(local(start), local(end)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("Mo-Su 00:00-24:00", "2026-06-01T00:00", "2026-06-08T00:00", 168),
        ("Mo-Fr 09:00-17:00", "2026-06-01T00:00", "2026-06-08T00:00", 40),
        ("Mo-Fr 09:00-17:00", "2026-06-01T16:00", "2026-06-02T10:00", 2),
        ("Mo-Fr 09:00-12:00,13:00-17:00", "2026-06-01T11:00", "2026-06-01T14:00", 2),
        ("Mo-Su 21:00-07:30", "2026-06-01T00:00", "2026-06-02T00:00", 10.5),
        ("Mo-Su 09:00-17:00; Su off", "2026-06-06T00:00", "2026-06-08T00:00", 8),
        ("Fr-Mo 10:00-11:00", "2026-06-01T00:00", "2026-06-08T00:00", 4),
        # Monday 25 May 2026 is the spring bank holiday
        ("Mo-Fr 09:00-17:00; PH off", "2026-05-25T00:00", "2026-05-27T00:00", 8),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-05-25T00:00", "2026-05-26T00:00", 2),
        ("Mo-Fr 09:00-17:00", "2026-05-25T00:00", "2026-05-26T00:00", 8),
        # the night that is an hour shorter, and the one that is an hour longer
        ("Mo-Su 21:00-07:30", "2026-03-28T21:00", "2026-03-29T07:30", 9.5),
        ("Mo-Su 21:00-07:30", "2026-10-24T21:00", "2026-10-25T07:30", 11.5),
        ("Mo-Su 00:00-24:00", "2026-03-29T00:00", "2026-03-30T00:00", 23),
        ("Mo-Su 00:00-24:00", "2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("Su 01:15-01:45", "2026-03-29T00:00", "2026-03-30T00:00", 0),
        ("Su 01:15-01:45", "2026-10-25T00:00", "2026-10-26T00:00", 1.5),
        ("Su 01:30-03:00", "2026-03-29T00:00", "2026-03-30T00:00", 1),
    ],
)
def test_how_long_it_is_open(text: str, start: str, end: str, expected: float) -> None:
    assert open_between(text, start, end) == expected


def test_the_one_off_bank_holiday_of_the_coronation_is_known() -> None:
    assert date(2023, 5, 8) in bank_holidays(2023)
    assert date(2026, 12, 28) in bank_holidays(2026)  # Boxing Day falls on a Saturday


def test_a_time_shown_twice_has_two_instants_and_a_skipped_one_is_the_jump() -> None:
    assert first_instant(BACK, 90) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert last_instant(BACK, 90) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert first_instant(FORWARD, 90) == last_instant(FORWARD, 90) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "days", "until"),
    [
        ("2026-03-28T10:00", 2, "2026-03-30T10:00"),
        ("2026-10-24T10:00", 2, "2026-10-26T10:00"),
        ("2026-02-27T23:59", 42, "2026-04-10T23:59"),
    ],
)
def test_days_later_keeps_the_time_of_day(since: str, days: int, until: str) -> None:
    assert days_later(local(since), days) == local(until)


def test_hours_within_the_skipped_hour_do_not_open_that_day() -> None:
    assert Calendar(hours("Su 01:15-01:45")).next_open(local("2026-03-29T00:00")) == local("2026-04-05T01:15")


def test_when_it_next_opens() -> None:
    calendar = Calendar(hours("Mo-Fr 09:00-17:00; PH off"))
    friday_evening = local("2026-05-22T18:00")
    assert calendar.next_open(friday_evening) == local("2026-05-26T09:00")
    assert not calendar.is_open(friday_evening)
    assert calendar.is_open(local("2026-05-26T09:00"))
    assert not calendar.is_open(local("2026-05-26T17:00"))


TIMES = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
DAYS = st.sampled_from(["Mo-Fr", "Mo-Su", "Sa", "Sa-Su", "Fr-Mo", "Mo,We,Fr", "PH"])
RULES = st.tuples(DAYS, st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1])).map(
    lambda rule: f"{rule[0]} {rule[1][0]}-{rule[1][1]}"
)
TEXTS = st.lists(RULES, min_size=1, max_size=3).map("; ".join)
STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(
    lambda start: start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0, tzinfo=UTC)
)


@given(TEXTS, STARTS, st.integers(1, 5 * 96))
def test_open_as_the_clock_on_the_wall_says(text: str, start: datetime, quarters: int) -> None:
    """Quarter by quarter, on every day whose local times are each shown once."""
    calendar = Calendar(hours(text))
    for number in range(quarters):
        at = start + 15 * number * MINUTE
        wall = at.astimezone(LONDON)
        if {FORWARD, BACK} & {wall.date(), wall.date() - timedelta(days=1)} or wall.date().month in (3, 10):
            continue
        minute = wall.hour * 60 + wall.minute
        today, yesterday = calendar.open_on(wall.date()), calendar.open_on(wall.date() - timedelta(days=1))
        expected = any(o.opens <= minute < o.closes for o in today) or any(minute < o.closes - 1440 for o in yesterday)
        assert calendar.is_open(at) == expected, at


@given(TEXTS, STARTS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_open_time_is_additive(text: str, start: datetime, first: int, second: int) -> None:
    calendar = Calendar(hours(text))
    middle = start + first * MINUTE
    end = middle + second * MINUTE
    assert calendar.open_time(start, middle) + calendar.open_time(middle, end) == calendar.open_time(start, end)


@given(TEXTS, STARTS)
def test_a_week_of_stretches_is_in_order_apart_and_within(text: str, start: datetime) -> None:
    end = start + timedelta(days=8)
    found = list(Calendar(hours(text)).stretches(start, end))
    edges = [edge for stretch in found for edge in stretch]
    assert all(earlier < later for earlier, later in itertools.pairwise(edges))
    assert all(start <= edge <= end for edge in edges)
