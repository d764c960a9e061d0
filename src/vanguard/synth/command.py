"""`vanguard synth`: write a synthetic place."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from tqdm import tqdm

from vanguard import clock, console
from vanguard.synth.make import STEPS, make_place


@click.command()
@click.option("--people", type=click.IntRange(min=1), required=True, help="How many people.")
@click.option("--seed", type=int, required=True, help="The same seed gives the same bytes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the extracts.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the extracts, as 2018-08-06; today if not given. Nothing begins on or after it.",
)
@click.option("--months", type=int, default=36, show_default=True, help="Months before that day to cover.")
@console.json_option
def synth(people: int, seed: int, out: Path, until: datetime | None, months: int, as_json: bool) -> None:
    """Write a synthetic place as the extracts of its partners, with the truth beside them.

    Everyone in it is invented, on the real small areas and practices of Buckinghamshire.
    """
    day = until.date() if until else clock.local_date(clock.now())
    with tqdm(total=STEPS, desc="synth", unit="step", delay=1.0, disable=None, leave=False) as bar:

        def step(what: str) -> None:
            bar.set_postfix_str(what)
            bar.update()

        made = make_place(people, seed, day, out, months, step)
    width = max(len(name) for name in made.files)
    lines = [f"{name:<{width}}  {rows:>12,} rows" for name, rows in made.files.items()]
    lines.append(f"{'truth/persons.csv':<{width}}  {made.people:>12,} people, {made.registered:,} registered")
    lines.append(f"{made.planted} rows are wrong on purpose: {made.out / 'truth' / 'planted.csv'} says which.")
    console.report(asdict(made) | {"out": str(made.out)}, as_json=as_json, words="\n".join(lines))
