"""Periods as people write them, put in the order of time: days, months, weeks, quarters, years, or plain numbers."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar

from vanguard.table_file import DATE_FORMATS

Read = TypeVar("Read")

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
NAMES = {name: place % 12 + 1 for place, name in enumerate((*MONTHS, *LONG_MONTHS))} | {"sept": 9}
DAY_FORMATS = (*DATE_FORMATS, "%d/%m/%y", "%d-%b-%y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")
CENTURY = 2000


def _day(text: str) -> float | None:
    """What DAY_FORMATS and ISO 8601 write, with a time or without; hours without an offset are taken as UTC."""
    readers: tuple[Callable[[str], datetime], ...] = (
        datetime.fromisoformat,
        *(partial(_strptime, pattern) for pattern in DAY_FORMATS),
    )
    read = next((day for reader in readers if (day := _first(partial(reader, text)))), None)
    if read is None or "W" in text:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def _strptime(pattern: str, text: str) -> datetime:
    return datetime.strptime(text, pattern).replace(tzinfo=UTC)


def _month(text: str) -> float | None:
    """2018-08, 2018/08, 08/2018, Aug 2018, August 2018, 2018 Aug, and Aug-18 as spreadsheets show a month."""
    if found := re.fullmatch(r"(\d{4})[-/](\d{1,2})", text):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[-/](\d{4})", text):
        year, month = int(found[2]), int(found[1])
    elif found := re.fullmatch(r"([A-Za-z]+)\.?[ -]?(\d{4}|\d{2})", text):
        year, month = int(found[2]), NAMES.get(found[1].lower(), 0)
    elif found := re.fullmatch(r"(\d{4})[ -]?([A-Za-z]+)", text):
        year, month = int(found[1]), NAMES.get(found[2].lower(), 0)
    else:
        return None
    year += CENTURY if year < 100 else 0
    return float(12 * year + month) if 1 <= month <= 12 else None


def _week(text: str) -> float | None:
    """2018-W32, 2018W32, 2018 W32, W32 2018: ISO weeks."""
    if found := re.fullmatch(r"(\d{4})[ -]?[Ww](\d{1,2})", text):
        year, week = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"[Ww](\d{1,2})[ -](\d{4})", text):
        year, week = int(found[2]), int(found[1])
    else:
        return None
    monday = _first(lambda: date.fromisocalendar(year, week, 1))
    return float(monday.toordinal()) if monday else None


def _quarter(text: str) -> float | None:
    """2018-Q3, 2018Q3, Q3 2018: quarters of calendar years."""
    if found := re.fullmatch(r"(\d{4})[ -]?[Qq]([1-4])", text):
        return float(4 * int(found[1]) + int(found[2]))
    if found := re.fullmatch(r"[Qq]([1-4])[ -](\d{4})", text):
        return float(4 * int(found[2]) + int(found[1]))
    return None


def _financial_quarter(text: str) -> float | None:
    """2018/19 Q1, 2018-19 Q1, Q1 2018/19: quarters of years that begin in April."""
    if found := re.fullmatch(r"(\S+)[ -][Qq]([1-4])", text):
        year, quarter = _financial_year(found[1]), int(found[2])
    elif found := re.fullmatch(r"[Qq]([1-4])[ -](\S+)", text):
        year, quarter = _financial_year(found[2]), int(found[1])
    else:
        return None
    return None if year is None else 4 * year + quarter


def _financial_year(text: str) -> float | None:
    """2018/19, 2018-19, 2018/2019."""
    found = re.fullmatch(r"(\d{4})[-/](\d{4}|\d{2})", text)
    if not found:
        return None
    begins, ends = int(found[1]), found[2]
    return float(begins) if str(begins + 1).endswith(ends) else None


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text) else None


# How a period can be written; of those that fit a whole series the first counts. 2010-11 may be a month or a year, and
# a series in which both fit is in the same order either way.
FORMS: Mapping[str, Callable[[str], float | None]] = {
    "a day": _day,
    "a month": _month,
    "a week": _week,
    "a quarter": _quarter,
    "a quarter of a financial year": _financial_quarter,
    "a financial year": _financial_year,
    "a number": _number,
}


def in_time(periods: Iterable[str]) -> list[tuple[str, int, float]]:
    """(period, form, key) for every form of FORMS, by its place, in which a period can be read.

    Keys of one form are in the order of time, and equal where two periods are the same one written differently.
    """
    return [
        (period, form, key)
        for period in periods
        for form, read in enumerate(FORMS.values())
        if (key := read(" ".join(period.split()))) is not None
    ]


def _first(read: Callable[[], Read | None]) -> Read | None:
    """What `read` gives, or nothing where the text is not so written or there is no such day."""
    try:
        return read()
    except (ValueError, OverflowError):
        return None
