"""Local wall-clock times as instants, in the two hours of a year when the clocks leave a choice.

A time that the clocks show twice has a first and a last instant. A time that they skip is the instant of the jump.
"""

from datetime import UTC, date, datetime, time, timedelta

from vanguard.clock import LONDON, local_date

MINUTE = timedelta(minutes=1)


def first_instant(day: date, minute: int) -> datetime:
    """The first instant, in UTC, at which local clocks show `minute` minutes after midnight of `day`."""
    return min(_instants(day, minute))


def last_instant(day: date, minute: int) -> datetime:
    """The last such instant."""
    return max(_instants(day, minute))


def days_later(instant: datetime, days: int) -> datetime:
    """The instant with the same local time of day, so many days of the calendar later."""
    local = instant.astimezone(LONDON)
    minute = local.hour * 60 + local.minute
    rest = timedelta(seconds=local.second, microseconds=local.microsecond)
    return first_instant(local_date(instant) + timedelta(days=days), minute) + rest


def _instants(day: date, minute: int) -> tuple[datetime, datetime]:
    wall = datetime.combine(day, time()) + minute * MINUTE
    one, other = (wall.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    if other < one:  # skipped: fold 0 lies after the jump, fold 1 before it
        return (_jump(other, one),) * 2
    return one, other


def _jump(before: datetime, after: datetime) -> datetime:
    """The instant between the two from which local clocks have another offset."""
    offset = before.astimezone(LONDON).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(LONDON).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
