"""Interrupted time series: did the treated themselves leave the course that they were on?"""

from collections.abc import Iterator

import numpy as np

from vanguard.learn.evaluate.finding import Finding, Table
from vanguard.learn.evaluate.grounds import month
from vanguard.learn.evaluate.interrupted_checks import Claim, checks
from vanguard.learn.evaluate.panel import Study
from vanguard.learn.evaluate.series import (
    LEVEL_CHANGE,
    TREND_CHANGE,
    Interrupted,
    Series,
    interrupted,
    series_of,
)

METHOD = (
    "Interrupted time series (segmented regression; Wagner et al. 2002, Bernal et al. 2017): before the start a level,",
    "a trend and a season; from the start on another level and another trend. The effect is how far the new course",
    "lies from the old one carried on, as a mean over the time after. Months are compared by their length, for a short",
    "one has less of everything. Deviations carry over from one month to the next by an unknown share: the interval",
    "weighs every share by its restricted likelihood, because intervals that take one share for granted are too narrow",
    "for series as short as these. Treated places are added up to one series. There is no comparison: whatever else",
    "began at the same time counts as effect.",
)
CLINGING = 0.7


def estimate(study: Study) -> Finding:
    """What the treated units' own series says. Raises CannotJudge where it is too short."""
    series = series_of(study, study.panel)
    found = interrupted(series)
    after = series.periods >= series.begin
    fitted = found.fitted
    return Finding(
        design="interrupted_time_series",
        method=" ".join(METHOD),
        estimate=found.effect,
        expected=float((found.without[after] @ fitted.mean).mean()),
        events=None if series.at_risk is None else fitted.estimate(series.at_risk[after] / series.per @ found.changes),
        smallest_effect=fitted.smallest(found.mean),
        checks=checks(Claim(study, series, found)),
        tables={"course": _course(series, found), "effects": _effects(found)},
        warnings=tuple(_warnings(study, series, found)),
    )


def _course(series: Series, found: Interrupted) -> Table:
    """Observed, and the old course carried on, with the interval of that course."""
    before = (series.periods < series.begin).tolist()
    low, high = found.fitted.reach(found.without[np.logical_not(before)])
    unsaid = [None] * sum(before)
    return {
        "period": series.dates,
        "observed": series.outcomes.tolist(),
        "expected": (found.without @ found.fitted.mean).tolist(),
        "fitted": (found.columns @ found.fitted.mean).tolist(),
        "low": [*unsaid, *low.tolist()],
        "high": [*unsaid, *high.tolist()],
    }


def _effects(found: Interrupted) -> Table:
    """The same change in other words; the trend is by year."""
    single = np.eye(found.columns.shape[1])
    rows = {
        "mean over the time after": found.effect,
        "in the last period": found.fitted.estimate(found.changes[-1]),
        "level at the start": found.fitted.estimate(single[LEVEL_CHANGE]),
        "trend a year": found.fitted.estimate(single[TREND_CHANGE]),
    }
    return {
        "what": list(rows),
        "effect": [row.effect for row in rows.values()],
        "low": [row.low for row in rows.values()],
        "high": [row.high for row in rows.values()],
        "p_value": [row.p_value for row in rows.values()],
    }


def _warnings(study: Study, series: Series, found: Interrupted) -> Iterator[str]:
    starts = study.begins[study.treated]
    if (starts != starts.min()).any():
        first = month(study.panel.periods[int(starts.min())])
        yield f"The treated began at different times: the effect is counted from the first start, {first}."
    missing = len(study.panel.periods) - len(series.periods)
    if missing:
        yield f"{missing} of {len(study.panel.periods)} periods are left out, or not known of every treated place."
    if found.waves == 0 and series.year > 1:
        yield "The time before is shorter than a year: season may look like an effect."
    if found.fitted.carried > CLINGING:
        yield "Deviations last so long that a change of level can hardly be told from a drift."
