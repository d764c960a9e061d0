"""Writing the report: report.html, figures/*.svg, tables/*.csv and result.json, each whole or not at all."""

import csv
import io
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vanguard.learn.evaluate.finding import Table
from vanguard.learn.evaluate.judging import Judged, Variation
from vanguard.learn.evaluate.registering import Registered
from vanguard.learn.evaluate.report.cohort_figures import of_persons
from vanguard.learn.evaluate.report.figures import Spec, course, forest, lines, svg
from vanguard.learn.evaluate.report.minds import what_would_change_our_mind
from vanguard.learn.evaluate.report.words import (
    DESIGNS,
    NO_BOUND,
    bounded,
    chance,
    figure,
    first_sentence,
    for_councillors,
    outcome_of,
    percent,
    share_span,
    span,
    unit_of,
    whole,
)
from vanguard.learn.evaluate.verdict import RULE

EVENT_COLUMNS = ("from", "since_start")
HAZARD = "hazard ratio of the first"
RATES = ("group", "persons", "events", "person_years", "rate")
BALANCE = ("column", "entered", "others", "difference_before", "matched", "controls", "difference_after")
EFFECT_COLUMNS = ("effect", "estimate")


def write_report(judged: Judged, registered: Registered, folder: Path) -> Path:
    """Write everything into the folder; returns the page."""
    tables = all_tables(judged)
    pictures = {name: (title, svg(spec)) for name, (title, spec) in drawings(judged, tables).items()}
    for name, table in tables.items():
        write_whole(folder / "tables" / f"{name}.csv", as_csv(table))
    for name, (_, drawn) in pictures.items():
        write_whole(folder / "figures" / f"{name}.svg", drawn)
    result = json.dumps(machine(judged, registered), indent=1, ensure_ascii=False)
    write_whole(folder / "result.json", result + "\n")
    page = folder / "report.html"
    write_whole(page, _page(judged, registered, pictures, tables))
    return page


def machine(judged: Judged, registered: Registered | None = None) -> dict[str, Any]:
    """The result for machines; effects in the outcome's unit. A number that is not known is null."""
    finding, scope = judged.finding, judged.scope
    found = finding.estimate
    result = {
        "evaluation": judged.plan.id,
        "design": judged.plan.design,
        "outcome": scope.outcome,
        "effect": found.effect,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
        "verdict": judged.verdict,
        "unit": unit_of(judged),
        "expected": finding.expected,
        "relative_effect": _share(found.effect, finding.expected),
        "relative_low": _share(found.low, finding.expected),
        "relative_high": _share(found.high, finding.expected),
        "events": None if finding.events is None else asdict(finding.events),
        "smallest_effect": finding.smallest_effect,
        "checks": [asdict(check) for check in judged.checks],
        "warnings": list(judged.warnings),
        "treated": scope.number if scope.persons else list(scope.treated),
        "compared": scope.compared,
        "first_period": scope.first.isoformat(),
        "last_period": scope.last.isoformat(),
        "sensitivity": [
            {
                "label": one.label,
                **(asdict(one.estimate) if one.estimate else {}),
                "problem": one.problem,
            }
            for one in judged.sensitivity
        ],
    }
    if registered is not None:
        result["plan"] = {
            "registered": registered.at.isoformat(),
            "hash": registered.hash,
            "hash_now": registered.now,
            "changes": list(registered.changes),
        }
    known: dict[str, Any] = _finite(result)
    return known


def all_tables(judged: Judged) -> dict[str, Table]:
    """Every table of the report by name, as columns."""
    found = judged.finding
    tables: dict[str, Table] = {
        "result": {
            "measure": ["effect", "relative effect", *(["events"] if found.events else [])],
            "unit": [unit_of(judged), "share of what was expected", *(["in all"] if found.events else [])],
            **{
                name: [
                    getattr(found.estimate, name),
                    _share(getattr(found.estimate, name), found.expected),
                    *([getattr(found.events, name)] if found.events else []),
                ]
                for name in ("effect", "low", "high")
            },
        },
        "checks": {
            "check": [one.id for one in judged.checks],
            "passed": [{True: "yes", False: "no", None: "not done"}[one.passed] for one in judged.checks],
            "says": [one.says for one in judged.checks],
            "p_value": [one.p_value for one in judged.checks],
        },
        "choices": choices(judged.sensitivity),
    }
    who = {} if judged.scope.who is None else {"who": judged.scope.who}
    return {**tables, **who, **found.tables}


def choices(variations: tuple[Variation, ...]) -> Table:
    """One row a variation; numbers are None where nothing could be estimated."""

    def of(one: Variation, name: str) -> float | None:
        return None if one.estimate is None else getattr(one.estimate, name)

    return {
        "variation": [one.label for one in variations],
        **{name: [of(one, name) for one in variations] for name in ("effect", "low", "high", "p_value")},
        "problem": [one.problem for one in variations],
        "left_out_because": [one.because for one in variations],
    }


