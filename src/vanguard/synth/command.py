"""`vanguard synth`: write a synthetic place."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import get_args

import click
from tqdm import tqdm

from vanguard import clock, console
from vanguard.synth.compare import write_comparison
from vanguard.synth.deliveries import Every
from vanguard.synth.disorder import read_disorder
from vanguard.synth.effect import read_effect
from vanguard.synth.make import make_place, steps


@click.command()
@click.option(
    "--people", type=click.IntRange(min=1), required=True, help="How many people are registered on the last day."
)
@click.option("--seed", type=int, required=True, help="The same seed gives the same bytes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the extracts.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the extracts, as 2018-08-06; today if not given. Nothing begins on or after it.",
)
@click.option("--months", type=int, default=36, show_default=True, help="Months before that day to cover.")
@click.option(
    "--disorder", default="usual", show_default=True, help="none, usual, harsh, or a YAML file with the switches."
)
@click.option(
    "--deliveries",
    "every",
    type=click.Choice(get_args(Every)),
    default="once",
    show_default=True,
    help="One whole extract, or a whole one and then a file of each feed every month or day.",
)
@click.option("--times", type=int, default=12, show_default=True, help="How many deliveries after the whole one.")
@click.option("--effect", type=click.Path(path_type=Path), help="YAML file of a service that prevents admissions.")
@click.option("--compare", is_flag=True, help="Also write comparison.html: the place beside the published figures.")
@console.json_option
def synth(
    people: int,
    seed: int,
    out: Path,
    until: datetime | None,
    months: int,
    disorder: str,
    every: Every,
    times: int,
    effect: Path | None,
    compare: bool,
    as_json: bool,
) -> None:
    """Write a synthetic place as the extracts of its partners, with the truth beside them.

    Everyone in it is invented, on the real small areas and practices of Buckinghamshire.
    """
    day = until.date() if until else clock.local_date(clock.now())
    profile, service = read_disorder(disorder), read_effect(effect) if effect else None
    with tqdm(total=steps(people, day, months), desc="synth", unit="step", delay=1.0, disable=None, leave=False) as bar:

        def step(what: str) -> None:
            bar.set_postfix_str(what)
            bar.update()

        made = make_place(
            people, seed, day, out, months, step, disorder=profile, every=every, times=times, effect=service
        )
    if compare:
        write_comparison(out, out / "comparison.html")
    width = max(len(name) for name in made.files)
    lines = [f"{name:<{width}}  {rows:>12,} rows" for name, rows in made.files.items()]
    lines.append(
        f"{'truth/persons.csv':<{width}}  {made.persons:>12,} persons, {made.people:,} registered on the last day"
    )
    lines.append(f"{made.planted:,} rows are wrong on purpose: {made.out / 'truth' / 'planted.csv'} says which.")
    if compare:
        lines.append(f"{out / 'comparison.html'} sets it beside the published figures.")
    console.report(asdict(made) | {"out": str(made.out)}, as_json=as_json, words="\n".join(lines))
