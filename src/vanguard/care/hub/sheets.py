"""What a step asks, as one sheet of questions: those of its form, and those that steer the pathway. Pure.

A question that steers stands in pathways.yaml and its answer goes into an event; any other stands in plans.yaml and
its answer is written down. Whoever fills the sheet in need not know which is which.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from vanguard.blueprint import Blueprint, Step
from vanguard.flow import Flow
from vanguard.know.record import read_date

MOST_LETTERS = 4000


@dataclass(frozen=True)
class Line:
    """One question. `kind` is text, number, yes_no, choice, several, date or time; `of` its options, id and words.

    Whether one that `depends` is needed follows from what else is answered.
    """

    id: str
    label: str
    kind: str
    of: Mapping[str, str]
    unit: str
    required: bool
    steers: bool
    depends: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a sheet under its heading, which is empty for questions that no form asks."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """All that is asked in a step. `form` is the id of its form, empty without one."""

    form: str
    label: str
    parts: tuple[Part, ...]

    def lines(self) -> Iterator[Line]:
        """Every question, in the order in which they are asked."""
        for part in self.parts:
            yield from part.lines


@dataclass(frozen=True)
class Filled:
    """A sheet as filled in: answers that steer, answers that are written down, and by question what is wrong."""

    steering: Mapping[str, Any]
    written: Mapping[str, Any]
    problems: Mapping[str, str]


def sheet_of(blueprint: Blueprint, flow: Flow, step: str) -> Sheet:
    """What a step asks and decides, and where it may lead to an end that hands over the day on which that begins."""
    this = flow.step(step)
    plans = blueprint.plans
    form = (plans.forms.get(this.form) or plans.assessments.get(this.form)) if this.form else None
    steering = {*this.asks, *this.decides}
    parts = []
    shown: set[str] = set()
    for section in form.sections if form else ():
        # What another step asks is shown with the record, not asked here once more.
        asked = [q for q in section.ask if q in steering or q in plans.questions]
        parts.append(Part(section.label, tuple(_line(blueprint, flow, q, steering) for q in asked)))
        shown.update(asked)
    rest = [q for q in (*this.asks, *this.decides) if q not in shown]
    if rest:
        parts.append(Part("", tuple(_line(blueprint, flow, q, steering) for q in rest)))
    for question, ends in _begins_on(flow, this).items():
        if question not in shown:
            line = replace(_line(blueprint, flow, question, steering), required=False, depends=True)
            parts.append(Part(f"If it ends so: {' or '.join(ends)}", (line,)))
    return Sheet(this.form or "", form.label if form else this.label, tuple(part for part in parts if part.lines))


def _begins_on(flow: Flow, step: Step) -> dict[str, list[str]]:
    """The days that ends to which a step leads ask for, each with the words of those ends."""
    found: dict[str, list[str]] = {}
    for end in (flow.pathway.ends[rule.to] for rule in step.next if rule.to in flow.pathway.ends):
        if end.begins_on and end.label not in found.setdefault(end.begins_on, []):
            found[end.begins_on].append(end.label)
    return found


def _line(blueprint: Blueprint, flow: Flow, question: str, steering: set[str]) -> Line:
    if question in steering:
        one = flow.file.questions[question]
        return Line(question, one.label, one.kind, one.of, "", True, True)
    asked = blueprint.plans.questions[question]
    return Line(question, asked.label, asked.kind, asked.of, asked.unit or "", asked.required, False)


def fill(sheet: Sheet, typed: Mapping[str, list[str]], known: Mapping[str, Any], *, finish: bool) -> Filled:
    """Read a sheet from what was typed, by question; what is `known` already need not be typed again.

    To `finish` a sheet everything required must be answered, and what steers answered anew. A part may be saved.
    """
    steering: dict[str, Any] = {}
    written: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for line in sheet.lines():
        values = [value.strip() for value in typed.get(line.id, []) if value.strip()]
        if not values:
            if finish and line.required and (line.steers or line.id not in known):
                problems[line.id] = f"Answer: {line.label}"
            continue
        try:
            answer = _answer(line, values)
        except ValueError as wrong:
            problems[line.id] = str(wrong)
            continue
        if line.steers:
            steering[line.id] = answer
        elif answer != known.get(line.id):
            written[line.id] = answer
    return Filled(steering, written, problems)


def _answer(line: Line, values: list[str]) -> Any:
    """What was typed, as the kind of question wants it. Raises ValueError with a sentence."""
    value = values[0]
    match line.kind:
        case "several":
            if unknown := [one for one in values if one not in line.of]:
                raise ValueError(f"{unknown[0]} is not one of the answers")
            return [one for one in line.of if one in values]
        case "choice":
            if value not in line.of:
                raise ValueError(f"Choose one answer: {line.label}")
            return value
        case "yes_no":
            if value not in ("yes", "no"):
                raise ValueError(f"Choose yes or no: {line.label}")
            return value == "yes"
        case "number":
            return _number(value, line)
        case "date":
            return _shaped(value, _day, "a day, such as 6 August 2018")
        case "time":
            return _shaped(value, time.fromisoformat, "a time, such as 14:30")
    if len(value) > MOST_LETTERS:
        raise ValueError(f"Enter at most {MOST_LETTERS:,} letters")
    return value


def _day(value: str) -> date:
    if (day := read_date(value)) is None:
        raise ValueError
    return day


def _number(value: str, line: Line) -> float:
    try:
        number = float(value.replace(",", ""))
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e15:
        raise ValueError(f"Enter a number: {line.label}")
    return int(number) if number.is_integer() else number


def _shaped(value: str, read: Any, expected: str) -> str:
    try:
        return str(read(value).isoformat())
    except ValueError:
        raise ValueError(f"Enter {expected}") from None
