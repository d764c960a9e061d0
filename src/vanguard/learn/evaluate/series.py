"""The treated units as one series, and the course that it was on before the start."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from vanguard.learn.evaluate.autoregression import Fitted, regress
from vanguard.learn.evaluate.finding import CannotJudge, Estimate
from vanguard.learn.evaluate.grounds import known, year
from vanguard.learn.evaluate.panel import Floats, Panel, Study, Whole

BEFORE = 12
AFTER = 3
"""Fewer periods than these tell no course."""
LEVEL_CHANGE, TREND_CHANGE = 2, 3
"""Columns of the regression."""


@dataclass(frozen=True)
class Series:
    """N periods in which every treated unit is known."""

    outcomes: Floats
    """N: the rate of all treated together; the mean where there is no denominator."""
    at_risk: Floats | None
    """N: persons at risk, all treated together."""
    per: float
    periods: Whole
    """N: which periods of the panel."""
    dates: tuple[date, ...]
    """N."""
    begin: int
    """The first period of the panel that could show an effect."""
    year: int
    """Periods in a year."""

    def earlier(self, by: int) -> "Series":
        """The time before the start alone, as if it had been earlier."""
        keep = self.periods < self.begin
        return replace(
            self,
            outcomes=self.outcomes[keep],
            at_risk=None if self.at_risk is None else self.at_risk[keep],
            periods=self.periods[keep],
            dates=tuple(day for day, kept in zip(self.dates, keep, strict=True) if kept),
            begin=self.begin - by,
        )


@dataclass(frozen=True)
class Interrupted:
    """A fitted course, and how far the course after the start lies from it."""

    fitted: Fitted
    columns: Floats
    """N x K."""
    waves: int
    """How many waves a year describe the season; 0 where the time before is shorter than a year."""
    changes: Floats
    """M x K: for each period after the start, the part of the course that is the change."""

    @property
    def mean(self) -> Floats:
        """K: the combination that is the mean effect over the time after."""
        mean: Floats = self.changes.mean(axis=0)
        return mean

    @property
    def without(self) -> Floats:
        """N x K: the course had nothing changed."""
        columns = self.columns.copy()
        columns[:, [LEVEL_CHANGE, TREND_CHANGE]] = 0.0
        return columns

    @property
    def effect(self) -> Estimate:
        return self.fitted.estimate(self.mean)


def series_of(study: Study, panel: Panel) -> Series:
    """All treated units added up, but for those of which nothing is used. Raises CannotJudge where none is left."""
    cells = known(study, panel)
    treated = study.treated & cells.any(axis=1)
    if not treated.any():
        raise CannotJudge("Nothing is known of any unit that changed. Name treated units that the panel has.")
    periods = np.flatnonzero(cells[treated].all(axis=0))
    events = panel.numerator[treated][:, periods]
    at_risk = None if panel.denominator is None else panel.denominator[treated][:, periods].sum(axis=0)
    outcomes = events.mean(axis=0) if at_risk is None else events.sum(axis=0) / at_risk * panel.per
    return Series(
        outcomes=outcomes,
        at_risk=at_risk,
        per=panel.per,
        periods=periods,
        dates=tuple(panel.periods[period] for period in periods),
        begin=int(study.begins[treated].min()),
        year=year(panel),
    )


def interrupted(series: Series) -> Interrupted:
    """Raises CannotJudge where the series is too short on either side."""
    after = series.periods >= series.begin
    before = int((~after).sum())
    if before < BEFORE:
        raise CannotJudge(
            f"Only {before} periods before the start are known of all treated units, and a course takes {BEFORE}. "
            "Give a longer time before, or another design."
        )
    if after.sum() < AFTER:
        raise CannotJudge(f"Only {int(after.sum())} periods are known after the start. Wait until there are {AFTER}.")
    waves = waves_told(before, series.year)
    columns = np.column_stack([*_course(series), *seasons(series, 1, waves)])
    if len(columns) - columns.shape[1] < BEFORE // 2 or np.linalg.matrix_rank(columns) < columns.shape[1]:
        raise CannotJudge("The series is too short, or its gaps are too long, for a level, a trend and a season.")
    changes = np.zeros_like(columns[after])
    changes[:, [LEVEL_CHANGE, TREND_CHANGE]] = columns[after][:, [LEVEL_CHANGE, TREND_CHANGE]]
    return Interrupted(regress(series.outcomes, columns, series.periods), columns, waves, changes)


def waves_told(before: int, year: int) -> int:
    """How fine a season the time before can tell, whatever the plan says: with five years each month for itself (all
    waves), with two the year and the half-year, with one the year alone."""
    most = year // 2
    if before >= 5 * year:
        return most
    return min(most, 2 if before >= 2 * year else 1 if before >= year else 0)


def seasons(series: Series, first: int, last: int) -> list[Floats]:
    """Columns of the waves `first` to `last`: each goes round so many times a year."""
    columns = []
    for wave in range(first, last + 1):
        turn = 2 * np.pi * wave * series.periods / series.year
        columns.append(np.cos(turn))
        if 2 * wave != series.year:
            columns.append(np.sin(turn))
    return columns


def _course(series: Series) -> list[Floats]:
    after = (series.periods >= series.begin).astype(float)
    since = (series.periods - series.begin) / series.year
    columns = [np.ones_like(since), since, after, after * since]
    if series.year == 12:
        length = np.array([monthrange(day.year, day.month)[1] for day in series.dates])
        columns.append(length / 30.4375 - 1)
    return columns
