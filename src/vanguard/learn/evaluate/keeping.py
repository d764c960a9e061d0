"""The evaluations of a place: each plan of its blueprints is written down, judged when its time has come, and kept."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vanguard import __version__
from vanguard.blueprint import Blueprint, Evaluation
from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.evaluate.asking import tables_of_place
from vanguard.learn.evaluate.calendar import moved
from vanguard.learn.evaluate.finding import Check
from vanguard.learn.evaluate.judging import Judged, Variation, hangs_on, judge, judge_persons
from vanguard.learn.evaluate.matched import Cohort, cohort_of_place
from vanguard.learn.evaluate.panel_file import Table
from vanguard.learn.evaluate.place_panel import counted_events
from vanguard.learn.evaluate.registering import Registered, hash_of, register
from vanguard.learn.evaluate.report.making import all_tables, as_csv, drawings, results, write_report, write_whole
from vanguard.learn.evaluate.report.words import (
    figure,
    first_sentence,
    for_councillors,
    in_shares,
    percent,
    share_span,
    span,
    unit_of,
)
from vanguard.learn.evaluate.verdict import RULE, Verdict

FOLDER, FILE = "evaluations", "kept.json"
State = Literal["planned", "waiting", "verdict"]


class Choice(BaseModel):
    """The same plan with one choice made otherwise; without a change, `problem` says why."""

    model_config = ConfigDict(frozen=True)

    label: str
    because: str
    problem: str
    change: str = ""
    interval: str = ""
    share: str = ""
    share_interval: str = ""


class Drawn(BaseModel):
    """A figure: what it shows, and its Vega-Lite description."""

    model_config = ConfigDict(frozen=True)

    says: str
    spec: dict[str, Any]


class Result(BaseModel):
    """What was found, in the words and numbers of its report."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    short: str
    councillor: str
    in_shares: str
    warnings: tuple[str, ...]
    hangs: tuple[str, ...]
    """Those of the warnings that say on which choice the verdict hangs."""
    rows: tuple[tuple[str, str, str], ...]
    """What, the best estimate, its interval."""
    share: tuple[str, str]
    """The change as a share of what was expected, and its interval."""
    expected: str
    smallest: str
    smallest_share: str
    rule: str
    method: str
    checks: tuple[Check, ...]
    choices: tuple[Choice, ...]
    units: tuple[str, ...]
    """Codes of all units, treated or compared with."""
    treated: tuple[str, ...]
    first: date
    last: date
    """First days of the first and the last period looked at."""
    ends: date
    """The first day that the plan no longer looks at."""
    early: bool
    """Whether the time that the plan looks at is not over."""
    late: bool
    """Whether the plan was written down after the last of the data."""
    counted: int
    """How many events were counted in the treated units since the last of them began."""
    figures: Mapping[str, Drawn]
    tables: Mapping[str, str]
    """Each table as CSV."""


class Kept(BaseModel):
    """One plan of a place and how it stands: planned (its start is to come), waiting (`problem` says for what), or
    with a verdict."""

    model_config = ConfigDict(frozen=True)

    state: State
    problem: str = ""
    registered: Registered | None = None
    """None where the record of the plan is damaged; then `problem` says so."""
    made_from: str = ""
    """Hash of the plan and of the figures that it was judged on."""
    result: Result | None = None


def keep_evaluations(lake: Lake, blueprints: Iterable[Blueprint], now: datetime) -> Iterator[Kept]:
    """Write down every plan of the blueprints, judge those that have begun, and keep what comes of it in the place.

    A plan whose figures are those of the last time is not judged again. Each is one step of the iterator.
    """
    for blueprint in blueprints:
        for plan in blueprint.evaluations.values():
            yield _keep(lake, blueprint, plan, now)


def kept_evaluation(place: Path, blueprint: str, evaluation: str) -> Kept | None:
    """How one plan stands in a place; None before the first refresh that knew it."""
    try:
        return Kept.model_validate_json((_folder(place, blueprint, evaluation) / FILE).read_text("utf-8"))
    except (FileNotFoundError, ValidationError):
        # One of another version of this file is made anew at the next refresh.
        return None


def _keep(lake: Lake, blueprint: Blueprint, plan: Evaluation, now: datetime) -> Kept:
    place = lake.folder.parent
    folder = _folder(place, blueprint.id, plan.id)
    before = kept_evaluation(place, blueprint.id, plan.id)
    registered, made_from = None, ""
    try:
        registered = register(folder, plan, now)
        if min(_starts(plan)) > local_date(now):
            kept = Kept(state="planned", registered=registered)
        else:
            figures, ask = _asked(lake, blueprint, plan)
            made_from = _made_from(plan, figures)
            if before is not None and before.made_from == made_from and before.registered == registered:
                return before
            judged = ask()
            write_report(judged, registered, folder)
            result = _result(judged, registered, lake, blueprint.id)
            kept = Kept(state="verdict", registered=registered, made_from=made_from, result=result)
    except BadInput as problem:
        kept = Kept(state="waiting", problem=str(problem), registered=registered, made_from=made_from)
    if kept != before:
        write_whole(folder / FILE, kept.model_dump_json(indent=1) + "\n")
    return kept


