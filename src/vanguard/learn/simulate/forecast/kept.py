"""The forecasts of a place as they stand: the latest of each, and whether its kept record lets it be shown."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from vanguard.lake import Lake
from vanguard.learn.simulate.forecast.standing import LEAST_TRIALS

LOOKED_AT = timedelta(days=180)


@dataclass(frozen=True)
class Record:
    """How forecasts of one window did that have come true: how many, their mean CRPS beside the naive one's, and how
    often the truth lay where 80 and 95 in 100 were to lie. None where none has."""

    forecasts: int
    crps: float | None
    naive_crps: float | None
    within_80: float | None
    within_95: float | None


@dataclass(frozen=True)
class Ahead:
    """The latest forecast of one series in one window. `why` says in words why it is shown, or is not."""

    series: str
    place: str
    made_at: datetime
    known_until: datetime
    begins: datetime
    ends: datetime
    hours: int
    draws: np.ndarray = field(repr=False)
    shown: bool
    why: str
    record: Record

    def between(self, share: float) -> tuple[float, float]:
        """Where the middle of the distribution lies that holds this share of it."""
        low, high = np.quantile(self.draws, [(1 - share) / 2, (1 + share) / 2], method="inverted_cdf")
        return float(low), float(high)

    @property
    def middle(self) -> float:
        return float(np.median(self.draws))


LATEST = """
SELECT series, place, made_at, known_until, begins, ends, hours, draws, shown, why FROM forecast
QUALIFY made_at = max(made_at) OVER (PARTITION BY series, place) ORDER BY series, place, hours
"""
SCORED = """
SELECT series, place, hours, crps, naive_crps, pit FROM forecast
WHERE crps IS NOT NULL AND naive_crps IS NOT NULL AND made_at >= (SELECT max(made_at) FROM forecast) - $looked_at
"""


def kept_forecasts(lake: Lake) -> list[Ahead]:
    """The latest of each series, place and window, the nearest window first; those that are withdrawn too."""
    with lake.connect(only=["forecast"]) as con:
        latest = con.execute(LATEST).fetchall()
        scored: dict[tuple[str, str, int], list[tuple[float, float, float]]] = {}
        for series, place, hours, *scores in con.execute(SCORED, {"looked_at": LOOKED_AT}).fetchall():
            scored.setdefault((series, place, hours), []).append((scores[0], scores[1], scores[2]))
    found = []
    for series, place, made_at, known, begins, ends, hours, draws, shown, why in latest:
        record = _record(scored.get((series, place, hours), []))
        may, words = _standing(shown, why, record)
        made_at, known, begins, ends = (one.replace(tzinfo=UTC) for one in (made_at, known, begins, ends))
        found.append(
            Ahead(series, place, made_at, known, begins, ends, hours, np.array(json.loads(draws)), may, words, record)
        )
    return found


def _record(scores: list[tuple[float, float, float]]) -> Record:
    if not scores:
        return Record(0, None, None, None, None)
    ours, theirs, where = np.array(scores).T
    return Record(
        len(scores),
        float(ours.mean()),
        float(theirs.mean()),
        float(((where >= 0.1) & (where <= 0.9)).mean()),
        float(((where >= 0.025) & (where <= 0.975)).mean()),
    )


def _standing(shown: bool, why: str, record: Record) -> tuple[bool, str]:
    """Both must hold: nearer on days that are over, and nearer since it is kept, once enough has come true."""
    if not shown or record.forecasts < LEAST_TRIALS or record.crps is None or record.naive_crps is None:
        return shown, why
    if record.crps < record.naive_crps:
        return True, f"{why} Of those made since, {record.forecasts} have come true, and it was nearer in them too."
    what = f"Of those made since, {record.forecasts} have come true, and it was no nearer than"
    return False, f"{what} the same hours of the last weeks."
