"""A folder holds a place or a programme, never both."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from vanguard.cli import cli
from vanguard.errors import BadInput
from vanguard.programme import found, is_programme, programme_name


def test_a_programme_is_made_once_and_is_no_place(place: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(cli, ["programme", "new", "Six towns", "--json"]).exit_code == 0
    assert is_programme(place) and programme_name(place) == "Six towns"
    assert runner.invoke(cli, ["programme", "new", "Six towns"]).exit_code == 0
    assert "Here is the programme Six towns already" in str(runner.invoke(cli, ["programme", "new", "Other"]).exception)
    for command in (["load", "feeds"], ["link"], ["refresh"], ["demo"]):
        assert "This is a programme, which holds no persons." in str(runner.invoke(cli, command).exception)
    assert runner.invoke(cli, ["--help"]).exit_code == 0


def test_a_place_becomes_no_programme(place: Path) -> None:
    (place / "lake").mkdir()
    with pytest.raises(BadInput, match="Here is a place, which is no programme"):
        found(place, "Six towns")
    refused = CliRunner().invoke(cli, ["programme", "export", "out"])
    assert "Here is no programme" in str(refused.exception)
