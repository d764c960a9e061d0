"""What has happened in an episode, in words, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vanguard.care.hub.episodes import Episode
from vanguard.care.hub.happenings import as_event
from vanguard.care.hub.history import Recorded, recorded
from vanguard.care.hub.models import Settled
from vanguard.care.hub.pathways import blueprint_of
from vanguard.care.hub.sheets import Filled, Sheet
from vanguard.flow import (
    Answered,
    Arrived,
    Began,
    Changed,
    Closed,
    Event,
    Finished,
    Flow,
    Paused,
    Received,
    Resumed,
    State,
    propose,
)
from vanguard.web import presenters as say

# Of records that were parted, by whether it was asked again.
WHOSE = {False: "Said whose referral it is, after records were parted", True: "Asked again whose referral it is"}


@dataclass(frozen=True)
class Told:
    """One event: what, by whom, when, and the answers that came with it, question and answer in words."""

    what: str
    by: str
    at: datetime
    recorded_at: datetime
    answers: tuple[tuple[str, str], ...]


def told_so_far(one: Episode, rows: tuple[Recorded, ...] | None = None) -> tuple[Told, ...]:
    """Every event of the episode (`rows`, where they were read already), and when somebody said whose it is."""
    rows = recorded(one.number) if rows is None else rows
    said = Settled.objects.filter(referral_id=one.number).select_related("by").order_by("-pk") if one.parted else ()
    told = [_told(one.flow, row) for row in reversed(rows)] + [
        Told(WHOSE[row.again], row.by.name, row.at, row.at, ()) for row in said
    ]
    return tuple(sorted(told, key=lambda each: each.recorded_at, reverse=True))


def answered(one: Episode) -> tuple[tuple[str, str], ...]:
    """What the way through the pathway depends on and was answered, question and answer in words."""
    questions = one.flow.file.questions
    return tuple(
        (questions[id].label, _said(questions[id].of, answer))
        for id, answer in one.state.answers.items()
        if id in questions
    )


def written_down(one: Episode) -> tuple[tuple[str, str], ...]:
    """What the forms of the episode say now, question and answer in words, in the order of the questions."""
    questions = blueprint_of(one.blueprint).plans.questions
    return tuple(
        (asked.label, _said(asked.of, one.written[id], asked.kind))
        for id, asked in questions.items()
        if id in one.written
    )


def in_words(sheet: Sheet, filled: Filled) -> tuple[tuple[str, str], ...]:
    """What a sheet was filled in with, question and answer in words, in the order of the questions."""
    answers = {**filled.written, **filled.steering}
    return tuple(
        (line.label, _said(line.of, answers[line.id], line.kind)) for line in sheet.lines() if line.id in answers
    )


def _said(options: Mapping[str, str], answer: Any, kind: str = "") -> str:
    if kind == "date":
        return say.day(date.fromisoformat(answer))
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if isinstance(answer, list):
        return ", ".join(options[each] for each in answer)
    return options.get(str(answer), str(answer))


def proposed(flow: Flow, state: State, step: str) -> dict[str, dict[str, str]]:
    """What the pathway proposes for a step, by question: the answer as a form has it and in words, and the reason."""
    found = {}
    for one in propose(flow, state, step):
        question = flow.file.questions[one.question]
        value = {True: "yes", False: "no"}.get(one.answer, one.answer)  # type: ignore[call-overload]
        words = question.of.get(str(one.answer), say.sentence(str(value)))
        found[one.question] = {"label": question.label, "value": str(value), "words": words, "reason": one.reason}
    return found


def _told(flow: Flow, row: Recorded) -> Told:
    event = as_event(row.kind, row.at, row.body)
    answers = getattr(event, "answers", {})
    return Told(
        _words(flow, event),
        row.by,
        row.at,
        row.recorded_at,
        tuple(
            (flow.file.questions[id].label, _said(flow.file.questions[id].of, answer)) for id, answer in answers.items()
        ),
    )


def _words(flow: Flow, event: Event) -> str:
    match event:
        case Received():
            return f"Referred by {flow.pathway.entry.origins[event.origin]}"
        case Began():
            return f"Begun: {flow.step(event.step).label}"
        case Arrived():
            return f"Arrived: {flow.step(event.step).label}"
        case Answered():
            return f"Written: {flow.step(event.step).label}"
        case Finished():
            return f"Done: {flow.step(event.step).label}"
        case Changed():
            return "Changed"
        case Paused():
            return f"Paused: {flow.file.pauses[event.reason].label}"
        case Resumed():
            return f"Goes on: {flow.file.pauses[event.reason].label}"
        case Closed():
            return f"Closed: {flow.pathway.ends[event.end].label}"
