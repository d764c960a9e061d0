"""`vanguard simulate`: a whole service. `vanguard staffing`: how many it needs."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from vanguard.blueprint import Blueprint, read
from vanguard.console import json_option, progress_bar, report
from vanguard.errors import BadInput
from vanguard.learn.simulate.comparing import AS_THEY_STAND, beside, compared, in_words, summary
from vanguard.learn.simulate.day import day, need_day
from vanguard.learn.simulate.fewest import staffing as needed
from vanguard.learn.simulate.fewest import table
from vanguard.learn.simulate.files import make, write, write_comparison
from vanguard.learn.simulate.simulation import YEAR, service_of
from vanguard.learn.simulate.simulation import simulate as simulated
from vanguard.learn.simulate.words import words


@click.command()
@click.argument("blueprint")
@click.option("--scenario", help="A scenario of its simulate.yaml; without one the assumptions as they stand.")
@click.option("--all", "every", is_flag=True, help="Run the assumptions and every scenario, and lay them side by side.")
@click.option("--set", "values", multiple=True, help="A slider at another number: SLIDER=NUMBER. Repeatable.")
@click.option("--replications", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many runs.")
@click.option("--days", type=click.IntRange(7, 3650), default=YEAR, show_default=True, help="Days that count.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same gives the same again.")
@click.option(
    "--day", "on", type=click.DateTime(["%Y-%m-%d"]), help="Tell this day of the first run, as the board would."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder for the tables.")
@json_option
def simulate(
    blueprint: str,
    scenario: str | None,
    every: bool,
    values: tuple[str, ...],
    replications: int,
    days: int,
    seed: int,
    on: datetime | None,
    out: Path,
    as_json: bool,
) -> None:
    """Run the service that BLUEPRINT describes, before it starts: queues, promises, beds, work, what breaks first."""
    found = read(blueprint)
    make(out)
    if every:
        if scenario or values or on:
            raise click.UsageError("--all runs every scenario as it is: without --scenario, --set and --day.")
        _all(found, replications, days, seed, out, as_json)
        return
    sliders = _values(values)
    if on is not None:
        need_day(service_of(found, scenario, days, sliders), on.date())
    with progress_bar("Simulating", total=replications, unit="run") as done:
        result = simulated(found, scenario, replications=replications, days=days, seed=seed, values=sliders, done=done)
    what = {"blueprint": result.blueprint, "version": result.version, "scenario": scenario, "seed": seed}
    whole = what | ({"sliders": sliders} if sliders else {}) | result.found
    files = write(result, out, whole)
    if on is not None:
        files.append(out / f"day-{on:%Y-%m-%d}.txt")
        files[-1].write_text(
            "".join(f"{line}\n" for line in day(result.outcome.service, on.date(), seed=seed)), "utf-8"
        )
    named = f"The tables are in {out}: {', '.join(path.name for path in files)}."
    report(whole, as_json=as_json, words=f"{words(result)}\n{named}")


def _values(given: tuple[str, ...]) -> dict[str, float]:
    values = {}
    for one in given:
        id, _, number = one.partition("=")
        try:
            if not id.strip():
                raise ValueError(one)
            values[id.strip()] = float(number)
        except ValueError as problem:
            raise BadInput(
                f"{one} names no slider and number.", where="--set", do="Write it as SLIDER=NUMBER."
            ) from problem
    return values


def _all(blueprint: Blueprint, replications: int, days: int, seed: int, out: Path, as_json: bool) -> None:
    """Every scenario of a blueprint, each with its tables in a folder of its own, and all of them side by side."""
    results: dict[str, dict[str, Any]] = {}
    said = []
    scenarios = (None, *blueprint.simulate.scenarios)
    with progress_bar("Simulating", total=replications * len(scenarios), unit="run") as done:
        for scenario in scenarios:
            result = simulated(blueprint, scenario, replications=replications, days=days, seed=seed, done=done)
            name = blueprint.simulate.scenarios[scenario].label if scenario else AS_THEY_STAND
            what = {"blueprint": result.blueprint, "version": result.version, "scenario": scenario, "seed": seed}
            write(result, out / (scenario or "as_they_stand"), what | result.found)
            results[name] = summary(result)
            base = results[AS_THEY_STAND]
            said += [name, *(f"  {line}" for line in (beside(base, results[name]) if scenario else in_words(base)))]
    path = write_comparison(out, compared(results), list(results))
    found = {name: {key: one for key, one in result.items() if key != "week"} for name, result in results.items()}
    named = f"The scenarios side by side are in {path}, and the tables of each in a folder beside it."
    report({"blueprint": blueprint.id, "scenarios": found}, as_json=as_json, words="\n".join([*said, named]))


@click.command()
@click.argument("blueprint")
@click.option("--scenario", help="A scenario of its simulate.yaml; without one the assumptions as they stand.")
@click.option(
    "--kept", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="The share to be kept."
)
@click.option("--replications", type=click.IntRange(2, 1000), default=8, show_default=True, help="Runs of each trial.")
@click.option("--days", type=click.IntRange(7, 3650), default=56, show_default=True, help="Days that count.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same gives the same again.")
@json_option
def staffing(
    blueprint: str, scenario: str | None, kept: float, replications: int, days: int, seed: int, as_json: bool
) -> None:
    """How many are needed on each shift, and how many beds, for BLUEPRINT to keep its promises."""
    found = read(blueprint)
    service = service_of(found, scenario, days)
    assumed = found.simulate.under(scenario)
    with progress_bar("Trying numbers", total=len(service.names.units), unit="resource") as done:
        result = needed(service, assumed, kept=kept, replications=replications, seed=seed, done=done)
    what = {"blueprint": found.id, "version": found.version, "scenario": scenario, "seed": seed}
    report(what | result, as_json=as_json, words=table(result))
