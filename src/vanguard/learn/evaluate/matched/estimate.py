"""Matched cohort: the persons in, the finding out."""

import numpy as np
from scipy.special import stdtrit

from vanguard.learn.evaluate.finding import LEVEL, CannotJudge, Check, Estimate, Finding, Table
from vanguard.learn.evaluate.grounds import chance, figure, interval
from vanguard.learn.evaluate.matched.balance import balance, balance_check
from vanguard.learn.evaluate.matched.cohort import YEAR, Cohort, Members, Plan, happened
from vanguard.learn.evaluate.matched.pairing import Paired, pair
from vanguard.learn.evaluate.matched.rates import Compared, all_nothing, compare, estimate_of, predict
from vanguard.learn.evaluate.matched.survival import curves, first_event, hazard_ratio
from vanguard.learn.evaluate.panel import Floats
from vanguard.learn.evaluate.power import from_error

SPANS_A_YEAR = 12
SPAN = YEAR / SPANS_A_YEAR
TREND_SPAN = 3
"""Spans of the course that the check before entering looks at together."""

METHOD = (
    "Matched cohort. Each person who entered is compared with {controls} who had not entered by that day, equal in "
    "{exactly} and near in {nearest} ({distance}) as they stood at the end of the month before; nearest first, nobody "
    "chosen twice. Time runs for all of a set from the day on which the one entered, for {after} days, or until a "
    "person is no longer observed, or the control of a pair enters. The effect is the difference of rates a year, "
    "controls of a set together counting as one, after what is still different in the near columns was taken out by "
    "Poisson regression among the controls (Abadie and Imbens 2011); its error is clustered by matched set. "
    "Its interval is of Student's t: degrees of freedom are the sets less one and less those columns. The hazard ratio "
    "is of Cox regression stratified by set. The smallest effect is found with a power of 80%."
)


def estimate(cohort: Cohort, plan: Plan) -> Finding:
    """Judge the cohort; raises CannotJudge where too few can be matched or nothing happened."""
    if plan.outcome not in cohort.events:
        raise CannotJudge(f"There is no outcome {plan.outcome}; there are {', '.join(cohort.events)}.")
    paired = pair(cohort, plan)
    members = paired.members
    after = compared_after(cohort, plan, paired, plan.outcome)
    if after.events[0][0] + after.events[1][0] == 0:
        raise CannotJudge(f"Nobody had {plan.outcome} after entering or being matched: there is nothing to compare.")
    effect = after.difference()
    until, had_one = first_event(members, *happened(members, cohort.events[plan.outcome]))
    hazard = hazard_ratio(members, until, had_one)
    tables: dict[str, Table] = {
        "course": _course(cohort, plan, members),
        "balance": balance(cohort, plan, paired),
        "survival": curves(members, until, had_one),
        "rates": _rates(after, members),
        "sensitivity": _sensitivity(cohort, plan, paired, after, hazard),
    }
    asked, more = checks(cohort, plan, paired, tables["balance"])
    years = float(after.years[0][0]) / plan.per
    return Finding(
        design="matched_cohort",
        method=METHOD.format(
            controls=plan.controls,
            exactly=", ".join(plan.exactly).replace("_", " ") or "nothing in particular",
            nearest=", ".join(plan.nearest).replace("_", " ") or "nothing in particular",
            distance="by their chance of entering, estimated" if plan.distance == "propensity" else "Mahalanobis",
            after=plan.after,
        ),
        estimate=effect,
        expected=float(after.rates[1][0]),
        events=Estimate(effect.effect * years, effect.low * years, effect.high * years, effect.p_value),
        smallest_effect=from_error(float(np.sqrt(after.covariance[0, 0])), after.freedom),
        checks=asked,
        tables={**tables, **more},
        warnings=_warnings(paired, plan, members),
    )


