"""The values of a blueprint in plain words: 3 hours for PT3H, 6 August 2018 for a day."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from vanguard.blueprint.elements import Cited, Strict
from vanguard.blueprint.elements.durations import Span
from vanguard.blueprint.elements.hours import Hours
from vanguard.lake.condition import Condition, Saying, Sentence

UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def in_words(value: Any) -> str:
    """A value of any element, in words, on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        period = re.fullmatch(r"P([0-9]+)([DWMY])", value)
        return _count(int(period[1]), UNITS[period[2]]) if period else " ".join(value.split())
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, timedelta | Span):
        return _length(value)
    if isinstance(value, Condition | Hours):
        return " ".join(value.text.split())
    if isinstance(value, Saying):
        said = " / ".join(_sentence(part) for part in (value.one, value.many) if part)
        return f"{said} (by {plain(value.count.name)})" if value.count else said
    if isinstance(value, Cited):
        said = f"{plain(value.cites)} ({value.at})" if value.at else plain(value.cites)
        return f"{said}, as in {', '.join(value.sites)}" if value.sites else said
    if isinstance(value, Strict):
        return _fields(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(key)} {in_words(inner)}" for key, inner in value.items()) or "nothing"
    if isinstance(value, tuple):
        return ", ".join(in_words(item) for item in value) or "nothing"
    return _number(value) if isinstance(value, float | Decimal) else str(value)


def plain(id: str) -> str:
    """An id or a name of a part, as words."""
    return id.replace("_", " ")


def _number(value: float | Decimal) -> str:
    """All digits that were written, without an exponent."""
    return f"{Decimal(repr(value) if isinstance(value, float) else value).normalize():f}"


def _fields(element: Strict) -> str:
    given = [(name, getattr(element, name)) for name in type(element).model_fields if name in element.model_fields_set]
    return ", ".join(f"{plain(name)} {in_words(value)}" for name, value in given if name not in ("id", "source"))


def _sentence(sentence: Sentence) -> str:
    return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in sentence.parts)


def _length(value: timedelta | Span) -> str:
    if isinstance(value, Span):
        weeks, days = divmod(value.days, 7)
        return _count(value.days, "day") if days else _count(weeks, "week")
    hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
    said = [_count(number, unit) for number, unit in ((hours, "hour"), (minutes, "minute")) if number]
    return " and ".join(said) or "0 minutes"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
