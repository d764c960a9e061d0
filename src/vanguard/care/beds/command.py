"""The command `vanguard beds`."""

from dataclasses import asdict
from pathlib import Path

import click

from vanguard import clock, console


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@console.json_option
def beds(file: Path, as_json: bool) -> None:
    """Put the beds of the CSV file FILE on the place's list.

    Columns: place, bed, kind (a blueprint's bed); and, where known, place_name, locality, room, sex (female, male or
    any), meets (needs, parted by semicolons), status (open or closed), why. Given again it brings them up to date.
    """
    from vanguard.web.server import prepare

    prepare()
    from vanguard.care.beds.reading import import_beds

    done = import_beds(file, clock.now())
    words = f"{done.new:,} beds are new, {done.changed:,} were brought up to date, {done.same:,} stay as they were."
    console.report(asdict(done), as_json=as_json, words=words)