def checks(cohort: Cohort, plan: Plan, paired: Paired, balanced: Table) -> tuple[tuple[Check, ...], dict[str, Table]]:
    """Those that the plan asks for, in its order, with their tables; none looks at the outcome after entering."""
    asked: list[Check] = []
    tables: dict[str, Table] = {}
    for check in plan.checks:
        if check == "balance":
            asked.append(balance_check(balanced))
        elif check == "pre_trend":
            asked.append(pre_trend(cohort, plan, paired.members))
        elif check == "negative_control":
            done, tables["negative_control"] = negative_control(cohort, plan, paired)
            asked.append(done)
    return tuple(asked), tables


def compared_after(cohort: Cohort, plan: Plan, paired: Paired, outcome: str, *, adjusted: bool = True) -> Compared:
    """Rates of who entered and of those beside them, from the day of entering on."""
    members = paired.members
    events, days = _counted(cohort, members, outcome, np.array([0.0, plan.after]))
    predicted = None
    if adjusted and plan.nearest:
        values = [cohort.columns[name][paired.month, members.person].astype(float) for name in plan.nearest]
        predicted = predict(members, events[:, 0], days[:, 0], np.column_stack(values))
    return compare(members, events, days, plan.per, predicted)


def _between(cohort: Cohort, plan: Plan, members: Members, outcome: str, edges: Floats) -> Compared:
    return compare(members, *_counted(cohort, members, outcome, edges), plan.per)


def _counted(cohort: Cohort, members: Members, outcome: str, edges: Floats) -> tuple[Floats, Floats]:
    """Events and days of every member between edges, which are in days from the day on which time begins."""
    rows, days = happened(members, cohort.events[outcome])
    start, end = members.since - members.begins, members.ends - members.begins
    counts = (days >= start[rows]) & (days < end[rows]) & (days >= edges[0]) & (days < edges[-1])
    span = np.searchsorted(edges, days[counts], "right") - 1
    spans = len(edges) - 1
    events = np.bincount(rows[counts] * spans + span, minlength=len(end) * spans).reshape(len(end), spans).astype(float)
    lows, highs = np.maximum(edges[:-1], start[:, None]), np.minimum(edges[1:], end[:, None])
    return events, np.maximum(highs - lows, 0).astype(float)


def pre_trend(cohort: Cohort, plan: Plan, members: Members) -> Check:
    """Passes where rates before entering differ no more, all quarters together, than chance would have it."""
    edges = np.arange(-plan.before, 1, TREND_SPAN * SPAN) if plan.before >= TREND_SPAN * SPAN else np.array([])
    if len(edges) < 2:
        return Check("pre_trend", None, "The plan looks at too short a time before entering.")
    before = _between(cohort, plan, members, plan.outcome, np.append(edges[:-1], 0.0))
    if not np.isfinite(before.differences).all() or min(before.events[0].sum(), before.events[1].sum()) == 0:
        return Check("pre_trend", None, "Not enough happened before entering to be compared.")
    p_value = all_nothing(before)
    worst = int(np.argmax(np.abs(before.differences)))
    rate = f"per {plan.per:,.0f} people a year" if plan.per > 1 else "a year"
    passed = p_value > 1 - LEVEL
    says = (
        f"In the {len(edges) - 1} quarters before entering the two groups' rates "
        f"{'went together' if passed else 'did not go together'}: they differ most by "
        f"{figure(float(before.differences[worst]))} {rate} ({chance(p_value)}, all together)."
    )
    return Check("pre_trend", passed, says, p_value)


