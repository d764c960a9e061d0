"""`vanguard measure`: the measures of the blueprints, from the tables of a place, and what they say each month."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from vanguard import blueprint, clock
from vanguard.console import column_mapping, home, json_option, report
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.evaluate import keep_evaluations
from vanguard.learn.measure import MeasureResult, build, known_until, read_small_areas, write_small_areas


@click.group(invoke_without_command=True)
@click.option("--anew", is_flag=True, help="Take nothing that was worked out before for right.")
@json_option
@click.pass_context
def measure(context: click.Context, anew: bool, as_json: bool) -> None:
    """Work out every measure of the blueprints; `vanguard refresh` keeps them up to date from then on."""
    if context.invoked_subcommand:
        return
    lake = Lake(home())
    month_end = known_until(lake)
    if month_end is None:
        raise BadInput("This place has no features yet.", where=str(home()), do="Run vanguard refresh first.")
    blueprints = blueprint.adopted(home())
    result = build(lake, blueprints, month_end, clock.now(), anew=anew)
    verdicts = sum(one.state == "verdict" for one in keep_evaluations(lake, blueprints, clock.now()))
    found = asdict(result) | {"month_end": month_end.isoformat(), "verdicts": verdicts}
    report(found, as_json=as_json, words=_words(result))


@measure.command()
@click.option("--input", "table", type=click.Path(path_type=Path), required=True, help="A table: CSV or Parquet.")
@click.option("--columns", default="", help="Names in the file: ours=theirs, … (area=lsoa11cd,decile=imd_decile).")
@json_option
def areas(table: Path, columns: str, as_json: bool) -> None:
    """Take in how deprived small areas are: a published table with the columns area and decile (1 most deprived)."""
    held = write_small_areas(Lake(home()), read_small_areas(table, column_mapping(columns)), clock.now())
    report({"areas": held}, as_json=as_json, words=f"{held:,} small areas. Run vanguard measure to use them.")


@measure.command(name="report")
@click.option("--month", required=True, help="The month, as 2018-08.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder that the page goes to.")
@json_option
def monthly_report(month: str, out: Path, as_json: bool) -> None:
    """Write what changed in a month, what is unusual and what is only noise, as a page to send or print."""
    from vanguard.learn.board.report import write_report

    try:
        start = date.fromisoformat(f"{month}-01")
    except ValueError as problem:
        raise BadInput(f"{month} is not a month.", where="--month", do="Write it as 2018-08.") from problem
    page, counted = write_report(Lake(home()), blueprint.adopted(home()), start, out)
    said = ", ".join(f"{number} {words}" for words, number in counted.items())
    report({"page": str(page), **counted}, as_json=as_json, words=f"{page}: {said}.")


def _words(result: MeasureResult) -> str:
    made = f"{result.points:,} points of {result.measures:,} measures to {result.month_end:%-d %B %Y}"
    return "\n".join(
        [
            f"{made}; {result.without_value:,} have no value, and say why. {result.made_anew:,} intervals made anew.",
            *result.left_out,
        ]
    )
