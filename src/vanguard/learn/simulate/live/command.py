"""`vanguard calibrate`: a running service brings its simulation to its real clocks."""

from pathlib import Path
from typing import Any

import click
import yaml

from vanguard import clock
from vanguard.blueprint import Assumptions, read
from vanguard.console import home, json_option, report
from vanguard.lake import Lake
from vanguard.learn.simulate.live.calibrating import Calibrated, calibrate
from vanguard.learn.simulate.live.learned import learn
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.simulation import service_under

DAYS_SIMULATED = 56


@click.command(name="calibrate")
@click.argument("blueprint")
@click.option(
    "--days", type=click.IntRange(14, 730), default=91, show_default=True, help="How many days to learn from."
)
@click.option("--replications", type=click.IntRange(2, 1000), default=4, show_default=True, help="Runs of each trial.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same gives the same again.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A file for what is to be assumed."
)
@json_option
def calibrate_command(blueprint: str, days: int, replications: int, seed: int, out: Path, as_json: bool) -> None:
    """Bring what BLUEPRINT assumes to what this place's own service has shown: who came, how long steps took, who was
    on shift. OUT says it as the `assume` of a scenario."""
    held = read(blueprint)
    learned = learn(Lake(home()), held.pathways, clock.now(), days)

    def made(assumed: Assumptions) -> Service:
        return service_under(held, assumed, DAYS_SIMULATED)

    found = calibrate(made, held.pathways, held.simulate.under(), learned, replications=replications, seed=seed)
    text = yaml.safe_dump({"assume": found.changed}, sort_keys=False, allow_unicode=True)
    out.write_text(f"# Learned from {learned.since:%Y-%m-%d} to {learned.until:%Y-%m-%d}.\n{text}", "utf-8")
    report(_machine(found, learned.days), as_json=as_json, words=_words(found, out))


def _machine(found: Calibrated, days: float) -> dict[str, Any]:
    return {
        "days": days,
        "assume": found.changed,
        "said": list(found.said),
        "promises": [vars(one) for one in found.promises],
    }


def _words(found: Calibrated, out: Path) -> str:
    def percent(share: float | None) -> str:
        return "of nobody" if share is None else f"{share:.1%}"

    lines = [*found.said, "Promises kept: really, simulated as assumed, simulated as calibrated"]
    lines += [
        f"  {one.label}: {one.real:.1%} of {one.settled:,}, {percent(one.assumed)}, {percent(one.calibrated)}."
        for one in found.promises
    ]
    lines.append(f"{out} says it as simulate.yaml does; lay it over what is assumed as a scenario.")
    return "\n".join(lines)
