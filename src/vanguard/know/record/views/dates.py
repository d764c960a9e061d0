"""Reading a date that a person typed: 6 August 1942, 6 aug 1942, 06/08/1942, 6.8.1942, 1942-08-06."""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_FIRST = re.compile(r"(\d{1,2})[ /.\-]*([A-Za-z]{3,9}|\d{1,2})[ /.\-]*(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def read_date(text: str) -> date | None:
    """The date meant, day before month as people write it here; None if there is no such date."""
    tidy = text.strip()
    if whole := YEAR_FIRST.fullmatch(tidy):
        return _date(whole[1], whole[2], whole[3])
    if whole := DAY_FIRST.fullmatch(tidy):
        return _date(whole[3], whole[2], whole[1])
    return None


def _date(year: str, month: str, day: str) -> date | None:
    if month.isalpha():
        short = month[:3].lower()
        number = MONTHS.index(short) + 1 if short in MONTHS else 0
    else:
        number = int(month)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
