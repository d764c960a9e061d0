"""The bank holidays of England and Wales."""

from datetime import date
from functools import cache

import holidays


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Every bank holiday of a year, substitute days and one-off ones included."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
