"""Occupancy and length of stay, from the history of beds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vanguard.care.beds.status import STATUSES
from vanguard.care.beds.use import Row, use

START = datetime(2026, 11, 2, tzinfo=UTC)
DAY = START + timedelta(days=1)


def hour(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_hours_occupied_of_those_not_closed_and_stays_that_ended() -> None:
    rows = [
        Row(1, hour(-10), "open"),
        Row(1, hour(-4), "occupied"),  # began before the day: its whole length counts, its hours only in the day
        Row(1, hour(6), "cleaning"),
        Row(1, hour(8), "open"),
        Row(1, hour(18), "occupied"),  # still there at the end
        Row(2, hour(12), "closed"),
        Row(2, hour(20), "open"),
    ]
    day = use(rows, START, DAY)
    assert (day.beds, day.usable, day.occupied) == (2, timedelta(hours=28), timedelta(hours=12))
    assert day.occupancy == 12 / 28
    assert (day.stays, day.median_hours, day.longest_hours) == (1, 10.0, 10.0)
    assert use([], START, DAY).occupancy is None


CHANGES = st.lists(st.tuples(st.integers(-48, 72), st.sampled_from(list(STATUSES))), min_size=1, max_size=20)


@given(CHANGES)
def test_parts_of_a_time_add_up_to_it(changes: list[tuple[int, str]]) -> None:
    rows = [Row(1, hour(at), status) for at, status in sorted(changes)]
    whole = use(rows, START, DAY)
    parts = [use(rows, START + one * (DAY - START) / 4, START + (one + 1) * (DAY - START) / 4) for one in range(4)]
    assert sum((one.usable for one in parts), timedelta()) == whole.usable
    assert sum((one.occupied for one in parts), timedelta()) == whole.occupied
    assert whole.occupied <= whole.usable <= DAY - START
