"""Months and the windows that end with them."""

from dataclasses import dataclass
from datetime import date, timedelta

from vanguard.errors import BadInput


@dataclass(frozen=True)
class Windows:
    """The days that count for the features of one month end, first and last included.

    A window of n years is the 12n calendar months that end with the month: it begins on the first day of the
    month after the same month n years before. Windows of following years therefore never share or miss a day,
    29 February included.
    """

    month_end: date
    year_from: date
    frailty_from: date

    @property
    def day_after(self) -> date:
        """The first day after the month."""
        return self.month_end + timedelta(days=1)


def windows(month_end: date, frailty_years: int) -> Windows:
    """The windows that end on `month_end`. Raises BadInput where that is not the last day of a month."""
    after = month_end + timedelta(days=1)
    if after.day != 1:
        raise BadInput(
            f"{month_end.day} {month_end:%B %Y} is not the last day of a month.",
            do=f"Give {last_month_end(month_end).isoformat()}, for example.",
        )
    return Windows(month_end, after.replace(year=after.year - 1), after.replace(year=after.year - frailty_years))


def last_month_end(today: date) -> date:
    """The last day of the last month that is over on `today`."""
    return today.replace(day=1) - timedelta(days=1)
