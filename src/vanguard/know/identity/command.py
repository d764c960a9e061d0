"""`vanguard link`: resolve the persons of a place, or the rows of one file."""

from dataclasses import asdict
from pathlib import Path

import click

from vanguard import clock
from vanguard.console import column_mapping, home, json_option, report
from vanguard.know.identity.people_file import FileResult, link_file
from vanguard.know.identity.place import LinkResult
from vanguard.know.identity.place import link as link_place
from vanguard.know.identity.resolve import Review
from vanguard.lake import Lake


@click.command()
@click.option("--input", "people", type=click.Path(path_type=Path), help="A table of people: CSV or Parquet.")
@click.option("--output", type=click.Path(path_type=Path), help="Where the links go, as CSV.")
@click.option("--columns", default="", help="Names in the file: ours=theirs, … (given_name=first_name).")
@json_option
def link(people: Path | None, output: Path | None, columns: str, as_json: bool) -> None:
    """Say which rows are the same person: of the whole place, or of one file."""
    if (people is None) != (output is None):
        raise click.UsageError("--input and --output go together.")
    if people is not None and output is not None:
        result = link_file(people, output, column_mapping(columns), today=clock.local_date(clock.now()))
        report(asdict(result), as_json=as_json, words=_file_words(result, output))
        return
    if columns:
        raise click.UsageError("--columns is for --input.")
    linked = link_place(Lake(home()), clock.now())
    report(asdict(linked), as_json=as_json, words=_place_words(linked))


def _file_words(result: FileResult, output: Path) -> str:
    lines = [f"{result.rows:,} rows are {result.persons:,} persons ({_methods(result.methods)}): {output}"]
    if result.further:
        lines.append(f"Also compared: {', '.join(result.further)}.")
    lines += [unknown.sentence() for unknown in result.unknown]
    return "\n".join([*lines, *_review(result.review)])


def _place_words(result: LinkResult) -> str:
    first = f"{result.links:,} source records are {result.persons:,} persons ({_methods(result.methods)})."
    waiting = (
        f"{result.waiting:,} events are in no record yet: no row about their person was accepted. "
        "Look at the quarantine, and load the mended rows."
    )
    return "\n".join([first, *([waiting] if result.waiting else []), *_review(result.review)])


def _methods(methods: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in methods.items())


def _review(review: Review) -> list[str]:
    said = (
        (review.number_contradicted, "records kept apart from others with their NHS number: they contradict"),
        (review.unclear, "joins left undone between persons too alike to choose"),
        (review.refused, "joins refused because the persons contradict each other"),
    )
    return [f"{n:,} {what}." for n, what in said if n]
