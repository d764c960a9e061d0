"""What a page says of an evaluation: its plan, how it stands, and as much of its result as the reader may see."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from vanguard.access import disclose
from vanguard.blueprint import Blueprint, Evaluation
from vanguard.lake import Lake
from vanguard.learn.board.place import lake
from vanguard.learn.board.points import FEW, large_practices, names
from vanguard.learn.evaluate import DESIGNS, Kept, Result, exclusion_words, failed, kept_evaluation

STATES = {"planned": "Planned", "waiting": "Waiting", "verdict": "Verdict"}
UNITS = {"practice": "practices", "locality": "localities", "area": "small areas", "place": "the whole place"}
NAMELESS = "What was found names a unit too small to be named, so it is left out here."
SPANS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


@dataclass(frozen=True)
class Evaluated:
    """One plan of a blueprint and how it stands; None in `kept` before the first refresh that knew it."""

    blueprint: Blueprint
    id: str
    plan: Evaluation
    kept: Kept | None
    result: "Shown | None"

    @property
    def starts(self) -> list[date]:
        """The days on which it begins, in order, each once."""
        return sorted(set(self.plan.starts.values()) | ({self.plan.start} if self.plan.start else set()))

    @property
    def state(self) -> str:
        return STATES[self.kept.state] if self.kept else STATES["planned"]

    @property
    def standing(self) -> str:
        """After the plan's label, in a sentence."""
        if self.kept is None or self.kept.state == "planned":
            return "is planned"
        if self.kept.state == "waiting":
            return "cannot be judged yet"
        assert self.result is not None
        if self.result.withheld:
            return "has a verdict that rests on too few events to be shown"
        return f"says: {self.result.found.verdict}{', so far' if self.result.found.early else ''}"


@dataclass(frozen=True)
class Shown:
    """As much of a result as a reader may see.

    `fully` is with rates, numbers, figures and tables; otherwise everything is a share, from which nothing that was
    counted can be worked out. `withheld` says why not even that is shown.
    """

    found: Result
    fully: bool
    withheld: str
    warnings: tuple[str, ...]
    unnamed: frozenset[str]

    def says(self, text: str) -> str:
        """The sentence, unless it names a unit too small to be named."""
        return NAMELESS if _names(text, self.unnamed) else text

    @property
    def figures(self) -> dict[str, tuple[str, dict[str, object]]]:
        """What each figure shows, and its description."""
        return {
            name: (one.says, one.spec)
            for name, one in self.found.figures.items()
            if self.fully and not _names(json.dumps(one.spec), self.unnamed)
        }

    @property
    def tables(self) -> list[str]:
        return list(self.found.tables) if self.fully else []

    def table(self, name: str) -> tuple[list[str], list[list[str]]]:
        """The columns and rows of a table: rows that name a unit too small to be named are left out."""
        columns, *rows = csv.reader(io.StringIO(self.found.tables[name]))
        return columns, [row for row in rows if not any(_names(cell, self.unnamed) for cell in row)]


def evaluated(blueprint: Blueprint, id: str, *, exactly: bool) -> Evaluated:
    """A plan of a blueprint with what came of it; `exactly` for those who hold rows without names."""
    plan = blueprint.evaluations[id]
    kept = kept_evaluation(settings.PLACE, blueprint.id, id)
    result = _shown(lake(), plan, kept.result, exactly=exactly) if kept and kept.result else None
    return Evaluated(blueprint, id, plan, kept, result)


def verdicts(blueprint: Blueprint, measure_id: str, *, exactly: bool) -> list[Evaluated]:
    """The plans whose outcome is a measure."""
    plans = [id for id, plan in blueprint.evaluations.items() if plan.outcome == measure_id]
    return [evaluated(blueprint, id, exactly=exactly) for id in plans]


