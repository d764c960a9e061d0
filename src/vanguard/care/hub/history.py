"""What was recorded of an episode, read once for everything that a page says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vanguard.care.hub.models import Happening


@dataclass(frozen=True)
class Recorded:
    """One event as it was recorded: `by` is the name of who told us, empty for the system itself."""

    kind: str
    at: datetime
    body: Mapping[str, Any]
    by_id: int | None
    by: str
    recorded_at: datetime


def recorded(number: int) -> tuple[Recorded, ...]:
    """Every event of a referral, the oldest first. By their columns: whole accounts would take most of the time."""
    rows = Happening.objects.filter(referral_id=number).order_by("number")
    return tuple(
        Recorded(kind, at, body, by_id, by or "", when)
        for kind, at, body, by_id, by, when in rows.values_list(
            "kind", "at", "body", "by_id", "by__name", "recorded_at"
        )
    )
