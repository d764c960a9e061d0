"""A care model of another shape, walked with the same code: open hours, a call back, no beds, five promises."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.blueprints.walks import at, read_pathways

from vanguard.blueprint import read, shipped
from vanguard.flow import Began, Finished, Flow, Paused, Received, Resumed, apply, begin, needs, propose, readings

FOLDER = Path(__file__).parent / "foot-care"


@pytest.fixture(scope="module")
def sore_foot():
    return Flow.of(read_pathways(FOLDER), "a_sore_foot")


@pytest.fixture(scope="module")
def shoes():
    return Flow.of(read_pathways(FOLDER), "shoes_that_fit")


def noted_down(flow, when, pain):
    """Someone has rung with an open sore."""
    state = begin(flow, Received(when, "oneself", "phone", age=70, sex="male"))
    facts = {"toes_are_black": False, "skin_is_broken": True, "pain_out_of_ten": pain}
    return apply(flow, state, Finished(when, "noted_down", facts))


def reading(flow, state, clock, now):
    return next(r for r in readings(flow, state, now) if r.clock.id == clock)


def test_the_clock_stands_still_while_the_clinic_is_closed_or_nobody_picks_up(sore_foot):
    state = noted_down(sore_foot, at(6, "16:30"), pain=3.0)  # a Friday
    monday = at(9, "09:00")
    clock = reading(sore_foot, state, "rung_back", monday)
    assert (clock.elapsed, clock.due, clock.breached) == (timedelta(hours=1), at(9, "10:00"), False)

    state = apply(sore_foot, state, Paused(monday, "nobody_picks_up"))
    assert reading(sore_foot, state, "rung_back", at(9, "12:00")).due is None
    state = apply(sore_foot, state, Resumed(at(9, "13:00"), "nobody_picks_up"))
    assert reading(sore_foot, state, "rung_back", at(9, "13:00")).due == at(9, "14:00")
    state = apply(sore_foot, state, Began(at(9, "13:30"), "ringing_back"))
    kept = reading(sore_foot, state, "rung_back", at(9, "18:00"))
    assert (kept.status, kept.elapsed) == ("stopped", timedelta(hours=1, minutes=30))


def test_christmas_is_closed(sore_foot):
    state = noted_down(sore_foot, at(24, "16:00", 12), pain=3.0)  # a Thursday; the 25th and the 28th are holidays
    assert reading(sore_foot, state, "rung_back", at(24, "16:00", 12)).due == at(29, "09:30", 12)
    assert [need.available for need in needs(sore_foot, state, at(28, "10:00", 12))] == [False]


@pytest.mark.parametrize(
    ("pain", "promise", "due"),
    [(9.0, "before_closing", at(9, "14:30")), (2.0, "two_clinic_days", at(10, "17:00"))],
)
def test_each_promise_has_its_own_clock_and_needs_no_lead(sore_foot, pain, promise, due):
    state = noted_down(sore_foot, at(9, "08:00"), pain)
    assert [(p.question, p.answer) for p in propose(sore_foot, state, "ringing_back")] == [("seen_by_when", promise)]
    rung = {"advice_was_enough": False, "seen_by_when": promise}
    state = apply(sore_foot, state, Finished(at(9, "09:00"), "ringing_back", rung))
    assert reading(sore_foot, state, promise, at(9, "09:00")).due == due
    assert [(need.resource.id, need.skill, need.match) for need in needs(sore_foot, state, at(9, "09:00"))] == [
        ("any_podiatrist", None, ())
    ]


@pytest.mark.parametrize(("size", "beside"), [(9.0, []), (14.0, ["leather_ordered"])])
def test_the_other_pathway_may_go_round_until_the_shoe_fits(shoes, size, beside):
    state = begin(shoes, Received(at(3, "10:00"), "own_clinic", "list"))
    state = apply(shoes, state, Finished(at(3, "10:10"), "measured", {"shoe_size": size}))
    assert [held.step for held in state.open] == ["sewn", *beside]
    for step in (*beside, "sewn"):
        state = apply(shoes, state, Finished(at(5, "12:00"), step))
    state = apply(shoes, state, Finished(at(10, "10:00"), "handed_out", {"shoe_fits": False}))
    state = apply(shoes, state, Finished(at(12, "10:00"), "sewn_anew"))
    state = apply(shoes, state, Finished(at(17, "10:00"), "handed_out", {"shoe_fits": True}))
    assert state.finish.end == "shoes_fit"


def ids_and_labels(blueprint):
    """Every id that an element of the pathways, roles, plans or measures stands under, and its label."""
    pathways, plans = blueprint.pathways, blueprint.plans
    walked = [part for p in pathways.pathways.values() for part in (p.clocks, p.steps, p.ends)]
    shared = [pathways.pools, pathways.resources, pathways.pauses, pathways.questions, pathways.pathways]
    written = [plans.questions, plans.forms, plans.assessments, plans.care_plans, plans.visits]
    groups = [*walked, *shared, *written, blueprint.roles, blueprint.tiers, blueprint.cohorts, blueprint.measures]
    named = {element.label for group in groups for element in group.values()}
    return {id for group in groups for id in group} | named | set(pathways.calendars)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_it_shares_no_id_and_no_label_with_a_shipped_blueprint(name):
    assert ids_and_labels(read(FOLDER)) & ids_and_labels(read(name)) == set()
