"""Who stands beside whom: risk sets month by month, nearest first, nobody twice as a control.

Whoever enters is compared with persons who, on that day, had not entered and were observed: a risk set (Li, Propert and
Rosenbaum, JASA 2001). Some of them enter later; leaving them out would be to know the future. The comparison of two
ends on the day on which its control enters.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanguard.learn.evaluate.finding import CannotJudge
from vanguard.learn.evaluate.matched.cohort import NOT_YET, Cohort, Column, Members, Plan
from vanguard.learn.evaluate.matched.nearness import PER_ENTRANT, Nearness
from vanguard.learn.evaluate.panel import Floats, Whole, Yes

NEIGHBOURS = 8
DAYS_A_MONTH = 30.4
LEAST_SETS = 30
"""Fewer sets give no standard error that can be trusted."""


@dataclass(frozen=True)
class Paired:
    """The sets, and how they came about."""

    members: Members
    month: Whole
    """N: the row of the month end that describes each member."""
    entrants: Whole
    """All who entered and could have been matched (positions), with the rows of their month ends."""
    entrant_months: Whole
    others: Whole
    """A sample of who could have been chosen, each month as many for each who entered."""
    other_months: Whole
    unmatched: int
    unusable: int


def pair(cohort: Cohort, plan: Plan) -> Paired:
    """Raises CannotJudge where too few find anyone to stand beside them."""
    entered = cohort.day_numbers(cohort.entered, NOT_YET)
    since = cohort.day_numbers(cohort.observed_from, -NOT_YET)
    until = np.minimum(cohort.day_numbers(cohort.observed_until, NOT_YET), int(cohort.known_until.astype(np.int64)))
    ends = cohort.month_ends.astype("datetime64[D]").astype(np.int64)
    month_of = np.searchsorted(ends, entered, "left") - 1
    month_of[entered == NOT_YET] = len(ends)
    known = _known(cohort, plan)
    able = np.flatnonzero((entered < until) & (entered >= since) & (month_of >= 0) & (month_of < len(ends)))
    able = able[known[month_of[able], able]]
    entering = int((entered < int(cohort.known_until.astype(np.int64))).sum())
    if not entering:
        raise CannotJudge("Nobody entered in the time that is known: there is no one to judge.")
    if len(able) < LEAST_SETS:
        raise CannotJudge(
            f"{len(able)} of {entering} who entered were observed on that day and described at the end of the month "
            f"before; at least {LEAST_SETS} are needed.{_enough(cohort, len(able))}"
        )
    may_stand = np.ones_like(known) if cohort.choosable is None else cohort.choosable
    chance = np.random.default_rng(plan.seed)
    order = chance.permutation(len(cohort.persons))  # Settles ties, and whose turn it is, by chance and not by id.
    at_risk = [
        np.flatnonzero(known[month] & may_stand[month] & (entered > ends[month]) & (until > ends[month] + 1))
        for month in range(len(ends))
    ]
    months = np.unique(month_of[able])
    others, other_months = _sample(chance, at_risk, months, month_of[able])
    if len(others) == 0:
        raise CannotJudge("Nobody was observed who had not entered yet: there is no one to compare with.")
    near = Nearness(cohort, plan, able, month_of[able], others, other_months) if plan.nearest else None
    codes = {name: _codes(cohort.columns[name]) for name in plan.exactly}
    free, chosen = np.ones(len(cohort.persons), bool), []
    for month in months:
        here = able[month_of[able] == month]
        here = here[np.argsort(order[here])]
        pool = at_risk[month][free[at_risk[month]]]
        pool = pool[np.argsort(order[pool])]
        for one, beside in _strata(codes, month, here, pool):
            places = near.places(one, np.full(len(one), month)) if near else np.zeros((len(one), 1))
            around = near.places(beside, np.full(len(beside), month)) if near else np.zeros((len(beside), 1))

            def may(a: Whole, b: Whole, one: Whole = one, beside: Whole = beside) -> Yes:
                day, other = entered[one[a]], beside[b]
                return (entered[other] > day) & (since[other] <= day) & (until[other] > day)

            taken = np.zeros(len(beside), bool)
            for _ in range(plan.controls):
                a, b = nearest_first(places, around, taken, plan.caliper, may)
                taken[b] = True
                chosen.append((one[a], beside[b]))
            free[beside[taken]] = False
    treated = np.concatenate([pairs[0] for pairs in chosen]) if chosen else np.zeros(0, np.int64)
    control = np.concatenate([pairs[1] for pairs in chosen]) if chosen else np.zeros(0, np.int64)
    matched, sets, counts = np.unique(treated, return_inverse=True, return_counts=True)
    if len(matched) < LEAST_SETS:
        raise CannotJudge(
            f"{len(matched)} of {len(able)} who entered have anyone like them; at least {LEAST_SETS} are needed. A "
            f"wider caliper or fewer columns that must be equal would help.{_enough(cohort, len(matched))}"
        )
    person = np.concatenate([treated, control])
    own_set = np.concatenate([sets, sets])
    begins = entered[matched][own_set]
    # A control who enters ends the time of both: the frail enter sooner, so that controls alone would lose frail time.
    together = np.concatenate([entered[control], entered[control]])
    members = Members(
        person,
        own_set,
        np.arange(len(person)) < len(treated),
        (1 / counts)[own_set],
        begins,
        np.minimum(np.minimum(begins + plan.after, until[person]), together),
        np.maximum(begins - plan.before, since[person]),
    )
    return Paired(
        members,
        month_of[matched][own_set],
        able,
        month_of[able],
        others,
        other_months,
        len(able) - len(matched),
        entering - len(able),
    )


def nearest_first(
    places: Floats, around: Floats, taken: Yes, caliper: float | None, may: Callable[[Whole, Whole], Yes]
) -> tuple[Whole, Whole]:
    """Pairs (rows of `places`, rows of `around` that are not taken), nearest pair first, each row at most once; `may`
    says which pairs are allowed."""
    candidates, waiting = np.flatnonzero(~taken), np.arange(len(places))
    # Half a second, which every page that only names evaluations would wait for.
    from scipy.spatial import cKDTree

    found: list[tuple[Whole, Whole]] = []
    if len(candidates):
        free = ~taken
        tree = cKDTree(around[candidates], balanced_tree=False, compact_nodes=False)
        reach = np.inf if caliper is None else np.nextafter(caliper, np.inf)
        number = min(NEIGHBOURS, len(candidates))
        while len(waiting):
            far, at = tree.query(places[waiting], k=number, distance_upper_bound=reach)
            far, at = far.reshape(len(waiting), number), at.reshape(len(waiting), number)
            row, column = np.nonzero(np.isfinite(far))
            a, b, distance = waiting[row], candidates[at[row, column]], far[row, column]
            usable = free[b] & may(a, b)
            order = np.argsort(distance[usable], kind="stable")
            one, other = _greedy(a[usable][order], b[usable][order])
            found.append((one, other))
            free[other] = False
            # Of those near enough, whoever was left without has seen only as many as were asked for: ask for more.
            on = np.isfinite(far).all(axis=1) & ~np.isin(waiting, one)
            if number == len(candidates):
                break
            waiting, number = waiting[on], min(4 * number, len(candidates))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate([pairs[0] for pairs in found]), np.concatenate([pairs[1] for pairs in found])


def _greedy(a: Whole, b: Whole) -> tuple[Whole, Whole]:
    """Of pairs in order, those taken one after the other where both are still free: a round takes every pair that comes
    first for both, which is what going through them singly would take, too."""
    ones, others = [], []
    while len(a):
        place = np.arange(len(a))
        first_a, first_b = np.full(a.max() + 1, len(a)), np.full(b.max() + 1, len(a))
        np.minimum.at(first_a, a, place)
        np.minimum.at(first_b, b, place)
        takes = (first_a[a] == place) & (first_b[b] == place)
        ones.append(a[takes])
        others.append(b[takes])
        gone_a, gone_b = np.zeros(a.max() + 1, bool), np.zeros(b.max() + 1, bool)
        gone_a[a[takes]] = True
        gone_b[b[takes]] = True
        left = ~(gone_a[a] | gone_b[b])
        a, b = a[left], b[left]
    empty = [np.zeros(0, np.int64)]
    return np.concatenate(ones or empty), np.concatenate(others or empty)


def _known(cohort: Cohort, plan: Plan) -> Yes:
    """M x P: whether all that is matched on is known, of whom the plan does not leave out."""
    known = np.ones((len(cohort.month_ends), len(cohort.persons)), bool)
    if cohort.eligible is not None:
        known &= cohort.eligible
    for name in (*plan.exactly, *plan.nearest):
        column = cohort.columns[name]
        known &= np.isfinite(column) if column.dtype.kind == "f" else column != np.array(None)
    return known


def _enough(cohort: Cohort, had: int) -> str:
    """What would be enough, at the rate at which there have been such sets until now."""
    begun = cohort.month_ends.min().astype("datetime64[D]").astype(np.int64)
    months = (int(cohort.known_until.astype(np.int64)) - int(begun)) / DAYS_A_MONTH
    if not had or months <= 0:
        return ""
    more = math.ceil((LEAST_SETS - had) * months / had)
    return (
        f" At the pace until now that would be so after {more} more month{'' if more == 1 else 's'}, or now in a place "
        f"{LEAST_SETS / had:.1f} times as large."
    )


def _sample(chance: np.random.Generator, at_risk: list[Whole], months: Whole, entering: Whole) -> tuple[Whole, Whole]:
    """Of those at risk in each month, PER_ENTRANT for each who enters: positions and months."""
    people, when = [], []
    for month in months:
        number = min(len(at_risk[month]), PER_ENTRANT * int((entering == month).sum()))
        people.append(chance.choice(at_risk[month], number, replace=False))
        when.append(np.full(number, month))
    return np.concatenate(people), np.concatenate(when)


def _codes(column: Column) -> Whole:
    """The column's values as small whole numbers, in its shape."""
    rows = column[:1] if column.strides[0] == 0 else column
    codes = np.unique(rows.astype(str) if rows.dtype == object else rows, return_inverse=True)[1].reshape(rows.shape)
    found: Whole = np.broadcast_to(codes, column.shape)
    return found


def _strata(codes: dict[str, Whole], month: int, here: Whole, pool: Whole) -> list[tuple[Whole, Whole]]:
    """Those who enter and those at risk, together where the columns are equal; strata that lack either are left out."""
    key_here, key_pool = np.zeros(len(here), np.int64), np.zeros(len(pool), np.int64)
    for column in codes.values():
        many = int(column[month].max()) + 1
        key_here = key_here * many + column[month, here]
        key_pool = key_pool * many + column[month, pool]
    here, key_here = here[np.argsort(key_here, kind="stable")], np.sort(key_here, kind="stable")
    pool, key_pool = pool[np.argsort(key_pool, kind="stable")], np.sort(key_pool, kind="stable")
    found = []
    for key in np.unique(key_here):
        beside = pool[np.searchsorted(key_pool, key, "left") : np.searchsorted(key_pool, key, "right")]
        if len(beside):
            one = here[np.searchsorted(key_here, key, "left") : np.searchsorted(key_here, key, "right")]
            found.append((one, beside))
    return found
