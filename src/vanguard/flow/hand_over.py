"""When the service that takes over should begin, and when it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vanguard.clock import local_date
from vanguard.flow.definition import Flow
from vanguard.flow.state import State

DAYS = {"same_day": 0, "next_day": 1}


@dataclass(frozen=True)
class HandOver:
    """An end that hands over, in the local days of the person.

    `due` is the day on which the next service should begin. `asked` is the question of the day on which it does, None
    where the pathway asks none; `begins` is that day, None where nobody has said it.
    """

    end: str
    due: date
    asked: str | None
    begins: date | None

    @property
    def gap(self) -> int | None:
        """Days by which the next service begins later than it should, 0 without a gap; None where nobody knows."""
        return None if self.begins is None else max(0, (self.begins - self.due).days)


def handed_over(flow: Flow, state: State, written: Mapping[str, Any]) -> HandOver | None:
    """What an episode that has ended hands over; `written` are the answers of its forms. None before an end, or where
    the end hands over to nobody."""
    if state.finish is None:
        return None
    end = flow.pathway.ends[state.finish.end]
    if end.hand_over is None:
        return None
    said = written.get(end.begins_on) if end.begins_on else None
    due = local_date(state.finish.at) + timedelta(days=DAYS[end.hand_over])
    return HandOver(end.id, due, end.begins_on, date.fromisoformat(said) if said else None)
