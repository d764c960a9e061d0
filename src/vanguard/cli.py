"""The `vanguard` command. Each command lives in its room and is imported only when it is used."""

import importlib
import os
import sys

import click

from vanguard import __version__
from vanguard.errors import BadInput

# The first sentence of each command's own help stands here too: to list them all, none need be imported.
COMMANDS = {
    "demo": ("vanguard.web.command:demo", "Make a demo place of synthetic people, if there is none yet, and serve it."),
    "serve": ("vanguard.web.command:serve", "Serve the place's pages until interrupted."),
    "synth": (
        "vanguard.synth.command:synth",
        "Write a synthetic place as the extracts of its partners, with the truth beside them.",
    ),
    "load": ("vanguard.know.intake.command:load", "Load the partners' files in DIR into the lake."),
    "link": (
        "vanguard.know.identity.command:link",
        "Say which rows are the same person: of the whole place, or of one file.",
    ),
    "refresh": (
        "vanguard.know.record.command:refresh",
        "Rebuild timelines, features and cohorts from what was loaded, and show them on the pages.",
    ),
    "beds": ("vanguard.care.beds.command:beds", "Put the beds of the CSV file FILE on the place's list."),
    "rota": ("vanguard.care.roster.command:rota", "Put the shifts of the CSV file FILE on the rota."),
    "backup": (
        "vanguard.backup.command:backup",
        "Put the whole place into one encrypted file, while the service runs.",
    ),
    "restore": ("vanguard.backup.command:restore", "Make the place again from a backup: whole, or not at all."),
    "backup-key": ("vanguard.backup.command:backup_key", "Make a key pair for backups."),
    "audit": ("vanguard.access.audit.command:audit", "Check, sign, export and index the trail of who saw what."),
    "check": (
        "vanguard.blueprint.command:check",
        "List every mistake in BLUEPRINT: a folder, or the name of a shipped one.",
    ),
    "diff": (
        "vanguard.blueprint.command:diff",
        "Say how blueprint B differs from blueprint A: folders, or names of shipped ones.",
    ),
    "score": (
        "vanguard.know.population.score.command:score",
        "Score everyone in a table of codes: comorbidity, frailty, avoidable admissions, readmission.",
    ),
    "measure": (
        "vanguard.learn.board.command:measure",
        "Work out every measure of the blueprints; `vanguard refresh` keeps them up to date from then on.",
    ),
    "publish": (
        "vanguard.learn.board.publishing.command:publish",
        "Write what goes to the programme: measures, verdicts, blueprints and their variation.",
    ),
    "spc": (
        "vanguard.learn.measure.spc.command:spc",
        "Mean, limits and special causes of every series in a table, as Making Data Count draws them.",
    ),
    "evaluate": (
        "vanguard.learn.evaluate.command:evaluate",
        "Answer the question of PLAN: an evaluation.yaml, or a blueprint (a folder, or "
        "a shipped name), with #id for one of several.",
    ),
    "erlang": (
        "vanguard.learn.simulate.command:erlang",
        "How long callers wait for somebody to answer: Erlang C, or Erlang A where they have patience to lose.",
    ),
    "simulate": (
        "vanguard.learn.simulate.command:simulate",
        "Run the service that BLUEPRINT describes, before it starts: queues, promises, beds, work, what breaks first.",
    ),
    "staffing": (
        "vanguard.learn.simulate.command:staffing",
        "How many are needed on each shift, and how many beds, for BLUEPRINT to keep its promises.",
    ),
    "calibrate": (
        "vanguard.learn.simulate.live.command:calibrate_command",
        "Bring what BLUEPRINT assumes to what this place's own service has shown: "
        "who came, how long steps took, who was on shift.",
    ),
    "population": (
        "vanguard.learn.simulate.population.command:population",
        "Let years pass for everybody in the place that BLUEPRINT describes: beds, services, staff, cost, and why.",
    ),
    "forecast": (
        "vanguard.learn.simulate.forecast.command:forecast",
        "Forecast who comes and who is in a bed, and score what has come true; `vanguard refresh` does it too.",
    ),
    "programme": (
        "vanguard.programme.command:programme",
        "A programme of many places: an installation of its own, which holds no persons.",
    ),
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
        module, name = COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in OF_A_PLACE:
            from vanguard.console import home
            from vanguard.programme import refuse_programme

            refuse_programme(home())
        return super().resolve_command(ctx, args)


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
