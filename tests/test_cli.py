"""`vanguard` by itself: it lists every command as the command says of itself, and imports none to do so."""

from typing import Any

import pytest
from click.testing import CliRunner

from vanguard.cli import COMMANDS, Rooms, cli


def test_the_commands_are_listed_without_importing_any(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(module: str, *_: Any) -> Any:
        raise AssertionError(f"{module} was imported")

    monkeypatch.setattr("vanguard.cli.importlib.import_module", refuse)
    said = CliRunner().invoke(cli, ["--help"])
    assert said.exit_code == 0, said.exception
    assert all(f"\n  {name} " in said.output for name in COMMANDS)


@pytest.mark.parametrize("name", ["erlang", "spc", "check"])
def test_what_is_listed_is_what_the_command_says(name: str) -> None:
    listed = CliRunner().invoke(cli, ["--help"]).output
    command = Rooms.get_command(cli, None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.get_short_help_str(60)[:40] in " ".join(listed.split())
