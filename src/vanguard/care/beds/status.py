"""What a bed can be, what that means, and what may come next. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

OPEN, HELD, OCCUPIED, CLEANING, CLOSED = "open", "held", "occupied", "cleaning", "closed"

STATUSES: Mapping[str, str] = {
    OPEN: "Open",
    HELD: "Held",
    OCCUPIED: "Occupied",
    CLEANING: "Cleaning",
    CLOSED: "Closed",
}
MEANINGS: Mapping[str, str] = {
    OPEN: "Ready: somebody can be brought here",
    HELD: "Kept for one referral until a time",
    OCCUPIED: "Somebody is in it",
    CLEANING: "Empty, and being made ready",
    CLOSED: "Not in use, for a reason",
}
NEXT: Mapping[str, tuple[str, ...]] = {
    OPEN: (HELD, OCCUPIED, CLEANING, CLOSED),
    HELD: (HELD, OPEN, OCCUPIED, CLOSED),
    OCCUPIED: (CLEANING,),
    CLEANING: (OPEN, CLOSED),
    CLOSED: (OPEN, CLEANING),
}


class Standing(Protocol):
    """Where a bed stands after its last change."""

    @property
    def status(self) -> str: ...
    @property
    def until(self) -> datetime | None: ...


def lapsed(bed: Standing, now: datetime) -> bool:
    """Whether the bed was held and the time is over, whoever has noticed."""
    return bed.status == HELD and bed.until is not None and bed.until <= now


def status_at(bed: Standing, now: datetime) -> str:
    """What the bed is at an instant since its last change: a hold is over when its time is."""
    return OPEN if lapsed(bed, now) else bed.status
