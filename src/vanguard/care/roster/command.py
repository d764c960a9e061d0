"""The command `vanguard rota`."""

from dataclasses import asdict
from pathlib import Path

import click

from vanguard import clock, console


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@console.json_option
def rota(file: Path, as_json: bool) -> None:
    """Put the shifts of the CSV file FILE on the rota.

    Columns: professional (their code), name, employer (its code), pool (a blueprint's), start and end (local time,
    like 2026-11-22 07:30); and, where known, employer_name, skills (parted by semicolons), team, username.
    """
    from vanguard.web.server import prepare

    prepare()
    from vanguard.care.roster.reading import import_shifts

    done = import_shifts(file, clock.now())
    report = f"{done.new:,} shifts are new, {done.same:,} were on the rota already."
    console.report(asdict(done), as_json=as_json, words=report)
