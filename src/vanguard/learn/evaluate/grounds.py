"""What every design over a panel asks of it before it begins, and how it words numbers and months."""

from datetime import date

import numpy as np

from vanguard.learn.evaluate.finding import LEVEL, CannotJudge, Estimate
from vanguard.learn.evaluate.panel import Panel, Study, Yes

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)


def known(study: Study, panel: Panel) -> Yes:
    """U x T: the cells that the plan uses and for which this panel has an outcome.

    Raises CannotJudge where a used cell has nobody to count events among.
    """
    used = study.used & np.isfinite(panel.numerator)
    if panel.denominator is None:
        return used
    used &= np.isfinite(panel.denominator)
    for unit, period in np.argwhere(used & (panel.denominator <= 0))[:1]:
        where = f"{panel.units[unit]} in {month(panel.periods[period])}"
        raise CannotJudge(f"{panel.outcome} has a denominator of zero or less for {where}. Exclude it, with a reason.")
    return used


def year(panel: Panel) -> int:
    """How many periods make a year: 12 of months, 4 of quarters, 1 of years."""
    if len(panel.periods) < 2:
        return 1
    days = (panel.periods[-1] - panel.periods[0]).days / (len(panel.periods) - 1)
    return max(round(365.25 / days), 1)


def stretch(panel: Panel, number: int) -> str:
    """So many of the panel's periods, in words."""
    name = {1: "year", 4: "quarter", 12: "month", 52: "week"}.get(year(panel), "period")
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def figure(value: float) -> str:
    """Three significant digits, or whole from a hundred up."""
    if not np.isfinite(value):
        return "unknown"
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def interval(found: Estimate) -> str:
    if not (np.isfinite(found.low) and np.isfinite(found.high)):
        return f"{figure(found.effect)} (which bounds nothing)"
    return f"{figure(found.effect)} (from {figure(found.low)} to {figure(found.high)})"


def significant(found: Estimate) -> bool:
    return found.p_value <= 1 - LEVEL + 1e-12


def chance(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
