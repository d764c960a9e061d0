"""`vanguard spc`: control charts from a table of series."""

from dataclasses import asdict
from pathlib import Path

import click

from vanguard.console import column_mapping, json_option, report
from vanguard.learn.measure.spc import SpcResult, spc_file


@click.command()
@click.option(
    "--input", "series", type=click.Path(path_type=Path), required=True, help="A table of series: CSV or Parquet."
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where the points go, as CSV.")
@click.option("--columns", default="", help="Names in the file: ours=theirs, … (value=rate).")
@click.option(
    "--kind",
    type=click.Choice(["xmr", "t", "g"]),
    default="xmr",
    show_default=True,
    help="XmR for any series; T for times between rare events, G for cases between them.",
)
@click.option("--charts", "page", type=click.Path(path_type=Path), help="Where the charts go, as one HTML file.")
@click.option(
    "--direction",
    type=click.Choice(["up", "down", "neither"]),
    default="neither",
    show_default=True,
    help="Which way is better, for the charts, where the file has no column direction.",
)
@json_option
def spc(series: Path, output: Path, columns: str, kind: str, page: Path | None, direction: str, as_json: bool) -> None:
    """Mean, limits and special causes of every series in a table, as Making Data Count draws them."""
    result = spc_file(series, output, column_mapping(columns), kind=kind, page=page, direction=direction)
    report(asdict(result), as_json=as_json, words=_words(result, output))


def _words(result: SpcResult, output: Path) -> str:
    special = ", ".join(f"{rule} {count:,}" for rule, count in result.special_causes.items())
    lines = [f"{_many(result.points, 'point')} of {_many(result.series, 'series')}: {output}"]
    lines.append(f"Special causes: {special}.")
    if result.missing:
        lines.append(f"{_many(result.missing, 'point')} without a value.")
    if result.empty_rows:
        lines.append(f"{_many(result.empty_rows, 'empty row')} passed over.")
    if result.provisional:
        lines.append(
            f"{_many(result.provisional, 'series')} with few points since the last rebase: limits provisional."
        )
    return "\n".join(lines)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 or what.endswith('s') else 's'}"