def plan_words(one: Evaluated, day: Callable[[date], str]) -> list[tuple[str, list[str]]]:
    """(what, in words) of the plan as it is written."""
    plan, measures = one.plan, one.blueprint.measures
    called = names(lake(), plan.units)

    def name(unit: str) -> str:
        return f"{called[unit]} ({unit})" if unit in called else unit

    who = [f"{name(unit)}, from {day(start)}" for unit, start in plan.starts.items()] or [*map(name, plan.treated)]
    if plan.received is not None:
        who = [plan.received.described]
    elif plan.cohort is not None:
        who = [f"{blueprint_cohort(one)}, from the first month end at which they were in it"]
    if not who:
        who = ["The whole place" if plan.units == "place" else "Not named yet: a place puts in its own units"]
    compared = [plan.comparators.described] if plan.comparators else ["Its own course before the start, carried on"]
    compared += _alike(one)
    controls = [measures[id].label if id in measures else id for id in plan.negative_controls]
    began = "The first that count are of" if plan.units == "person" else "Start"
    said = [
        ("Design", [design_words(plan)]),
        ("Who changed", who),
        ("Compared with", [*compared, *map(name, plan.comparators.units if plan.comparators else ())]),
        (began, [day(start) for start in one.starts]),
        ("Time looked at", [f"{span(plan.before)} before the start and {span(plan.after)} after it"]),
        ("Left out", [exclusion_words(exclusion) for exclusion in plan.exclusions] or ["Nothing"]),
        ("Checks", [check.replace("_", " ").capitalize() for check in plan.checks]),
    ]
    if controls:
        said.append(("Cannot have been touched", controls))
    if plan.seen_before:
        said.append(("Seen before", ["The outcome after the start had been seen when the plan was written."]))
    return said


def blueprint_cohort(one: Evaluated) -> str:
    """What the cohort of a plan is called."""
    id = str(one.plan.cohort)
    return one.blueprint.cohorts[id].label if id in one.blueprint.cohorts else id


def _alike(one: Evaluated) -> list[str]:
    """In what others of a matched cohort must be equal or near."""
    match, measures = one.plan.match, one.blueprint.measures
    if match is None:
        return []
    past = [f"{measures[id].label} in the year before" if id in measures else id for id in match.history]
    near = [*(name.replace("_", " ") for name in match.nearest), *past]
    equal = [name.replace("_", " ") for name in match.exactly]
    return [
        *([f"Equal in {', '.join(equal)}"] if equal else []),
        *([f"Near in {'; '.join(near)}"] if near else []),
    ]


def design_words(plan: Evaluation) -> str:
    """Difference in differences, over practices."""
    return f"{DESIGNS[plan.design].capitalize()}, over {UNITS.get(plan.units, f'{plan.units}s')}"


def span(period: str) -> str:
    """P2Y as 2 years."""
    number, unit = int(period[1:-1]), SPANS[period[-1]]
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _shown(place: Lake, plan: Evaluation, found: Result, *, exactly: bool) -> Shown:
    unnamed = _too_small(place, plan, found.units)
    # Of a unit too small to be named nobody sees figures, on no page.
    fully = exactly and not unnamed & set(found.treated)
    warnings = found.warnings if fully else (*(_failed(check.id) for check in failed(found.checks)), *found.hangs)
    named = [warning for warning in warnings if not _names(warning, unnamed)]
    return Shown(
        found=found,
        fully=fully,
        withheld="" if fully or disclose(found.counted) is not None else FEW,
        warnings=tuple(dict.fromkeys([*named, *([NAMELESS] if len(named) < len(warnings) else [])])),
        unnamed=unnamed,
    )


def _failed(check: str) -> str:
    return f"The check “{check.replace('_', ' ')}” failed: it speaks against the comparison."


def _too_small(place: Lake, plan: Evaluation, units: Sequence[str]) -> frozenset[str]:
    """The units that pages do not name."""
    if plan.units == "practice":
        return frozenset(units) - large_practices(place)
    return frozenset(units) if plan.units == "area" else frozenset()


def _names(text: str, units: frozenset[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", text) for unit in units)
