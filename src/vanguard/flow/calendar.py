"""Calendars: when something is open, as instants, through bank holidays and the change of the clocks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from vanguard.blueprint import Hours, Opening
from vanguard.clock import local_date
from vanguard.flow.bank_holidays import bank_holidays
from vanguard.flow.local_time import first_instant, last_instant
from vanguard.flow.stretches import Stretch, joined, length

DAY = timedelta(days=1)
WHOLE_DAY = (Opening(0, 24 * 60),)
FOREVER = datetime.max.replace(tzinfo=UTC) - 2 * DAY
LONGEST_SEARCH = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Calendar:
    """Opening hours in local time. It opens at the first instant of a time and closes at the last.

    So a night that passes the hour shown twice is an hour longer and open throughout, and one that passes the skipped
    hour is an hour shorter. `holidays` gives the bank holidays of a year.
    """

    hours: Hours
    holidays: Callable[[int], frozenset[date]] = bank_holidays

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return all(day == WHOLE_DAY for day in self.hours.week) and self.hours.holiday in (None, WHOLE_DAY)

    def open_on(self, day: date) -> tuple[Opening, ...]:
        """The openings that begin on a local day."""
        if self.hours.holiday is not None and day in self.holidays(day.year):
            return self.hours.holiday
        return self.hours.week[day.weekday()]

    def stretches(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """When it is open from `start` to `end`, in order and apart from each other."""
        if start >= end:
            return
        if self.always:
            yield start, end
            return
        for opened, closed in joined(self._openings(local_date(start) - DAY, local_date(end))):
            if closed > start and opened < end:
                yield max(opened, start), min(closed, end)

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at an instant."""
        return any(True for _ in self.stretches(at, at + timedelta(microseconds=1)))

    def next_open(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which it is open; None where that lies more than three years away."""
        return next((opened for opened, _ in self.stretches(at, at + LONGEST_SEARCH)), None)

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How long it is open between two instants."""
        return length(self.stretches(start, end))

    def _openings(self, first: date, last: date) -> Iterator[Stretch]:
        day = first
        while day <= last:
            for opening in self.open_on(day):
                opened, closed = first_instant(day, opening.opens), last_instant(day, opening.closes)
                if opened < closed:  # hours within the skipped hour never come
                    yield opened, closed
            day += DAY
