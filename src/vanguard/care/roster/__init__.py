"""Who works when, of which team and employer; and who of them goes to whom, as a human decided.
What a step asks of whoever does it comes from the blueprint; who is there comes from shifts, imported or typed."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.care.roster.allocating import Going, allocate, allocated, going, over, sent_to
    from vanguard.care.roster.choosing import Asked, Suggestion, suggest
    from vanguard.care.roster.on_shift import candidates, next_on_shift
    from vanguard.care.roster.reading import import_shifts
    from vanguard.care.roster.worked import Cell, Staffing, Worked, pool_words, staffing

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {
    "Asked": "choosing",
    "Cell": "worked",
    "Going": "allocating",
    "Staffing": "worked",
    "Suggestion": "choosing",
    "Worked": "worked",
    "allocate": "allocating",
    "allocated": "allocating",
    "candidates": "on_shift",
    "going": "allocating",
    "import_shifts": "reading",
    "next_on_shift": "on_shift",
    "over": "allocating",
    "pool_words": "worked",
    "sent_to": "allocating",
    "staffing": "worked",
    "suggest": "choosing",
}

__all__ = [
    "Asked",
    "Cell",
    "Going",
    "Staffing",
    "Suggestion",
    "Worked",
    "allocate",
    "allocated",
    "candidates",
    "going",
    "import_shifts",
    "next_on_shift",
    "over",
    "pool_words",
    "sent_to",
    "staffing",
    "suggest",
]

__getattr__ = opens(__name__, DOOR)
