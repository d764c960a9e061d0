"""Dates and times of FHIR R4, of any precision, as UTC microseconds and days of London's calendar.
A time without an offset, which R4 forbids and systems send, is taken as London's."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from vanguard.clock import LONDON

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_TIMED = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
)

OPEN_END_YEAR = 9999


class NoDate(Exception):
    """The text is no date that exists."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`at`: UTC microseconds since 1970; `day` and `last_day`: days since 1970 in London's calendar.

    Without a time of day (`timed` false) `at` is London's midnight of the first day, and `last_at` that of
    the last, which is another where only a year or a month is given (`partial`).
    """

    at: int
    last_at: int
    day: int
    last_day: int
    timed: bool
    partial: bool


@lru_cache(maxsize=100_000)
def moment(text: str) -> Moment:
    """Read a FHIR date, dateTime or instant. Raises NoDate."""
    try:
        return _timed(text) if "T" in text else _untimed(text)
    except (ValueError, OverflowError) as error:
        raise NoDate(text) from error


def microseconds(instant: datetime) -> int:
    """UTC microseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MICROSECOND


def _timed(text: str) -> Moment:
    match = _TIMED.fullmatch(text)
    if not match:
        raise NoDate(text)
    leap = text[17:19] == "60"
    instant = datetime.fromisoformat(text[:17] + "59" + text[19:] if leap else text)
    if match.group(1) is None:
        instant = instant.replace(tzinfo=LONDON)
    utc = instant.astimezone(UTC) + timedelta(seconds=leap)
    day = utc.astimezone(LONDON).toordinal() - _EPOCH_DAY
    at = microseconds(utc)
    return Moment(at, at, day, day, True, False)


def _untimed(text: str) -> Moment:
    match = _DATE.fullmatch(text)
    if not match:
        raise NoDate(text)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    first = date(year, month or 1, day or 1)
    if day:
        last = first
    elif year == OPEN_END_YEAR:
        last = date(year, month or 12, 28)
    else:
        last = (date(year, month + 1, 1) if 0 < month < 12 else date(year + 1, 1, 1)) - timedelta(days=1)
    return Moment(
        _midnight(first),
        _midnight(last),
        first.toordinal() - _EPOCH_DAY,
        last.toordinal() - _EPOCH_DAY,
        False,
        not day,
    )


def _midnight(day: date) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=LONDON))
