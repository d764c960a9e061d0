"""Finding what a command asks for: the plan in a file or a blueprint, and the data that it needs."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from vanguard.blueprint import Evaluation, adopted, read, read_evaluations, shipped
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.lake.condition import nearest
from vanguard.learn.evaluate.calendar import said
from vanguard.learn.evaluate.feed import SHIPPED, OwnLevel, read_feeds
from vanguard.learn.evaluate.matched import Cohort, cohort_of_place, from_files
from vanguard.learn.evaluate.matched.place import history
from vanguard.learn.evaluate.panel_file import Table, read_panel
from vanguard.learn.evaluate.place_panel import place_panel
from vanguard.learn.evaluate.published import feed_of, panel_of

FEEDS = "feed.yaml"
PLANS = "evaluation.yaml"


def shipped_plans() -> Mapping[str, Evaluation]:
    """The plans of the national evaluation, by id."""
    return read_evaluations(SHIPPED / PLANS)


def find_plan(named: str, which: str | None = None) -> Evaluation:
    """The evaluation that `named` holds, or the one of several that `which`, or NAME#ID, names.

    `named` is an evaluation.yaml, a blueprint's folder or shipped name, or `vanguards`, the plans of the national
    evaluation. Raises BadInput, with file, line and column for mistakes in the plan.
    """
    path, id = Path(named), which
    if not path.exists() and "#" in named:
        name, _, id = named.rpartition("#")
        path = Path(name)
    if str(path) == SHIPPED.name and not path.exists():
        plans: Mapping[str, Evaluation] = shipped_plans()
    elif path.is_file():
        plans = read_evaluations(path)
    elif str(path) in shipped() or (path / "blueprint.yaml").is_file():
        plans = read(str(path)).evaluations
    elif (path / PLANS).is_file():
        plans = read_evaluations(path / PLANS)
    else:
        plans = read(str(path)).evaluations if path.is_dir() else read_evaluations(path)
    if not plans:
        raise BadInput("There is no evaluation.", where=str(path), do="Add one under evaluations.")
    if id is None:
        if len(plans) > 1:
            raise BadInput(
                f"{path} holds {len(plans)} evaluations.", do=f"Say which: --which {next(iter(plans))}, or {path}#ID."
            )
        return next(iter(plans.values()))
    if id not in plans:
        do = nearest(id, plans, otherwise=f"There are {', '.join(list(plans)[:10])}.")
        raise BadInput(f"There is no evaluation {id}.", where=str(path), do=do)
    return plans[id]


def without_rules(outcome: str, folder: Path, like: str = "") -> list[tuple[str, str, Table]]:
    """The outcome in a folder of published files without each rule that joins units, and as it is where it is held
    against each unit's own level: a label, the reason of what is not done, and the table. `like` as in `tables_of`."""
    feed = feed_of(read_feeds(folder / FEEDS if (folder / FEEDS).is_file() else None), outcome, folder, like)
    found = [
        (f"Without the rule {name.replace('_', ' ')}", rule.because, panel_of(feed, folder, outcome, without=(name,)))
        for name, rule in feed.rules.items()
        if rule.join or rule.join_by
    ]
    asked = feed.outcomes.get(outcome)
    if isinstance(asked, OwnLevel):
        found.append(("Not held against the own level", asked.because, panel_of(feed, folder, asked.column)))
    return found


def cohort_of_plan(plan: Evaluation, lake: Lake) -> Cohort:
    """The persons of a plan in a place, by the blueprint of the place that has its outcome."""
    found = [one for one in adopted(lake.folder.parent) if plan.outcome in one.measures]
    if len(found) != 1:
        whose = " and ".join(one.id for one in found) or "No blueprint of the place"
        raise BadInput(
            f"{whose} {'has' if len(found) < 2 else 'both have'} a measure {plan.outcome}.",
            do="Name a measure of one blueprint that the place runs.",
        )
    return cohort_of_place(lake, found[0], plan)


def cohort_of_files(plan: Evaluation, folder: Path) -> Cohort:
    """The persons of a plan from a folder with persons.csv and events.csv (or .parquet): everything until the last
    event, or the last day on which anyone entered or left, is known."""
    assert plan.match is not None
    assert plan.start is not None
    near = (*plan.match.nearest, *map(history, plan.match.history))
    columns = (*plan.match.exactly, *near)
    found = from_files(_table(folder, "persons"), _table(folder, "events"), columns, numbers=near)
    start = np.datetime64(plan.start, "D")
    if start >= found.known_until:
        raise BadInput(
            f"Nothing is known of the time after the start, {said('day', plan.start)}.",
            where=str(folder),
            do="Wait for later data, or compare the start with them.",
        )
    counts = np.isnat(found.entered) | (found.entered >= start)
    return replace(found, eligible=np.broadcast_to(counts, (len(found.month_ends), len(counts))))


def _table(folder: Path, name: str) -> Path:
    """Raises BadInput where the folder has no such table."""
    files = (folder / f"{name}.{end}" for end in ("csv", "parquet"))
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        raise BadInput(f"There is no {name}.csv.", where=str(folder), do="Give a folder with persons and events.")
    return found


def called_in_place(lake: Lake, measure: str, blueprint: str | None = None) -> str:
    """The label of a measure in the blueprints that a place runs; empty where none has it."""
    found = (one for one in adopted(lake.folder.parent) if blueprint in (None, one.id) and measure in one.measures)
    return next((one.measures[measure].label for one in found), "")


def tables_of_place(plan: Evaluation, lake: Lake, blueprint: str | None = None) -> tuple[Table, dict[str, Table]]:
    """As `tables_of`, from the measures of a place: of one blueprint, where several have one of the same id."""

    def of(name: str) -> Table:
        return place_panel(lake, name, plan.units, clustered_by=plan.clustered_by, blueprint=blueprint)

    outcome = replace(of(plan.outcome), called=called_in_place(lake, plan.outcome, blueprint))
    controls = {}
    for name in plan.negative_controls:
        try:
            controls[name] = of(name)
        except BadInput:
            continue
    return outcome, controls


def tables_of(
    plan: Evaluation, data: Path, columns: Mapping[str, str] | None = None, like: str = ""
) -> tuple[Table, dict[str, Table]]:
    """The outcome of a plan, and those of its negative controls that the data have.

    `data` is one table, or a folder of published files that a feed describes: its own feed.yaml, or the shipped one. An
    outcome that no feed names is looked for as a column of the files, first of those that have the outcome `like`.
    """
    if data.is_dir():
        feeds = read_feeds(data / FEEDS if (data / FEEDS).is_file() else None)
        names = [name for name in plan.negative_controls if any(name in feed.outcomes for feed in feeds.values())]
        made = {name: panel_of(feed_of(feeds, name, data, like), data, name) for name in (plan.outcome, *names)}
        return made.pop(plan.outcome), made
    table = read_panel(data, plan.outcome, columns)
    controls: dict[str, Table] = {}
    for name in plan.negative_controls:
        try:
            found = read_panel(
                data, name, {k: v for k, v in (columns or {}).items() if k not in ("numerator", "value")}
            )
        except BadInput:
            continue
        if not found.notes:
            controls[name] = found
    return table, controls
