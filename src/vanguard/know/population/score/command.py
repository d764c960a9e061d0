"""`vanguard score`: published scores from a table of codes."""

from dataclasses import asdict
from pathlib import Path

import click

from vanguard import clock
from vanguard.codes import supplied_sets
from vanguard.console import column_mapping, home, json_option, report
from vanguard.know.population.score import ScoreResult, score_file


@click.command()
@click.option(
    "--input", "codes", type=click.Path(path_type=Path), required=True, help="A table of codes: CSV or Parquet."
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where the scores go, as CSV.")
@click.option("--columns", default="", help="Names in the file: ours=theirs, … (person_id=nhs_number).")
@json_option
def score(codes: Path, output: Path, columns: str, as_json: bool) -> None:
    """Score everyone in a table of codes: comorbidity, frailty, avoidable admissions, readmission."""
    today = clock.local_date(clock.now())
    result = score_file(codes, output, column_mapping(columns), supplied_sets(home()), today=today)
    report(_machine(result), as_json=as_json, words=_words(result, output))


def _machine(result: ScoreResult) -> dict[str, object]:
    read = asdict(result.read)
    read["columns"] = sorted(result.read.columns)
    return {**read, "scores": {id: asdict(answered) for id, answered in result.scores.items()}}


def _words(result: ScoreResult, output: Path) -> str:
    read = result.read
    lines = [f"{read.rows:,} rows are about {read.people:,} people: {output}"]
    lines += [f"{id}: {found.value:,} with a value, {found.no_value:,} without." for id, found in result.scores.items()]
    if read.nobody:
        shown = ", ".join(f"line {line}" for line, _ in read.nobody.examples)
        lines.append(f"{read.nobody.count:,} rows name no person and are left out ({shown}).")
    if read.nobody_words:
        lines.append(f"What stands for no person in person_id: {', '.join(read.nobody_words)}.")
    if read.not_icd10:
        shown = ", ".join(f"line {line}: {value}" for line, value in read.not_icd10.examples)
        lines.append(f"{read.not_icd10.count:,} codes are not ICD-10 ({shown}).")
    return "\n".join([*lines, *(unknown.sentence() for unknown in read.unknown)])
