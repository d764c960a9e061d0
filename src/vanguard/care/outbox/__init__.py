"""What care rooms did, on its way to the lake: said in the transaction that does it, there within a minute, once.
`say` is for rooms that act; `send` is for the process beside the pages."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vanguard.care.outbox.saying import Entry, say
    from vanguard.care.outbox.sending import send

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {"Entry": "saying", "say": "saying", "send": "sending"}

__all__ = ["Entry", "say", "send"]


def __getattr__(name: str) -> Any:
    if name not in DOOR:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"vanguard.care.outbox.{DOOR[name]}"), name)
