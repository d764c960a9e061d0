"""`vanguard evaluate`: whether a change made a difference, by a plan that was written before."""

from collections.abc import Mapping
from pathlib import Path

import click

from vanguard import clock
from vanguard.blueprint import Evaluation
from vanguard.console import column_mapping, home, json_option, report
from vanguard.lake import Lake
from vanguard.learn.evaluate.asking import (
    called_in_place,
    cohort_of_files,
    cohort_of_plan,
    find_plan,
    tables_of,
    tables_of_place,
    without_rules,
)
from vanguard.learn.evaluate.judging import Judged, judge, judge_persons
from vanguard.learn.evaluate.registering import FILE, register
from vanguard.learn.evaluate.report import for_councillors, machine, write_report


@click.command()
@click.argument("plan")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="A panel (CSV or Parquet: a row a unit and period), or a folder: published files, or persons and events; "
    "without it, the place.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder that the report goes to.")
@click.option("--which", help="The id of the evaluation, where PLAN holds several.")
@click.option("--outcome", help="Another outcome than the plan names; the report says so.")
@click.option("--columns", default="", help="Names in the data: ours=theirs, … (unit=ccg,period=month).")
@click.option("--register", "only_register", is_flag=True, help="Write the plan down with its day, and stop.")
@json_option
def evaluate(
    plan: str,
    data: Path | None,
    out: Path,
    which: str | None,
    outcome: str | None,
    columns: str,
    only_register: bool,
    as_json: bool,
) -> None:
    """Answer the question of PLAN: an evaluation.yaml, or a blueprint (a folder, or a shipped name), with #id for one
    of several. Writes report.html with figures, tables and result.json into the folder."""
    asked = find_plan(plan, which)
    if only_register:
        registered = register(out, asked, clock.now())
        words = f"Written down on {registered.at:%-d %B %Y} as {registered.hash[:16]}: {out / FILE}"
        found = {"evaluation": asked.id, "registered": registered.at.isoformat(), "hash": registered.hash}
        report({**found, "changes": list(registered.changes)}, as_json=as_json, words=words)
        return
    done = asked.model_copy(update={"outcome": outcome}) if outcome else asked
    judged = _judged(done, data, column_mapping(columns), like=asked.outcome)
    # The plan as it was asked is what is written down; another outcome then is a change after it.
    register(out, asked, clock.now())
    registered = register(out, done, clock.now())
    page = write_report(judged, registered, out)
    words = "\n".join([for_councillors(judged), *judged.warnings, f"Verdict: {judged.verdict}. {page}"])
    report(machine(judged, registered) | {"report": str(page)}, as_json=as_json, words=words)


def _judged(plan: Evaluation, data: Path | None, columns: Mapping[str, str], *, like: str) -> Judged:
    if plan.units == "person":
        if data is not None:
            return judge_persons(plan, cohort_of_files(plan, data))
        place = Lake(home())
        return judge_persons(plan, cohort_of_plan(plan, place), called_in_place(place, plan.outcome))
    if data is None:
        return judge(plan, *tables_of_place(plan, Lake(home())))
    otherwise = without_rules(plan.outcome, data, like) if data.is_dir() else []
    return judge(plan, *tables_of(plan, data, columns, like), otherwise=otherwise)
