"""Dates and times as the NHS service manual writes them. Instants are shown in London time."""

from datetime import date, datetime, timedelta

from vanguard.clock import LONDON
from vanguard.web.presenters.words import sentence

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(when: date | datetime | None) -> str:
    """6 August 2018, or "Not known". An instant gives its day in London."""
    if when is None:
        return "Not known"
    local = _local_day(when)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def weekday(when: date) -> str:
    """Monday 6 August: a day near enough that its year goes without saying."""
    return f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"


def part_day(when: str) -> str:
    """2015, March 2015, 10 March 2015: a day written in part or whole, as 2015, 2015-03 or 2015-03-10."""
    year, month_, day_ = (*when.split("-"), "", "")[:3]
    return " ".join(filter(None, (day_.lstrip("0"), MONTHS[int(month_) - 1] if month_ else "", year)))


def month(when: date | datetime) -> str:
    """August 2018."""
    local = _local_day(when)
    return f"{MONTHS[local.month - 1]} {local.year}"


def clock_time(when: datetime) -> str:
    """5.30pm, 5pm, midday, midnight: the London time of an aware instant."""
    local = when.astimezone(LONDON)
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "midday" if local.hour else "midnight"
    minutes = f".{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def day_and_time(when: datetime | None) -> str:
    """6 August 2018 at 5.30pm, or "Not known"."""
    return "Not known" if when is None else f"{day(when)} at {clock_time(when)}"


def near(when: datetime, today: date) -> str:
    """Today at 5.30pm, tomorrow at 9am, 6 August at 5.30pm: an instant so near that its year goes without saying."""
    then = _local_day(when)
    days = (then - today).days
    words = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days, f"{then.day} {MONTHS[then.month - 1]}")
    return f"{sentence(words)}{'' if abs(days) < 300 else f' {then.year}'} at {clock_time(when)}"


def span(start: date, end: date | None) -> str:
    """1 August 2018 to 6 August 2018; one day alone is said once, and an open end not at all."""
    return day(start) if end is None or end == start else f"{day(start)} to {day(end)}"


def ago(when: date | datetime, today: date) -> str:
    """How long before `today`, in one whole unit: today, yesterday, 3 days ago, 2 weeks ago, 5 months ago.

    Days up to 13, weeks up to 8, months up to 23, then years; each rounded down.
    """
    then = _local_day(when)
    days = (today - then).days
    if days < 0:
        return "tomorrow" if days == -1 else f"in {-days} days"
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 14:
        return f"{days} days ago"
    if days < 61:
        return f"{days // 7} weeks ago"
    months = months_between(then, today)
    return f"{max(months, 2)} months ago" if months < 24 else f"{months // 12} years ago"


def lasting(time: timedelta) -> str:
    """2 hours, 1 hour 30 minutes: elapsed time in whole minutes, rounded down."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((hours, "hour"), (minutes, "minute"))
        if number
    ]
    return " ".join(parts) or "0 minutes"


def months_between(start: date, end: date) -> int:
    """Whole calendar months from `start` to `end`, which is not before it."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _local_day(when: date | datetime) -> date:
    return when.astimezone(LONDON).date() if isinstance(when, datetime) else when
