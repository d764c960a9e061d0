"""vanguard check and vanguard diff: sentences or JSON, and an exit code that a script can use."""

import json

from click.testing import CliRunner
from tests.blueprint.owls import OWLS, TOWN, copy

from vanguard.blueprint.command import check, diff
from vanguard.errors import BadInput


def run(command, *args):
    return CliRunner().invoke(command, [str(arg) for arg in args], catch_exceptions=True)


def test_a_right_blueprint():
    done = run(check, OWLS)
    assert (done.exit_code, done.output) == (0, "Night owls, version 1.2.3: no mistakes.\n")
    assert json.loads(run(check, OWLS, "--json").output)["mistakes"] == []


def test_a_wrong_one_lists_every_mistake(tmp_path):
    folder = copy(
        tmp_path / "owls", ("cohorts.yaml", "tier: dusk", "tier: dsuk"), ("plans.yaml", "minutes: 30", "minutes: 0")
    )
    done = run(check, folder)
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{folder}/cohorts.yaml:4:11: There is no tier dsuk. Did you mean dusk?",
        f"{folder}/plans.yaml:33:14: 0 is not allowed here. It must be at least 1.",
        "2 mistakes.",
    ]
    told = run(check, folder, "--json")
    assert told.exit_code == 1
    assert json.loads(told.output)["mistakes"][0] == {
        "file": f"{folder}/cohorts.yaml",
        "line": 4,
        "column": 11,
        "what": "There is no tier dsuk.",
        "do": "Did you mean dusk?",
    }


def test_wrong_usage_and_a_blueprint_that_is_not_there():
    assert run(check).exit_code == 2
    assert isinstance(run(check, "no-such").exception, BadInput)


def test_schemas_fit_the_folder(tmp_path):
    run(check, OWLS, "--schemas", tmp_path / "whole")
    run(check, TOWN, "--schemas", tmp_path / "site")
    assert "required" in json.loads((tmp_path / "whole" / "codes.json").read_text())["$defs"]["OwnCodeSet"]
    assert "required" not in json.loads((tmp_path / "site" / "codes.json").read_text())["$defs"]["OwnCodeSet"]


def test_diff_in_words_and_as_json():
    assert "Cohort awake: review, every 1 month becomes 2 weeks." in run(diff, OWLS, TOWN).output
    changes = json.loads(run(diff, OWLS, TOWN, "--json").output)["changes"]
    found = next(change for change in changes if change["place"] == "cohorts.awake.review.every")
    said = (found["file"], found["kind"], found["before"], found["after"])
    assert said == ("cohorts.yaml", "changed", "1 month", "2 weeks")


def test_diff_of_a_wrong_one_points_to_check(tmp_path):
    folder = copy(tmp_path / "owls", ("cohorts.yaml", "tier: dusk", "tier: dsuk"))
    assert str(run(diff, folder, OWLS).exception) == f"{folder} has 1 mistake. See vanguard check {folder}."