def drawings(judged: Judged, tables: Mapping[str, Table]) -> dict[str, tuple[str, Spec]]:
    """Each figure by name, with what it shows."""
    change = f"change {unit_of(judged)}"
    found: dict[str, tuple[str, Spec]] = {}
    if judged.scope.persons:
        found |= of_persons(tables, (outcome_of(judged), unit_of(judged)), judged.scope.outcome)
    elif "course" in tables:
        says = "What was seen, and what would have been expected without the change, with its 95% interval."
        found["course"] = (
            says,
            course(tables["course"], start=start_of(judged), unit=(outcome_of(judged), unit_of(judged))),
        )
    for name, table in tables.items():
        x = next((column for column in EVENT_COLUMNS if column in table), None)
        y = next((column for column in EFFECT_COLUMNS if column in table), None)
        if x and y and name not in ("result", "choices"):
            low = "low" if "low" in table and "high" in table else None
            title = f"{judged.scope.every.capitalize()}s since the start"
            says = (
                "The change in each period before and after the start. Before it there should be none: points away "
                "from the line there speak against the comparison."
            )
            found[name] = (says, lines(table, x=x, y=y, unit=change, x_title=title, low=low))
    rows = forest_rows(judged)
    if len(rows) > 1:
        says = "The same plan with one choice made otherwise: the result should not hang on one of them."
        found["choices"] = (says, forest(rows, unit=change))
    return found


def forest_rows(judged: Judged) -> list[dict[str, Any]]:
    """The plan's own estimate and those of the variations that have one."""
    rows = [("As planned", judged.finding.estimate)]
    rows += [(one.label, one.estimate) for one in judged.sensitivity if one.estimate]
    return [
        {"label": label, "effect": one.effect, "low": one.low, "high": one.high}
        for label, one in rows
        if all(map(math.isfinite, (one.effect, one.low, one.high)))
    ]


def as_csv(table: Table) -> str:
    """A table as CSV; what is not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
        writer.writerow([_text(cell) for cell in row])
    return text.getvalue()


def _page(
    judged: Judged, registered: Registered, pictures: Mapping[str, tuple[str, str]], tables: Mapping[str, Table]
) -> str:
    environment = Environment(
        loader=PackageLoader("vanguard.learn.evaluate.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    finding = judged.finding
    scope = judged.scope
    return environment.get_template("report.html.jinja").render(
        plan=judged.plan,
        design=DESIGNS[judged.plan.design],
        verdict=judged.verdict,
        short=first_sentence(judged),
        councillor=for_councillors(judged),
        mind=what_would_change_our_mind(judged),
        warnings=judged.warnings,
        checks=judged.checks,
        results=results(judged),
        unit=unit_of(judged),
        smallest=f"{figure(abs(finding.smallest_effect))} {unit_of(judged)}"
        + (f" ({percent(abs(finding.smallest_effect), finding.expected)})" if finding.expected else ""),
        expected=f"{figure(finding.expected)} {unit_of(judged)}",
        method=finding.method,
        rule=RULE,
        left_out=scope.left_out,
        registered=registered,
        registered_on=f"{registered.at.day} {registered.at:%B %Y}",
        after_the_fact=registered.at.date() > scope.last,
        treated=", ".join(scope.treated) or f"{scope.number:,} people",
        compared=scope.compared,
        periods=f"{scope.first:%B %Y} to {scope.last:%B %Y}",
        pictures={name: (says, Markup(drawn)) for name, (says, drawn) in pictures.items()},  # noqa: S704 - our own
        sensitivity=judged.sensitivity,
        tables=list(tables),
        persons=_persons(judged) if scope.persons else None,
        figure=figure,
        span=span,
        chance=chance,
    )


def _persons(judged: Judged) -> dict[str, Any]:
    """The groups of a matched cohort, how alike they were, and the hazard ratio in a sentence."""
    outcome, called = judged.scope.outcome, judged.scope.called
    rates, balanced, ways = (judged.finding.tables[name] for name in ("rates", "balance", "sensitivity"))
    said = ""
    if HAZARD in ways["way"]:
        at = list(ways["way"]).index(HAZARD)
        ratio, low, high = (float(str(ways[name][at])) for name in ("effect", "low", "high"))
        said = (
            f"At any time, whoever received it was {figure(ratio)} times as likely to have a first one as others of "
            f"their set (hazard ratio, 95% interval {figure(low)} to {figure(high)})."
        )
    groups = {"entered": "Received it", "controls": "Others like them"}
    return {
        "hazard": said,
        "groups": [
            (
                groups[str(group)],
                f"{count:,}",
                whole(float(str(events))),
                figure(float(str(years))),
                figure(float(str(rate))),
            )
            for group, count, events, years, rate in zip(*(rates[name] for name in RATES), strict=True)
        ],
        "balance": [
            (str(row[0]).replace(outcome, called).replace("_", " "), *(figure(float(str(value))) for value in row[1:]))
            for row in zip(*(balanced[name] for name in BALANCE), strict=True)
        ],
    }


def results(judged: Judged) -> list[tuple[str, str, str]]:
    """What was found, best and from to, in words."""
    finding = judged.finding
    found, expected = finding.estimate, finding.expected
    rows = [(f"Change {unit_of(judged)}", figure(found.effect, sign=True), span(found))]
    if expected:
        rows.append(
            ("As a share of what was expected", percent(found.effect, expected, sign=True), share_span(found, expected))
        )
    if finding.events:
        in_all = f"{whole(finding.events.low, sign=True)} to {whole(finding.events.high, sign=True)}"
        if not bounded(finding.events):
            in_all = NO_BOUND
        rows.append((f"In all ({outcome_of(judged)})", whole(finding.events.effect, sign=True), in_all))
    return rows


def start_of(judged: Judged) -> date:
    """The first day of the first period that could show an effect."""
    return judged.scope.start


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _text(cell: object) -> str:
    value = _finite(cell)
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
