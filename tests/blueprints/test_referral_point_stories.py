"""The stories of the source papers, walked through the shipped referral point without a service around it."""

from datetime import timedelta

import pytest
from tests.blueprints.walks import at, read_pathways

from vanguard.blueprint import shipped
from vanguard.flow import (
    Answered,
    Arrived,
    Changed,
    Closed,
    Finished,
    Flow,
    NotAllowed,
    Received,
    apply,
    begin,
    needs,
    open_to,
    propose,
    readings,
    replay,
    told,
)

EVERYBODY = {
    "referral_point_administrator": {"taking_the_call"},
    "triage_clinician": {"taking_the_call", "clinical_triage"},
    "community_night_nurse": {"taking_the_call", "clinical_triage", "response_visit", "days_in_a_bed"},
    "response_nurse": {"response_visit", "days_in_a_bed"},
    "reablement_worker": {"reablement_at_home"},
    "response_social_worker": {"response_visit", "days_in_a_bed", "long_term_assessment_begun_early"},
}


@pytest.fixture(scope="module")
def flow():
    file = read_pathways(shipped()["frail-older-people"])
    return Flow.of(file, "rapid_response_and_reablement_pathway")


def proposed(flow, state):
    """What is proposed for the clinician to confirm, by question."""
    return {proposal.question: proposal.answer for proposal in propose(flow, state, "clinical_triage")}


def the_clock(flow, state, now):
    """The one reading of a response clock."""
    found = [r for r in readings(flow, state, now) if r.clock.id != "time_to_decision"]
    assert len(found) == 1
    return found[0]


def referred_from_home(flow):
    """A woman of 81 has been ill for some days; her GP calls from her home on a Monday morning."""
    state = begin(flow, Received(at(2, "11:00"), "general_practice", "phone", age=81, sex="female"))
    answers = {
        "life_in_danger": False,
        "whereabouts": "in_own_home",
        "main_trouble": "unwell_getting_worse",
        "safe_until_seen": True,
    }
    return apply(flow, state, Finished(at(2, "11:07"), "taking_the_call", answers))


def test_step_up_reaches_her_in_three_hours_and_never_a_hospital(flow):
    state = referred_from_home(flow)
    suggestion = proposed(flow, state)
    assert suggestion == {
        "help_direction": "step_up",
        "how_soon": "rapid_response",
        "intervention_lead": "nurse_leads",
        "place_of_help": "help_at_home",
        "kind_of_bed": "bed_with_nursing",
    }
    state = apply(flow, state, Finished(at(2, "11:12"), "clinical_triage", suggestion))
    assert told(flow, state) == ("general_practitioner", "referring_professional")
    assert [(need.resource.id, need.skill) for need in needs(flow, state, at(2, "11:12"))] == [
        ("response_team", "nurse_leads")
    ]

    state = apply(flow, state, Arrived(at(2, "13:05"), "response_visit"))
    clock = the_clock(flow, state, at(2, "13:05"))
    assert (clock.status, clock.elapsed, clock.breached) == ("stopped", timedelta(hours=2, minutes=5), False)

    to_a_bed = {"goals_agreed": True, "after_the_visit": "goes_to_a_bed"}
    state = apply(flow, state, Finished(at(2, "14:00"), "response_visit", to_a_bed))
    bed = next(need for need in needs(flow, state, at(2, "14:00")) if need.resource.kind == "bed")
    assert bed.match == (("sex", "female"), ("kind_of_bed", "bed_with_nursing"))
    assert bed.resource.hold == timedelta(hours=2)

    home = {"after_the_bed": "home_with_reablement"}
    state = apply(flow, state, Finished(at(4, "10:00"), "days_in_a_bed", home))
    stay = {moment.name: moment.at for moment in state.moments}
    assert stay["days_in_a_bed.finished"] - stay["days_in_a_bed.entered"] <= timedelta(hours=48)

    better = {"likely_to_need_care_for_good": False, "when_reablement_ends": "stands_alone_again"}
    state = apply(flow, state, Finished(at(9, "16:00"), "reablement_at_home", better))
    assert state.finish.end == "nothing_further"
    assert told(flow, state) == ("general_practitioner", "referring_professional")


def test_step_down_is_one_referral_and_care_begins_the_day_reablement_ends(flow):
    state = begin(flow, Received(at(2, "09:30"), "ward_team", "list", age=77, sex="male"))
    answers = {
        "life_in_danger": False,
        "whereabouts": "in_a_ward",
        "main_trouble": "needs_personal_care",
        "safe_until_seen": True,
    }
    state = apply(flow, state, Finished(at(2, "09:30"), "referrers_own_form", answers))
    suggestion = proposed(flow, state)
    assert (suggestion["help_direction"], suggestion["how_soon"]) == ("step_down", "fast_response")

    state = apply(flow, state, Finished(at(2, "09:45"), "clinical_triage", suggestion))
    state = apply(flow, state, Changed(at(2, "12:00"), {"intervention_lead": "therapist_leads"}))
    assert [need.skill for need in needs(flow, state, at(2, "12:00"))] == ["therapist_leads"]

    state = apply(flow, state, Arrived(at(2, "16:30"), "response_visit"))
    assert not the_clock(flow, state, at(2, "16:30")).breached
    onwards = {"goals_agreed": True, "after_the_visit": "goes_on_with_reablement"}
    state = apply(flow, state, Finished(at(2, "17:30"), "response_visit", onwards))
    assert [held.step for held in state.open] == ["reablement_at_home"]

    expects_more = {"likely_to_need_care_for_good": True}
    state = apply(flow, state, Answered(at(20, "10:00"), "reablement_at_home", expects_more))
    assert [held.step for held in state.open] == ["reablement_at_home", "long_term_assessment_begun_early"]
    with pytest.raises(NotAllowed, match="cannot be finished yet"):
        apply(
            flow, state, Finished(at(9, "10:00", 12), "reablement_at_home", {"when_reablement_ends": "care_for_good"})
        )
    state = apply(flow, state, Finished(at(3, "15:00", 12), "long_term_assessment_begun_early"))
    assert propose(flow, state, "reablement_at_home")[0].answer == "care_for_good"

    state = apply(
        flow, state, Finished(at(14, "17:30", 12), "reablement_at_home", {"when_reablement_ends": "care_for_good"})
    )
    end = flow.pathway.ends[state.finish.end]
    assert (end.id, end.hand_over) == ("long_term_care", "same_day")
    assert sum(moment.name == "received" for moment in state.moments) == 1
    forms = {flow.step(held).form for held in ("response_visit", "days_in_a_bed", "reablement_at_home")}
    assert forms == {"common_assessment"}


