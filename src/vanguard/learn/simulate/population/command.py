"""`vanguard population`: everybody in a place over years, as expected and with a plan."""

from pathlib import Path

import click

from vanguard.blueprint import read
from vanguard.console import home, json_option, progress_bar, report
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.simulate.population.causes import chain, changes_of
from vanguard.learn.simulate.population.files import write
from vanguard.learn.simulate.population.findings import findings
from vanguard.learn.simulate.population.measured import measured
from vanguard.learn.simulate.population.observed import observe
from vanguard.learn.simulate.population.plan import model_of
from vanguard.learn.simulate.population.words import words


@click.command()
@click.argument("blueprint")
@click.option("--future", help="A future of its simulate.yaml; without one what is expected anyway.")
@click.option("--years", type=click.IntRange(1, 30), default=10, show_default=True, help="How many years.")
@click.option("--replications", type=click.IntRange(2, 10_000), default=100, show_default=True, help="How many runs.")
@click.option(
    "--people", type=click.IntRange(1), help="How many people, instead of as many as it says or as there are."
)
@click.option("--from-lake", is_flag=True, help="Count who is where, and how often they move, in this place's lake.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same gives the same again.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder for the tables.")
@json_option
def population(
    blueprint: str,
    future: str | None,
    years: int,
    replications: int,
    people: int | None,
    from_lake: bool,
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Let years pass for everybody in the place that BLUEPRINT describes: beds, services, staff, cost, and why."""
    held = read(blueprint)
    stated = held.simulate.population
    if stated is None:
        what = f"{held.id} says nothing about a population."
        raise BadInput(what, where="simulate.yaml", do="Add population: people, ages, needs, places.")
    model = measured(stated, observe(Lake(home()), stated), people) if from_lake else model_of(stated, people)
    runs = len(changes_of(model, future)) + 1
    with progress_bar("Letting years pass", total=runs * replications, unit="run") as done:
        found_of = chain(model, future, years=years, replications=replications, seed=seed, done=done)
    found = {"blueprint": held.id, "version": held.version, "seed": seed} | findings(found_of, future)
    files = write(found_of, found, out)
    named = f"The tables are in {out}: {', '.join(path.name for path in files)}."
    report(found, as_json=as_json, words=f"{words(found)}\n{named}")
