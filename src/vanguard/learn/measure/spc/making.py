"""Series from figures at hand, one after the other, instead of from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from vanguard.learn.measure.spc.series_file import Series


@dataclass(frozen=True)
class Figures:
    """One series: a value a period, None where it is missing. `rebased` are (first day, reason); `starts` the first
    days of the periods, in the order of time."""

    name: str
    direction: str
    periods: Sequence[str]
    starts: Sequence[date]
    values: Sequence[float | None]
    target: float | None = None
    rebased: Sequence[tuple[date, str]] = ()


def make_series(many: Sequence[Figures]) -> Series:
    """All of them as one Series, in their order. Those without a period are left out."""
    told = [one for one in many if one.periods]
    flags, reasons = [], []
    for one in told:
        for place, start in enumerate(one.starts):
            before = one.starts[place - 1] if place else None
            because = [why for day, why in one.rebased if before and before < day <= start]
            flags.append(bool(because))
            reasons.append(because[-1] if because else None)
    lengths = [len(one.periods) for one in told]
    return Series(
        names=tuple(one.name for one in told),
        directions=tuple(one.direction for one in told),
        number=np.repeat(np.arange(len(told)), lengths),
        periods=pa.array([period for one in told for period in one.periods], pa.string()),
        values=np.array([np.nan if v is None else v for one in told for v in one.values], np.float64),
        targets=np.repeat([np.nan if one.target is None else one.target for one in told], lengths).astype(np.float64),
        rebased=np.array(flags, np.bool_),
        reasons=pa.array(reasons, pa.string()),
        empty_rows=0,
    )
