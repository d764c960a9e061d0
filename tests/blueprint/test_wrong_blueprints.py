"""Some ninety wrong blueprints, each told in exactly the sentences that a person needs."""

import pytest
import yaml
from tests.blueprint.owls import HERE, OWLS, copy, mistakes

from vanguard.blueprint import read

CASES = yaml.safe_load((HERE / "wrong_blueprints.yaml").read_text("utf-8"))


def test_the_blueprint_that_they_are_made_from_is_right():
    assert read(OWLS).label == "Night owls"
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=[f"{case['file']}-{number}" for number, case in enumerate(CASES)])
def test_each_mistake_is_said_with_its_place_and_what_to_do(case, tmp_path):
    assert mistakes(copy(tmp_path / "owls", (case["file"], case["right"], case["wrong"]))) == case["says"]
