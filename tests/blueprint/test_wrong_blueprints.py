"""Some ninety wrong blueprints, each told in exactly the sentences that a person needs."""

import pytest
from tests.blueprint.owls import HERE, OWLS, copy, mistakes

from vanguard.blueprint import read
from vanguard.own_yaml import data_of

CASES = data_of((HERE / "wrong_blueprints.yaml").read_text("utf-8"))


def test_the_blueprint_that_they_are_made_from_is_right():
    assert read(OWLS).label == "Night owls"
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=[f"{case['file']}-{number}" for number, case in enumerate(CASES)])
def test_each_mistake_is_said_with_its_place_and_what_to_do(case, tmp_path):
    assert mistakes(copy(tmp_path / "owls", (case["file"], case["right"], case["wrong"]))) == case["says"]


@pytest.mark.parametrize(
    ("reach", "least"),
    [
        ("{kind: fixed, value: 3}", "3"),
        ("{kind: uniform, low: 2, high: 5}", "2"),
        ("{kind: triangular, low: 2.5, mode: 3, high: 5}", "2.5"),
        ("{kind: fixed, value: 2}", None),
        ("{kind: uniform, low: 1.5, high: 5}", None),
        ("{kind: exponential, mean: 9}", None),
    ],
)
def test_a_bed_that_nobody_can_reach_while_it_is_held_is_said(reach, least, tmp_path):
    """Else the simulation would find them one again and again until it ends."""
    uses = ("pathways.yaml", "go: {label: Go there,", "go: {label: Go there, uses: bed,")
    reached = "\n      stay_hours: {kind: fixed, value: 20}\n      reach_bed_hours: "
    right = "go: {minutes: {kind: triangular, low: 10, mode: 30, high: 90}, travel: {kind: fixed, value: 20}}"
    wrong = f"go:\n      minutes: {{kind: fixed, value: 9}}\n      travel: {{kind: fixed, value: 2}}{reached}{reach}"
    folder = copy(tmp_path / "owls", uses, ("simulate.yaml", right, wrong))
    if least is None:
        assert read(folder).label == "Night owls"
        return
    what = f"It takes {least} hours or more to reach the bed, and bed is held for 2: nobody ever does."
    do = "Give fewer hours, or let bed be held for longer: hold in pathways.yaml."
    assert mistakes(folder) == [f"simulate.yaml:14:24: {what} {do}"]
