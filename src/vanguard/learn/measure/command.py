"""`vanguard measure`: the measures of the blueprints, from the tables of a place."""

from dataclasses import asdict

import click

from vanguard import blueprint, clock
from vanguard.console import home, json_option, report
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.measure import MeasureResult, build


@click.command()
@json_option
def measure(as_json: bool) -> None:
    """Work out every measure of the blueprints; `vanguard refresh` keeps them up to date from then on."""
    lake = Lake(home())
    with lake.connect() as con:
        month_end = con.execute("SELECT max(month_end) FROM person_feature").fetchall()[0][0]
    if month_end is None:
        raise BadInput("This place has no features yet.", where=str(home()), do="Run vanguard refresh first.")
    blueprints = [blueprint.read(name) for name in blueprint.shipped()]
    result = build(lake, blueprints, month_end, clock.now())
    report(asdict(result) | {"month_end": month_end.isoformat()}, as_json=as_json, words=_words(result))


def _words(result: MeasureResult) -> str:
    made = f"{result.points:,} points of {result.measures:,} measures to {result.month_end:%-d %B %Y}"
    return "\n".join([f"{made}; {result.without_value:,} have no value, and say why.", *result.left_out])
