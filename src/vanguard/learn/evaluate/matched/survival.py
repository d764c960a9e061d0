"""Time to the first event: Kaplan-Meier curves and the hazard ratio of a Cox regression within matched sets."""

import numpy as np
from scipy.special import ndtr, ndtri

from vanguard.learn.evaluate.finding import LEVEL, Estimate, Table
from vanguard.learn.evaluate.matched.cohort import Members
from vanguard.learn.evaluate.panel import Floats, Whole, Yes

TWO_SIDED = float(ndtri(0.5 + LEVEL / 2))


def first_event(members: Members, rows: Whole, days: Whole) -> tuple[Whole, Yes]:
    """N: days to the end of that of the first event in the time that counts, or of that time; and whether there was
    one."""
    lasts = members.ends - members.begins
    counts = (days >= 0) & (days < lasts[rows])
    first = lasts.copy()
    np.minimum.at(first, rows[counts], days[counts] + 1)
    happened = np.zeros(len(lasts), bool)
    happened[rows[counts]] = True
    return first, happened


def curves(members: Members, until: Whole, happened: Yes) -> Table:
    """Share without an event by each day on which there is one, by group (Kaplan and Meier; controls weighted), with
    the interval of its complementary log-log (Greenwood)."""
    table: dict[str, list[object]] = {name: [] for name in ("group", "day", "without", "low", "high")}
    for group, which in (("entered", members.treated), ("controls", ~members.treated)):
        time, event, weight = until[which], happened[which], members.weight[which]
        length = int(time.max()) + 1
        leaving = np.bincount(time, weight, length)
        at_risk = leaving[::-1].cumsum()[::-1]
        events = np.bincount(time[event], weight[event], length)
        # Weighted controls are worth as many persons as gives their mean the same variance; who entered is one person.
        worth = 1.0 if group == "entered" else weight.sum() / (weight**2).sum()
        days = np.flatnonzero(events)
        share = events[days] / at_risk[days]
        without = np.cumprod(1 - share)
        with np.errstate(divide="ignore", invalid="ignore"):
            greenwood = np.cumsum(events[days] / (at_risk[days] * (at_risk[days] - events[days]))) / worth
            spread = TWO_SIDED * np.sqrt(greenwood) / np.abs(np.log(without))
            low, high = without ** np.exp(spread), without ** np.exp(-spread)
        columns: dict[str, list[object]] = {
            "group": [group] * (len(days) + 1),
            "day": [0, *days.tolist()],
            "without": [1.0, *without.tolist()],
            "low": [1.0, *np.nan_to_num(low).tolist()],
            "high": [1.0, *np.nan_to_num(high).tolist()],
        }
        for name, values in columns.items():
            table[name] += values
    return table


def hazard_ratio(members: Members, until: Whole, happened: Yes) -> Estimate | None:
    """Of those who entered to their controls: Cox regression stratified by set, so that nothing the set shares matters.
    None where no set tells anything.

    With one covariate that is 0 or 1 the partial likelihood depends only on how many of each group are at risk at each
    event: with a treated and b controls at risk, an event is the treated's with chance a h / (a h + b) at hazard ratio
    h. Newton's steps on it need no library and no loop over sets (Breslow's way with ties)."""
    at_risk = _at_risk(members, until, happened)
    own, others, is_own = at_risk
    tells = others > 0
    own, others, is_own = own[tells], others[tells], is_own[tells]
    if not 0 < is_own.sum() < len(is_own):
        return None
    slope = 0.0
    for _ in range(100):
        share = own * np.exp(slope) / (own * np.exp(slope) + others)
        step = (is_own - share).sum() / (share * (1 - share)).sum()
        slope += step
        if abs(step) < 1e-10:
            break
    error = 1 / np.sqrt((share * (1 - share)).sum())
    half = TWO_SIDED * error
    p_value = 2 * float(ndtr(-abs(slope) / error))
    return Estimate(float(np.exp(slope)), float(np.exp(slope - half)), float(np.exp(slope + half)), p_value)


def _at_risk(members: Members, until: Whole, happened: Yes) -> tuple[Floats, Floats, Floats]:
    """For each event while the one who entered is at risk: 1, how many controls of the set are, and whose it is."""
    # Who entered stands once beside each control: the longest of these rows knows most.
    treated_until = np.zeros(members.sets, np.int64)
    np.maximum.at(treated_until, members.set[members.treated], until[members.treated])
    own = np.flatnonzero(members.treated & happened)
    own = own[np.unique(members.set[own], return_index=True)[1]]
    event = np.concatenate([own, np.flatnonzero(~members.treated & happened & (until <= treated_until[members.set]))])
    control = np.flatnonzero(~members.treated)
    # Controls by set and time, so that those still at risk are counted by a search.
    length = int(until.max()) + 2
    keys = np.sort(members.set[control] * length + until[control])
    beyond = np.searchsorted(keys, (members.set[event] + 1) * length, "left")
    others = beyond - np.searchsorted(keys, members.set[event] * length + until[event], "left")
    return np.ones(len(event)), others.astype(float), members.treated[event].astype(float)
