"""What a step asks, and what is read from what was typed: over every step of both blueprints of different shape."""

from pathlib import Path

import pytest

from vanguard.blueprint import read, shipped
from vanguard.care.hub.sheets import fill, sheet_of
from vanguard.flow import Flow

FOOT_CARE = Path(__file__).parents[2] / "blueprints/foot-care"
CALLS = {
    "life_in_danger": ["no"],
    "whereabouts": ["in_own_home"],
    "main_trouble": ["unwell_getting_worse"],
    "safe_until_seen": ["yes"],
    "what_has_happened": ["Has not drunk since Saturday."],
    "agreed_to_referral": ["person_agreed"],
    "referrers_number": ["01296 000000"],
}


@pytest.fixture(scope="module")
def referral_point():
    blueprint = read(shipped()["frail-older-people"])
    return blueprint, Flow.of(blueprint.pathways, "rapid_response_and_reablement_pathway")


@pytest.fixture(scope="module")
def the_call(referral_point):
    return sheet_of(*referral_point, "taking_the_call")


@pytest.mark.parametrize("folder", [shipped()["frail-older-people"], FOOT_CARE], ids=["frail", "feet"])
def test_every_step_asks_all_that_it_needs_and_each_question_once(folder):
    blueprint = read(folder)
    for pathway in blueprint.pathways.pathways:
        flow = Flow.of(blueprint.pathways, pathway)
        for id, step in flow.pathway.steps.items():
            lines = list(sheet_of(blueprint, flow, id).lines())
            asked = [line.id for line in lines]
            assert len(asked) == len(set(asked))
            assert {line.id for line in lines if line.steers} == {*step.asks, *step.decides}
            assert all(line.label for line in lines)


def test_a_call_is_twelve_inputs_at_most_with_finding_the_person_and_saying_who_rings(the_call):
    # One box finds the person, one says who refers; what is not required may be left out.
    assert sum(line.required for line in the_call.lines()) + 2 <= 12


def test_what_steers_and_what_is_written_down_are_told_apart(the_call):
    filled = fill(the_call, CALLS, {}, finish=True)
    assert filled.problems == {}
    assert filled.steering == {
        "life_in_danger": False,
        "whereabouts": "in_own_home",
        "main_trouble": "unwell_getting_worse",
        "safe_until_seen": True,
    }
    assert filled.written["what_has_happened"] == "Has not drunk since Saturday."


def test_what_is_missing_is_asked_for_only_when_the_step_ends(the_call):
    assert fill(the_call, {}, {}, finish=False).problems == {}
    missing = fill(the_call, {}, {}, finish=True).problems
    assert missing["whereabouts"] == "Answer: Where is the person now?"
    assert "how_to_get_in" not in missing


def test_what_was_written_before_is_continued_and_not_asked_again(the_call):
    known = {"what_has_happened": "Has not drunk since Saturday."}
    again = CALLS | {"what_has_happened": [""]}
    assert fill(the_call, again, known, finish=True).problems == {}
    same = fill(the_call, CALLS, known, finish=True)
    assert "what_has_happened" not in same.written


@pytest.mark.parametrize(
    ("question", "typed", "said"),
    [
        ("whereabouts", "on_the_moon", "Choose one answer"),
        ("life_in_danger", "perhaps", "Choose yes or no"),
        ("fit_to_leave_since", "31/9/2018", "Enter a day"),
        ("what_has_happened", "x" * 4001, "at most 4,000 letters"),
    ],
)
def test_an_answer_that_does_not_fit_is_said_in_a_sentence(the_call, question, typed, said):
    assert said in fill(the_call, {question: [typed]}, {}, finish=False).problems[question]


@pytest.mark.parametrize("typed", ["nan", "inf", "many", "1e99"])
def test_a_number_is_a_number(referral_point, typed):
    visit = sheet_of(*referral_point, "response_visit")
    assert "falls_at_home" in fill(visit, {"falls_at_home": [typed]}, {}, finish=False).problems
    assert fill(visit, {"falls_at_home": ["1,000"]}, {}, finish=False).written == {"falls_at_home": 1000}
