"""Figures of the source papers that the shipped blueprint must keep, and what its files promise each other."""

import pytest

from vanguard.blueprint import read
from vanguard.lake.condition import holds


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


def answered(blueprint, given, question):
    """How often a question is answered how, among people of whom `given` says how often they answered what."""
    assumed, found = blueprint.simulate.answers[question], []
    for share, known in given:
        shares = next((case.shares for case in assumed.cases if holds(case.when, known)), assumed.shares)
        yes_no = {"yes": True, "no": False}
        found += [(share * p, {**known, question: yes_no.get(option, option)}) for option, p in shares.items()]
    return found


TOGETHER = {
    "whereabouts": {"in_a_ward": 0.74, "in_own_home": 0.19, "in_emergency_care": 0.05, "in_a_care_home": 0.02},
    "help_direction": {"step_up": 0.26, "step_down": 0.74},
    "how_soon": {"rapid_response": 0.16, "fast_response": 0.6, "normal_response": 0.24},
    "intervention_lead": {"nurse_leads": 0.35, "therapist_leads": 0.35, "social_care_leads": 0.3},
    "place_of_help": {"help_at_home": 0.88, "help_in_a_bed": 0.07, "ambulance_at_once": 0.01, "other_service": 0.04},
    "kind_of_bed": {"plain_bed": 0.6, "bed_with_nursing": 0.3, "bed_with_company": 0.1},
    "after_the_visit": {
        "goes_on_with_reablement": 0.7,
        "goes_to_a_bed": 0.07,
        "must_go_to_hospital": 0.03,
        "needs_no_more": 0.2,
    },
    "when_reablement_ends": {"stands_alone_again": 0.64, "care_for_good": 0.28, "back_to_hospital": 0.08},
}


def test_answers_that_hang_on_others_come_together_to_the_shares_of_the_papers(blueprint):
    arrivals = blueprint.simulate.arrivals["rapid_response_and_reablement_pathway"]
    people = [(share, {"origin": origin}) for origin, share in arrivals.origins.items()]
    for facts in ("whereabouts", "main_trouble", "safe_until_seen", "likely_to_need_care_for_good"):
        people = answered(blueprint, people, facts)
    visited = [
        one for one in answered(blueprint, people, "place_of_help") if one[1]["place_of_help"].startswith("help_")
    ]
    everyone = sum(share for share, _ in visited)
    seen = [(share / everyone, known) for share, known in visited]
    for question, shares in TOGETHER.items():
        found = dict.fromkeys(shares, 0.0)
        for share, known in answered(blueprint, seen if question == "after_the_visit" else people, question):
            found[known[question]] += share
        assert found == pytest.approx(shares, abs=0.006), question
