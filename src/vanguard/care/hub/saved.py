"""What was written in a step before it is finished: it need not be answered again. Pure."""

from collections.abc import Iterable
from typing import Any

from vanguard.care.hub.episodes import Episode
from vanguard.care.hub.history import Recorded

WRITTEN = ("answered", "finished")


def saved(one: Episode, rows: Iterable[Recorded], step: str) -> dict[str, Any]:
    """The answers that steer and were saved since the step was entered, by question; empty for a step not open."""
    return {id: answer for row in _saved(one, rows, step) for id, answer in row.body["answers"].items()}


def last_saved(one: Episode, rows: Iterable[Recorded], step: str) -> Recorded | None:
    """When the step was last saved to be gone on with, and by whom; None where it was not since it was entered."""
    kept = _saved(one, rows, step)
    return kept[-1] if kept else None


def times_written(rows: Iterable[Recorded], step: str, user: int) -> int:
    """How often a user wrote in a step: by this a device knows whether what it keeps has arrived."""
    return sum(row.kind in WRITTEN and row.by_id == user and row.body["step"] == step for row in rows)


def _saved(one: Episode, rows: Iterable[Recorded], step: str) -> list[Recorded]:
    held = one.state.at_step(step)
    if held is None:
        return []
    return [row for row in rows if row.kind == "answered" and row.at >= held.entered and row.body["step"] == step]
