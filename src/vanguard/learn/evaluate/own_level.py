"""Figures held against the unit's own level in a time that the feed names."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from vanguard.learn.evaluate.feed import OwnLevel, OwnMean
from vanguard.learn.evaluate.panel import Floats
from vanguard.learn.evaluate.panel_file import Table


def to_own_level(table: Table, own: OwnLevel) -> Table:
    """The denominator becomes the events that the unit's own rate of the time named would have given."""
    assert table.denominator is not None, "every feed divides"
    when = np.array([own.start <= day <= own.to for day in table.periods])
    known = np.isfinite(table.numerator) & np.isfinite(table.denominator) & when
    events = np.where(known, table.numerator, 0.0).sum(axis=1, keepdims=True)
    at_risk = np.where(known, table.denominator, 0.0).sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        expected: Floats = np.where(events > 0, table.denominator * events / at_risk, np.nan)
    return replace(table, denominator=expected, per=own.per)


def own_mean(own: OwnMean, numerator: Floats, periods: Sequence[date]) -> tuple[Floats, Sequence[int]]:
    """The mean of each unit in the time that the feed names, in every period; and the rows that reach the least."""
    when = np.array([own.start <= day <= own.to for day in periods])
    known = np.isfinite(numerator) & when
    counted = known.sum(axis=1)
    mean = np.where(known, numerator, 0.0).sum(axis=1) / np.maximum(counted, 1)
    enough = (counted > 0) & (mean >= max(own.least, 1e-9))
    return np.repeat(mean[:, None], len(periods), axis=1), [int(row) for row in np.flatnonzero(enough)]