def _folder(place: Path, blueprint: str, evaluation: str) -> Path:
    return place / FOLDER / blueprint / evaluation


def _starts(plan: Evaluation) -> list[date]:
    return [plan.start] if plan.start else [*plan.starts.values()]


def _asked(lake: Lake, blueprint: Blueprint, plan: Evaluation) -> tuple[Iterable[bytes], Callable[[], Judged]]:
    """The figures that a plan is judged on, and how."""
    if plan.units == "person":
        cohort = cohort_of_place(lake, blueprint, plan)
        return _bytes_of(cohort), lambda: judge_persons(plan, cohort, blueprint.measures[plan.outcome].label)
    table, controls = tables_of_place(plan, lake, blueprint.id)
    figures = [part for one in (table, *controls.values()) for part in _cells(one)]
    return figures, lambda: judge(plan, table, controls)


def _made_from(plan: Evaluation, figures: Iterable[bytes]) -> str:
    made = hashlib.sha256(f"{__version__} {hash_of(plan)}".encode())
    for part in figures:
        made.update(part)
    return made.hexdigest()


def _cells(one: Table) -> Iterator[bytes]:
    yield repr((one.outcome, one.units, one.periods, sorted(one.clusters.items()))).encode()
    yield one.numerator.tobytes()
    yield b"" if one.denominator is None else one.denominator.tobytes()


def _bytes_of(cohort: Cohort) -> Iterator[bytes]:
    for name, values in (
        *(("persons", cohort.persons), ("entered", cohort.entered), ("until", cohort.observed_until)),
        *cohort.columns.items(),
        *((name, part) for name, one in cohort.events.items() for part in (one.person, one.day)),
        *(("eligible", cohort.eligible), ("choosable", cohort.choosable)),
    ):
        yield name.encode()
        if values is not None:
            yield repr(values.tolist()).encode() if values.dtype == object else values.tobytes()


def _result(judged: Judged, registered: Registered, lake: Lake, blueprint: str) -> Result:
    finding, scope = judged.finding, judged.scope
    found, expected, smallest = finding.estimate, finding.expected, abs(finding.smallest_effect)
    tables = all_tables(judged)
    ends = moved(max(_starts(judged.plan)), judged.plan.after)
    return Result(
        verdict=judged.verdict,
        short=first_sentence(judged),
        councillor=for_councillors(judged),
        in_shares=in_shares(judged),
        warnings=judged.warnings,
        hangs=tuple(hangs_on(judged.verdict, judged.sensitivity)),
        rows=tuple(results(judged)),
        share=(percent(found.effect, expected, sign=True), share_span(found, expected)),
        expected=f"{figure(expected)} {unit_of(judged)}",
        smallest=f"{figure(smallest)} {unit_of(judged)}",
        smallest_share=percent(smallest, expected),
        rule=RULE,
        method=finding.method,
        checks=judged.checks,
        choices=tuple(_choice(one) for one in judged.sensitivity),
        units=scope.units,
        treated=scope.treated,
        first=scope.first,
        last=scope.last,
        ends=ends,
        early=scope.known_until < ends,
        late=registered.at.date() > scope.last,
        counted=_counted(judged, lake, blueprint),
        figures={name: Drawn(says=says, spec=spec) for name, (says, spec) in drawings(judged, tables).items()},
        tables={name: as_csv(table) for name, table in tables.items()},
    )


def _counted(judged: Judged, lake: Lake, blueprint: str) -> int:
    """Events of the treated since the start: of units from the last start, so that the count is rather too small than
    too large to hide."""
    plan, scope = judged.plan, judged.scope
    if scope.persons:
        return int(float(str(judged.finding.tables["rates"]["events"][0])))
    return counted_events(lake, blueprint, plan.outcome, plan.units, scope.treated, scope.since, scope.last)


def _choice(one: Variation) -> Choice:
    if one.estimate is None:
        return Choice(label=one.label, because=one.because, problem=one.problem)
    found, expected = one.estimate, one.expected
    return Choice(
        label=one.label,
        because=one.because,
        problem="",
        change=figure(found.effect, sign=True),
        interval=span(found),
        share=percent(found.effect, expected, sign=True),
        share_interval=share_span(found, expected),
    )
