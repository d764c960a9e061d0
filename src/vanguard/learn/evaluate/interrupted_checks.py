"""What could show an interrupted time series to be wrong."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox

from vanguard.learn.evaluate.autoregression import regress
from vanguard.learn.evaluate.finding import LEVEL, CannotJudge, Check, Estimate
from vanguard.learn.evaluate.grounds import chance, stretch
from vanguard.learn.evaluate.panel import Study
from vanguard.learn.evaluate.series import Interrupted, Series, interrupted, seasons, series_of
from vanguard.learn.evaluate.shared_checks import pretended, untouched

CLEAR = 0.01
"""In series as short as these, Ljung and Box's test cries out at about twice its level: only a clear cry counts."""


@dataclass(frozen=True)
class Claim:
    """What is to be tested."""

    study: Study
    series: Series
    found: Interrupted


def checks(claim: Claim) -> tuple[Check, ...]:
    """Those that the plan asks for, in its order."""
    return tuple(CHECKS[name](claim) for name in claim.study.checks if name in CHECKS)


def placebo_in_time(claim: Claim) -> Check:
    """Is there an effect of a start that never was, two years earlier, in data that end before the true one?"""
    name = "placebo_in_time"
    series = claim.series
    ahead = series.begin - int(series.periods[0])
    wished = 2 * series.year
    by = wished if ahead >= 3 * series.year else ahead // 2
    try:
        found = interrupted(series.earlier(by)).effect
    except CannotJudge:
        return Check(name, None, "The time before the start is too short to pretend an earlier one.")
    return pretended(found, stretch(claim.study.panel, by), by == wished)


def season(claim: Claim) -> Check:
    """Is there more season than the waves describe?"""
    name = "season"
    series, found = claim.series, claim.found
    most = series.year // 2
    if series.year == 1:
        return Check(name, True, "A period is a whole year, so that there is no season.")
    if found.waves == 0:
        return Check(name, None, "The time before the start is shorter than a year: no season can be told.")
    if found.waves == most:
        return Check(name, True, "Each time of the year has a level of its own, so that no season is left over.")
    more = np.column_stack(seasons(series, found.waves + 1, min(found.waves + 2, most)))
    wider = regress(series.outcomes, np.column_stack([found.columns, more]), series.periods)
    best = wider.likely.argmax()
    extra = slice(found.columns.shape[1], None)
    waves = wider.coefficients[best, extra]
    value = waves @ np.linalg.solve(wider.covariance[best, extra, extra], waves) / len(waves)
    p_value = float(stats.f.sf(value, len(waves), wider.freedom))
    passed = p_value > 1 - LEVEL
    told = f"{found.waves} wave{'s' if found.waves > 1 else ''} a year describe the season"
    says = (
        f"{told}, and nothing of it is left over, as far as can be told ({chance(p_value)})."
        if passed
        else f"{told}, but more of it is left over ({chance(p_value)}): a longer time before would tell it."
    )
    return Check(name, passed, says, p_value)


def autocorrelation(claim: Claim) -> Check:
    """Is anything left that carries over, once one period's carry-over is allowed for (Ljung & Box 1978)?"""
    name = "autocorrelation"
    fresh, carried = claim.found.fitted.fresh, claim.found.fitted.carried
    lags = max(min(claim.series.year, len(fresh) // 8), 2)
    p_value = float(acorr_ljungbox(fresh, lags=[lags], model_df=1)["lb_pvalue"].iloc[0])
    passed = p_value > CLEAR
    rest = "nothing more carries over, as far as can be told" if passed else "more carries over than is allowed for"
    says = (
        f"About {max(carried, 0):.0%} of a period's deviation is still there in the next; the interval allows for it. "
        f"Beyond that, {rest} ({chance(p_value)})."
    )
    return Check(name, passed, says, p_value)


def negative_control(claim: Claim) -> Check:
    """Is there an effect on outcomes that the change cannot have touched? One test for all of them (Bonferroni)."""
    results: list[tuple[str, Estimate]] = []
    unjudged = []
    for outcome, panel in claim.study.negative_controls.items():
        try:
            results.append((outcome, interrupted(series_of(claim.study, panel)).effect))
        except CannotJudge:
            unjudged.append(outcome)
    return untouched(results, unjudged)


CHECKS: dict[str, Callable[[Claim], Check]] = {
    "placebo_in_time": placebo_in_time,
    "season": season,
    "autocorrelation": autocorrelation,
    "negative_control": negative_control,
}
