"""What has happened in an episode, in words, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vanguard.care.hub.episodes import Episode
from vanguard.care.hub.happenings import as_event
from vanguard.care.hub.models import Happening
from vanguard.flow import Answered, Arrived, Began, Changed, Closed, Event, Finished, Flow, Paused, Received, Resumed


@dataclass(frozen=True)
class Told:
    """One event: what, by whom, when, and the answers that came with it, question and answer in words."""

    what: str
    by: str
    at: datetime
    recorded_at: datetime
    answers: tuple[tuple[str, str], ...]


def told_so_far(one: Episode) -> tuple[Told, ...]:
    """Every event of the episode."""
    rows = Happening.objects.filter(referral_id=one.number).select_related("by").order_by("-number")
    return tuple(_told(one.flow, row) for row in rows)


def _told(flow: Flow, row: Happening) -> Told:
    event = as_event(row.kind, row.at, row.body)
    answers = getattr(event, "answers", {})
    return Told(
        _words(flow, event),
        row.by.name if row.by else "",
        row.at,
        row.recorded_at,
        tuple((flow.file.questions[id].label, _answer(flow, id, answer)) for id, answer in answers.items()),
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


def _answer(flow: Flow, question: str, answer: Any) -> str:
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    return flow.file.questions[question].of.get(str(answer), str(answer))
