"""Where an episode stands, for the board: what follows from its events at an instant. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vanguard.flow import Flow, Reading, State, overstays, readings


@dataclass(frozen=True)
class Standing:
    """`step` leads on (empty once `end` is set). `clock` is the one that runs out first; its times are None where it
    stands still or none runs. `limit_at` is when the first of the open steps will have lasted too long, None without a
    limit."""

    step: str
    entered_at: datetime | None
    answers: dict[str, Any]
    clock: str
    warn_at: datetime | None
    due_at: datetime | None
    paused: bool
    limit_at: datetime | None
    end: str
    ended_at: datetime | None


def standing(flow: Flow, state: State, now: datetime) -> Standing:
    """What the board shows of an episode whose last event has just been told."""
    leads = state.open[0] if state.open else None
    first = _first(reading for reading in readings(flow, state, now) if reading.until is None)
    return Standing(
        step=leads.step if leads else "",
        entered_at=leads.entered if leads else None,
        answers=dict(state.answers),
        clock=first.clock.id if first else "",
        warn_at=first.warn if first else None,
        due_at=first.due if first else None,
        paused=bool(first and first.status == "paused"),
        limit_at=min((one.at for one in overstays(flow, state)), default=None),
        end=state.finish.end if state.finish else "",
        ended_at=state.finish.at if state.finish else None,
    )


def _first(running: Iterable[Reading]) -> Reading | None:
    """The run that falls due first; one that stands still comes after all that do not."""
    return min(running, key=lambda one: one.due.timestamp() if one.due else math.inf, default=None)
