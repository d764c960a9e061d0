"""Figures of the source papers that the shipped blueprint must keep, and what its files promise each other."""

import pytest

from vanguard.blueprint import read


@pytest.fixture(scope="module")
def blueprint():
    return read("frail-older-people")


@pytest.fixture(scope="module")
def pathway(blueprint):
    return blueprint.pathways.pathways["rapid_response_and_reablement_pathway"]


def test_a_referral_asks_for_no_more_than_twelve_things(blueprint, pathway):
    form = blueprint.plans.forms["referral_form"]
    asked = [question for section in form.sections for question in section.ask]
    finding_the_person, saying_who_refers = 1, 1
    assert len(asked) + finding_the_person + saying_who_refers <= 12
    assert set(pathway.steps["taking_the_call"].asks) <= set(asked)


def test_the_long_term_assessment_asks_nothing_again_that_the_common_one_knows(blueprint):
    common, long_term = (
        {question for section in blueprint.plans.assessments[id].sections for question in section.ask}
        for id in ("common_assessment", "long_term_assessment")
    )
    assert {"story_in_own_words", "moves_about"} <= common & long_term


def test_the_promises_are_those_of_the_strategy(pathway):
    hours = {id: clock.within.total_seconds() / 3600 for id, clock in pathway.clocks.items() if "response" in id}
    assert hours == {"rapid_response": 3, "fast_response": 24, "normal_response": 72}
    assert {clock.calendar for clock in pathway.clocks.values()} == {None}
    assert len(pathway.entry.origins) == 7
    assert pathway.steps["reablement_at_home"].at_most.days == 42
    assert pathway.steps["days_in_a_bed"].at_most.days == 2


def test_visits_fill_the_six_weeks(blueprint):
    phases = blueprint.plans.visits["reablement_visits"].phases
    assert sum(phase.lasts.days for phase in phases) == 42


def test_the_pool_is_the_28_million_pounds_of_tier_three(blueprint):
    pool = blueprint.contracts["alliance_for_tier_three"].pool
    assert sum(contribution.pence_a_year for contribution in pool.values()) == 28_000_000 * 100


def test_arrivals_are_what_the_strategy_expects(blueprint):
    arrivals = blueprint.simulate.arrivals["rapid_response_and_reablement_pathway"]
    assert arrivals.per_year == pytest.approx(24_000 * 0.33 + 4_500 + 600, rel=0.01)
    assert arrivals.origins["ward_team"] == 0.74


def test_everyone_who_acts_has_rights(blueprint):
    assert set(blueprint.roles) == set(blueprint.access.rights)


def test_every_measure_that_is_held_against_someone_has_a_use(blueprint):
    evaluated = {plan.outcome for plan in blueprint.evaluations.values()}
    argued = {measure for link in blueprint.logic.values() for measure in link.measured_by}
    paid = {i.measure for c in blueprint.contracts.values() for i in c.performance.indicators.values()}
    assert (evaluated | paid) - argued == set()


@pytest.mark.parametrize(
    "scenario", ["no_night_cover", "beds_for_step_up_doubled", "sunderlands_size", "demand_of_2025"]
)
def test_a_scenario_changes_something_and_only_something(blueprint, scenario):
    plain, changed = blueprint.simulate.under(), blueprint.simulate.under(scenario)
    assert changed != plain
    assert changed.steps == plain.steps