def test_home_not_hospital_tells_the_gp_while_surgery_is_running(flow):
    state = begin(flow, Received(at(3, "08:02"), "community_health_and_social_care", "phone", age=79, sex="female"))
    answers = {
        "life_in_danger": False,
        "whereabouts": "in_own_home",
        "main_trouble": "short_of_breath",
        "safe_until_seen": True,
    }
    state = apply(flow, state, Finished(at(3, "08:06"), "taking_the_call", answers))
    state = apply(flow, state, Finished(at(3, "08:09"), "clinical_triage", proposed(flow, state)))
    assert "general_practitioner" in told(flow, state)
    state = apply(flow, state, Arrived(at(3, "08:50"), "response_visit"))
    treated = {"goals_agreed": False, "after_the_visit": "needs_no_more"}
    state = apply(flow, state, Finished(at(3, "09:40"), "response_visit", treated))
    assert state.finish.end == "nothing_further"


def test_at_night_the_night_team_answers_decides_and_goes(flow):
    state = begin(flow, Received(at(2, "23:30"), "ambulance_crew", "phone", age=88, sex="female"))
    assert [need.resource.id for need in needs(flow, state, at(2, "23:30"))] == ["night_nurses"]
    answers = {
        "life_in_danger": False,
        "whereabouts": "in_own_home",
        "main_trouble": "fallen_cannot_rise",
        "safe_until_seen": False,
    }
    state = apply(flow, state, Finished(at(2, "23:35"), "taking_the_call", answers))
    suggestion = proposed(flow, state)
    assert (suggestion["how_soon"], suggestion["place_of_help"]) == ("rapid_response", "help_in_a_bed")
    state = apply(flow, state, Finished(at(2, "23:40"), "clinical_triage", suggestion))
    assert [need.resource.id for need in needs(flow, state, at(2, "23:40"))] == ["night_nurses"]
    assert [need.resource.id for need in needs(flow, state, at(3, "07:30"))] == ["response_team"]


def test_danger_to_life_never_waits_for_triage(flow):
    state = begin(flow, Received(at(2, "11:00"), "care_home_staff", "phone"))
    answers = {
        "life_in_danger": True,
        "whereabouts": "in_a_care_home",
        "main_trouble": "short_of_breath",
        "safe_until_seen": False,
    }
    state = apply(flow, state, Finished(at(2, "11:01"), "taking_the_call", answers))
    assert state.finish.end == "emergency_call"


def test_a_worse_turn_starts_the_shorter_clock_from_receipt(flow):
    state = referred_from_home(flow)
    calm = {**proposed(flow, state), "how_soon": "normal_response"}
    state = apply(flow, state, Finished(at(2, "11:12"), "clinical_triage", calm))
    state = apply(flow, state, Changed(at(2, "15:00"), {"how_soon": "rapid_response"}))
    running = next(r for r in readings(flow, state, at(2, "15:00")) if r.clock.id == "rapid_response")
    assert (running.due, running.breached) == (at(2, "14:00"), True)


@pytest.mark.parametrize("end", ["person_died", "person_declined", "referral_withdrawn", "admitted_meanwhile"])
def test_these_may_happen_wherever_the_person_is(flow, end):
    start = Received(at(2, "11:00"), "ward_team", "online")
    assert replay(flow, [start, Closed(at(2, "11:01"), end)]).finish.end == end
    state = apply(flow, referred_from_home(flow), Closed(at(2, "11:10"), end))
    assert state.finish.end == end


def test_every_step_is_open_to_the_roles_that_should_do_it(flow):
    for role, expected in EVERYBODY.items():
        allowed = {
            step.id
            for step in flow.pathway.steps.values()
            if role in {r for resource in flow.chain(step.by) for r in resource.roles}
        }
        assert allowed == expected
    assert open_to(flow, referred_from_home(flow), ["reablement_worker"]) == ()


@pytest.mark.parametrize("whereabouts", ["in_own_home", "in_a_care_home", "in_emergency_care", "in_a_ward"])
def test_every_combination_of_facts_comes_with_a_whole_proposal(flow, whereabouts):
    for trouble in flow.file.questions["main_trouble"].of:
        for safe in (True, False):
            state = begin(flow, Received(at(2, "11:00"), "ward_team", "online"))
            facts = {
                "life_in_danger": False,
                "whereabouts": whereabouts,
                "main_trouble": trouble,
                "safe_until_seen": safe,
            }
            state = apply(flow, state, Finished(at(2, "11:00"), "referrers_own_form", facts))
            assert set(proposed(flow, state)) == set(flow.step("clinical_triage").decides)
