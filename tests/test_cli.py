"""The list of commands says of each what the command says of itself, and comes at once."""

import re
import subprocess
import sys

import click
import pytest

from vanguard.cli import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says_of_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert COMMANDS[name][1] == command.get_short_help_str(limit=400)


def test_the_list_imports_no_room() -> None:
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "vanguard.cli", "--help"], capture_output=True, text=True, check=True
    )
    assert all(f"\n  {name} " in listed.stdout for name in COMMANDS)
    for heavy in ("numpy", "pydantic", "django", "vanguard.know", "vanguard.learn", "vanguard.web"):
        assert not re.search(rf"\| +{re.escape(heavy)}$", listed.stderr, re.MULTILINE)