def negative_control(cohort: Cohort, plan: Plan, paired: Paired) -> tuple[Check, Table]:
    """The same persons, outcomes that entering cannot have touched; passes where none differs at a level shared among
    them (Bonferroni)."""
    table: dict[str, list[object]] = {name: [] for name in ("outcome", "effect", "low", "high", "p_value")}
    values, said = [], []
    for name in plan.negative_controls:
        if name not in cohort.events:
            raise CannotJudge(f"There is no outcome {name}; there are {', '.join(cohort.events)}.")
        found = compared_after(cohort, plan, paired, name).difference()
        row = (name, found.effect, found.low, found.high, found.p_value)
        for key, value in zip(table, row, strict=True):
            table[key].append(value)
        values.append(found.p_value)
        said.append(f"{name} {interval(found)}, {chance(found.p_value)}")
    if not values:
        return Check("negative_control", None, "The plan names no negative control."), table
    least = min(1.0, min(values) * len(values))
    passed = least > 1 - LEVEL
    found_in_words = "no difference, as it should be" if passed else "a difference where there can be none"
    says = f"Of outcomes that entering cannot have touched: {'; '.join(said)}: {found_in_words}."
    return Check("negative_control", passed, says, least), table


def _course(cohort: Cohort, plan: Plan, members: Members) -> Table:
    """By month from the day of entering (0 is the first after it): the rate of those who entered, the controls', and
    the latter with the interval of the difference."""
    first, last = -int(plan.before // SPAN), int(plan.after // SPAN)
    edges: Floats = np.arange(first, last + 1, dtype=np.float64) * SPAN
    spans = _between(cohort, plan, members, plan.outcome, edges)
    half = float(stdtrit(spans.freedom, (1 + LEVEL) / 2)) * np.sqrt(np.diag(spans.covariance))
    return {
        "period": list(range(first, last)),
        "observed": spans.rates[0].tolist(),
        "expected": spans.rates[1].tolist(),
        "low": (spans.rates[1] - half).tolist(),
        "high": (spans.rates[1] + half).tolist(),
    }


def _rates(after: Compared, members: Members) -> Table:
    return {
        "group": ["entered", "controls"],
        "persons": [members.sets, int((~members.treated).sum())],
        "events": [float(one[0]) for one in after.events],
        "person_years": [float(one[0]) for one in after.years],
        "rate": [float(one[0]) for one in after.rates],
    }


def _sensitivity(cohort: Cohort, plan: Plan, paired: Paired, after: Compared, hazard: Estimate | None) -> Table:
    """The same question asked in other ways."""
    ways: dict[str, Estimate | None] = {
        "difference of rates": after.difference(),
        "the same, as matched": compared_after(cohort, plan, paired, plan.outcome, adjusted=False).difference(),
        "ratio of rates": after.ratio(),
        "hazard ratio of the first": hazard,
    }
    both = _between(cohort, plan, paired.members, plan.outcome, np.array([-float(plan.before), 0.0, float(plan.after)]))
    if np.isfinite(both.differences).all():
        ways["difference of the changes of rates"] = _change(both)
    shown = {name: one for name, one in ways.items() if one is not None}
    return {
        "way": list(shown),
        "effect": [one.effect for one in shown.values()],
        "low": [one.low for one in shown.values()],
        "high": [one.high for one in shown.values()],
        "p_value": [one.p_value for one in shown.values()],
    }


def _change(both: Compared) -> Estimate:
    turn = np.array([-1.0, 1.0])
    return estimate_of(float(turn @ both.differences), float(np.sqrt(turn @ both.covariance @ turn)), both.freedom)


def _warnings(paired: Paired, plan: Plan, members: Members) -> tuple[str, ...]:
    found = []
    if paired.unusable:
        found.append(
            f"{paired.unusable:,} who entered are left out: not observed that day, or not described the month before."
        )
    if paired.unmatched:
        share = paired.unmatched / len(paired.entrants)
        found.append(
            f"{paired.unmatched:,} who entered ({share:.0%}) have nobody like them and are left out: what is found "
            "holds for the others."
        )
    if (short := int((np.bincount(members.set[~members.treated]) < plan.controls).sum())) > 0:
        found.append(f"{short:,} have fewer than {plan.controls} controls.")
    leave = (~members.treated) & (members.ends - members.begins < plan.after)
    if leave.any():
        share = leave.sum() / (~members.treated).sum()
        found.append(f"{share:.0%} of controls are followed for less than {plan.after} days.")
    return tuple(found)
