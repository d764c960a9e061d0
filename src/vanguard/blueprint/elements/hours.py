"""Opening hours as people write them: `Mo-Fr 08:00-18:30; Sa 09:00-12:00; PH off`, a part of what OpenStreetMap allows.

Rules stand between semicolons; a later rule replaces an earlier one on the days that it names. Days are Mo Tu We Th
Fr Sa Su and PH (bank holidays); times are local, several between commas, and may pass midnight (21:00-07:30).
A day that no rule names is closed. Without a rule for PH, a bank holiday is like any other day.
"""

import itertools
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from vanguard.blueprint.refusal import refusal

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT = 24 * 60
LONGEST = 500
EXAMPLE = "Write hours such as Mo-Fr 08:00-18:30; Sa 09:00-12:00; PH off."


@dataclass(frozen=True)
class Opening:
    """Minutes from midnight of the day on which it opens; `closes` is over 1440 where it passes midnight."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Hours:
    """`week` holds the openings of Monday to Sunday; `holiday` a bank holiday's, None where it is as its weekday."""

    text: str
    week: tuple[tuple[Opening, ...], ...]
    holiday: tuple[Opening, ...] | None


def hours(value: Any) -> Hours:
    """Opening hours, from their text."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise refusal("These are no opening hours.", EXAMPLE)
    week: list[tuple[Opening, ...]] = [()] * len(DAYS)
    holiday: tuple[Opening, ...] | None = None
    at = 0
    for rule in value.split(";"):
        start = at + len(rule) - len(rule.lstrip())
        days, openings = _rule(rule.strip(), start)
        for day in days:
            if day == "PH":
                holiday = openings
            else:
                week[DAYS.index(day)] = openings
        at += len(rule) + 1
    if not any(week) and not holiday:
        raise refusal("These hours never open.", "Give at least one time, such as Mo-Fr 09:00-17:00.")
    return Hours(value, tuple(week), holiday)


def _rule(rule: str, start: int) -> tuple[list[str], tuple[Opening, ...]]:
    words, _, times = rule.partition(" ")
    if not times.strip():
        raise refusal(f"{rule or 'Nothing'} is no rule for opening.", EXAMPLE, at=start)
    openings = () if times.strip() == "off" else _openings(times, start + len(words) + 1)
    return [day for part in words.split(",") for day in _days(part, start)], openings


def _days(part: str, start: int) -> tuple[str, ...]:
    if part == "PH":
        return ("PH",)
    first, dash, last = part.partition("-")
    last = last if dash else first
    unknown = next((day for day in (first, last) if day not in DAYS), None)
    if unknown is not None:
        raise refusal(f"There is no day {unknown or '(empty)'}.", f"Days are {', '.join(DAYS)} and PH.", at=start)
    low, high = DAYS.index(first), DAYS.index(last)
    return DAYS[low : high + 1] if low <= high else DAYS[low:] + DAYS[: high + 1]


def _openings(times: str, start: int) -> tuple[Opening, ...]:
    found = sorted((_opening(part.strip(), start) for part in times.split(",")), key=lambda o: o.opens)
    for earlier, later in itertools.pairwise(found):
        if later.opens < earlier.closes:
            raise refusal(f"The times {times.strip()} overlap.", "Let one end before the next begins.", at=start)
    return tuple(found)


def _opening(text: str, start: int) -> Opening:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", text)
    if not found:
        raise refusal(f"{text} are no hours of a day.", "Write hours such as 08:00-18:30 or 00:00-24:00.", at=start)
    opens = int(found[1]) * 60 + int(found[2])
    closes = int(found[3]) * 60 + int(found[4]) if found[3] else MIDNIGHT
    if opens == closes:
        raise refusal(f"{text} opens for no time.", "For a whole day write 00:00-24:00.", at=start)
    return Opening(opens, closes if closes > opens else closes + MIDNIGHT)


OpeningHours = Annotated[
    Hours,
    PlainValidator(hours),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST, "examples": [EXAMPLE]}),
]
