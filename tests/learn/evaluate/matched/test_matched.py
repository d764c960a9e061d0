"""Matched cohorts of persons: who stands beside whom, from when to when, and what the known truth says of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from tests.learn.evaluate.cohorts import Known, cohort_of

from vanguard.learn.evaluate.finding import CannotJudge, Finding
from vanguard.learn.evaluate.matched import Cohort, Events, Plan, estimate
from vanguard.learn.evaluate.matched.pairing import Paired, nearest_first, pair
from vanguard.learn.evaluate.matched.rates import Compared, all_nothing

PLAN = Plan(
    "admissions",
    ("sex", "locality"),
    ("age", "frailty", "admissions_12m"),
    caliper=0.4,
    checks=("balance", "pre_trend", "negative_control"),
    negative_controls=("falls",),
)


@pytest.fixture(scope="module")
def known() -> Known:
    return cohort_of(30_000, 2_400, -0.1, 3)


@pytest.fixture(scope="module")
def paired(known: Known) -> Paired:
    return pair(known.cohort, replace(PLAN, controls=2))


@pytest.fixture(scope="module")
def found(known: Known) -> Finding:
    return estimate(known.cohort, PLAN)


def test_what_matching_does_not_see_at_first_sight_it_finds(known: Known, found: Finding) -> None:
    assert known.naive > 1.5
    truth = -0.1 * found.expected
    assert found.estimate.low <= truth <= found.estimate.high
    assert abs(found.estimate.effect / found.expected + 0.1) < 0.12
    assert {check.id: check.passed for check in found.checks} == dict.fromkeys(PLAN.checks, True)
    balance = found.tables["balance"]
    assert max(abs(float(str(one))) for one in balance["difference_before"]) > 0.5
    assert max(abs(float(str(one))) for one in balance["difference_after"]) < 0.1
    for table in found.tables.values():
        assert len({len(column) for column in table.values()}) == 1


def test_controls_had_not_entered_were_observed_are_equal_and_stand_once(known: Known, paired: Paired) -> None:
    cohort, members = known.cohort, paired.members
    control = ~members.treated
    day = members.begins.astype("datetime64[D]")
    assert len(np.unique(members.person[control])) == control.sum()
    later = cohort.entered[members.person[control]]
    assert (np.isnat(later) | (later > day[control])).all()
    gone = cohort.observed_until[members.person]
    assert (np.isnat(gone) | (gone > day)).all()
    assert (cohort.entered[members.person[members.treated]] == day[members.treated]).all()
    for name in PLAN.exactly:
        values = cohort.columns[name][paired.month, members.person]
        assert (values[control] == values[members.treated]).all()
    assert (cohort.month_ends[paired.month] < day).all()
    ends = members.ends.astype("datetime64[D]")
    assert (np.isnat(later) | (ends[control] <= later)).all() and (
        ends[members.treated][~np.isnat(later)] <= later[~np.isnat(later)]
    ).all()
    assert np.isclose(np.bincount(members.set[control], members.weight[control]), 1).all()


def test_the_seed_decides(known: Known, found: Finding) -> None:
    assert estimate(known.cohort, PLAN).estimate == found.estimate
    assert estimate(known.cohort, replace(PLAN, seed=1)).estimate != found.estimate


def test_by_the_chance_of_entering_the_answer_is_much_the_same(known: Known) -> None:
    by_chance = estimate(known.cohort, replace(PLAN, distance="propensity", caliper=0.2, controls=2))
    assert by_chance.estimate.low <= -0.1 * by_chance.expected <= by_chance.estimate.high
    assert by_chance.checks[0].passed
    assert any("fewer than 2 controls" in warning for warning in by_chance.warnings)


def test_what_was_never_matched_on_shows_in_the_checks(known: Known) -> None:
    blind = estimate(known.cohort, replace(PLAN, nearest=("age",)))
    checks = {check.id: check.passed for check in blind.checks}
    assert checks == {"balance": True, "pre_trend": False, "negative_control": False}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 60), st.one_of(st.none(), st.floats(0.01, 1)))
def test_nearest_first_is_what_going_through_the_pairs_one_by_one_gives(
    seed: int, entering: int, others: int, caliper: float | None
) -> None:
    chance = np.random.default_rng(seed)
    places, around = chance.random((entering, 2)), chance.random((others, 2))
    taken, forbidden = chance.random(others) < 0.2, chance.random((entering, others)) < 0.1
    a, b = nearest_first(places, around, taken, caliper, lambda one, other: ~forbidden[one, other])
    far = np.linalg.norm(places[:, None] - around[None], axis=2)
    assert len(set(a)) == len(a) and len(set(b)) == len(b) and not taken[b].any() and not forbidden[a, b].any()
    if caliper is not None:
        assert (far[a, b] <= caliper).all()
    # Nobody is left who could have had somebody.
    alone, free = np.setdiff1d(np.arange(entering), a), np.setdiff1d(np.flatnonzero(~taken), b)
    rest = far[np.ix_(alone, free)]
    could = ~forbidden[np.ix_(alone, free)] & (rest <= (np.inf if caliper is None else caliper))
    assert not could.any()


def tiny(entered: int, **changes: object) -> Cohort:
    persons = 400
    chance = np.random.default_rng(0)
    days = np.full(persons, np.datetime64("NaT", "D"))
    days[:entered] = np.datetime64("2020-02-10")
    cohort = Cohort(
        persons=np.arange(persons),
        entered=days,
        observed_from=np.full(persons, np.datetime64("NaT", "D")),
        observed_until=np.full(persons, np.datetime64("NaT", "D")),
        known_until=np.datetime64("2021-06-01"),
        month_ends=np.array(["2020-01-31"], "datetime64[D]"),
        columns={"age": chance.integers(60, 90, (1, persons)).astype(float), "flat": np.ones((1, persons))},
        events={"admissions": Events(np.arange(persons), np.full(persons, np.datetime64("2020-05-01", "D")))},
    )
    return replace(cohort, **changes)  # type: ignore[arg-type]


NOTHING = {"admissions": Events(np.zeros(0, np.int64), np.zeros(0, "datetime64[D]"))}


@pytest.mark.parametrize(
    ("cohort", "plan", "says"),
    [
        (tiny(10), Plan("admissions", nearest=("age",)), "10 of 10 .* after 33 more months, or .* 3.0 times as large"),
        (tiny(400), Plan("admissions", nearest=("age",)), "0 of 400"),
        (tiny(100), Plan("admissions", nearest=("flat",)), "same value"),
        (tiny(100), Plan("admissions", ("age",), controls=1), None),
        (tiny(100), Plan("falls", nearest=("age",)), "no outcome falls"),
        (tiny(100, events=NOTHING), Plan("admissions", nearest=("age",)), "Nobody had"),
        (tiny(100, known_until=np.datetime64("2020-02-01")), Plan("admissions", nearest=("age",)), "Nobody entered"),
    ],
    ids=["ten", "all", "flat", "equal alone", "no such outcome", "nothing happened", "nothing known"],
)
def test_what_cannot_be_judged_is_refused(cohort: Cohort, plan: Plan, says: str | None) -> None:
    if says is None:
        assert estimate(cohort, plan).estimate.effect == 0
    else:
        with pytest.raises(CannotJudge, match=says):
            estimate(cohort, plan)


def test_few_sets_that_do_not_differ_are_refused_one_time_in_twenty() -> None:
    chance, nothing = np.random.default_rng(1), (np.zeros(4), np.zeros(4))
    values = []
    for _ in range(2_000):
        seen = chance.normal(size=(30, 4)) / 30
        values.append(
            all_nothing(Compared(nothing, nothing, (seen.sum(axis=0), np.zeros(4)), seen - seen.mean(axis=0), seen, 0))
        )
    assert binomtest(sum(value <= 0.05 for value in values), len(values), 0.05).pvalue > 0.01
