"""What care rooms did, on its way to the lake: said in the transaction that does it, there within a minute, once.
`say` is for rooms that act; `send` is for the process beside the pages."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.care.outbox.saying import Entry, say, say_rows
    from vanguard.care.outbox.sending import send

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {"Entry": "saying", "say": "saying", "say_rows": "saying", "send": "sending"}

__all__ = ["Entry", "say", "say_rows", "send"]

__getattr__ = opens(__name__, DOOR)
