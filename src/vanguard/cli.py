"""The `vanguard` command. Each command lives in its room and is imported only when it is used."""

import ast
import importlib
import inspect
import os
import sys
from pathlib import Path

import click

from vanguard import __version__
from vanguard.errors import BadInput

COMMANDS = {
    "demo": "vanguard.web.command:demo",
    "serve": "vanguard.web.command:serve",
    "synth": "vanguard.synth.command:synth",
    "load": "vanguard.know.intake.command:load",
    "link": "vanguard.know.identity.command:link",
    "refresh": "vanguard.know.record.command:refresh",
    "beds": "vanguard.care.beds.command:beds",
    "rota": "vanguard.care.roster.command:rota",
    "backup": "vanguard.backup.command:backup",
    "restore": "vanguard.backup.command:restore",
    "backup-key": "vanguard.backup.command:backup_key",
    "audit": "vanguard.access.audit.command:audit",
    "check": "vanguard.blueprint.command:check",
    "diff": "vanguard.blueprint.command:diff",
    "score": "vanguard.know.population.score.command:score",
    "measure": "vanguard.learn.board.command:measure",
    "publish": "vanguard.learn.board.publishing.command:publish",
    "spc": "vanguard.learn.measure.spc.command:spc",
    "evaluate": "vanguard.learn.evaluate.command:evaluate",
    "erlang": "vanguard.learn.simulate.erlang_command:erlang",
    "simulate": "vanguard.learn.simulate.command:simulate",
    "staffing": "vanguard.learn.simulate.command:staffing",
    "calibrate": "vanguard.learn.simulate.live.command:calibrate_command",
    "population": "vanguard.learn.simulate.population.command:population",
    "forecast": "vanguard.learn.simulate.forecast.command:forecast",
    "programme": "vanguard.programme.command:programme",
}

# What works on persons, and so on a place alone.
OF_A_PLACE = ("load", "link", "refresh", "beds", "rota", "measure", "forecast", "publish")


class Rooms(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command by the sentence under its name, read from its file: to list them all none need be imported."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        rows = [(name, click.Command(name, help=_says(name)).get_short_help_str(limit)) for name in COMMANDS]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in OF_A_PLACE:
            from vanguard.console import home
            from vanguard.programme import refuse_programme

            refuse_programme(home())
        return super().resolve_command(ctx, args)


def _says(command: str) -> str:
    """The docstring of a command."""
    module, name = COMMANDS[command].split(":")
    file = Path(__file__).parent.joinpath(*module.split(".")[1:]).with_suffix(".py")
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return inspect.cleandoc(ast.get_docstring(node) or "")
    raise AssertionError(command)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vanguard")
def cli() -> None:
    """New models of care as code."""


def main() -> None:
    """Run the command: exit 0 done, 1 bad input said in a sentence, 2 wrong usage."""
    # What a place holds is about people: nobody else on this machine reads what we write.
    os.umask(0o077)
    try:
        cli(standalone_mode=True)
    except BadInput as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
