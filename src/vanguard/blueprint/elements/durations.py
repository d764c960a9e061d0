"""Lengths of time as a blueprint writes them: elapsed time, and spans that may count calendar days."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from vanguard.blueprint.refusal import refusal

# Some digit is not 0: nothing may last for no time.
ELAPSED = r"PT(?=[0-9HM]*[1-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,5})M)?"
SPAN = r"P(?=[0-9WD]*[1-9])(?:([0-9]{1,3})W)?(?:([0-9]{1,3})D)?"
LONGEST_DAYS = 3660


@dataclass(frozen=True)
class Span:
    """`days` of the local calendar: from one time of day to the same time of day, whatever the clocks did."""

    days: int


def elapsed(value: Any) -> timedelta:
    """Elapsed time such as PT3H or PT1H30M: what a stopwatch shows."""
    found = re.fullmatch(ELAPSED, value) if isinstance(value, str) else None
    if found is None:
        do = "Write hours and minutes such as PT3H, PT90M or PT72H (a day may have 23 or 25 hours, so not P1D)."
        raise refusal(f"{value} is no elapsed time.", do)
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def span(value: Any) -> Span:
    """A span of whole calendar days, such as P2D or P6W."""
    found = re.fullmatch(SPAN, value) if isinstance(value, str) else None
    days = int(found[1] or 0) * 7 + int(found[2] or 0) if found else 0
    if not 0 < days <= LONGEST_DAYS:
        raise refusal(f"{value} is no span of days.", "Write days or weeks, such as P2D or P6W.")
    return Span(days)


Elapsed = Annotated[timedelta, PlainValidator(elapsed), WithJsonSchema({"type": "string", "pattern": f"^{ELAPSED}$"})]
Days = Annotated[Span, PlainValidator(span), WithJsonSchema({"type": "string", "pattern": f"^{SPAN}$"})]


Length = timedelta | Span


def length(value: Any) -> Length:
    """Elapsed time or a span of days: PT3H or P30D."""
    if isinstance(value, str) and value.startswith("PT"):
        return elapsed(value)
    return span(value)
