"""Pages of what may come: scenarios with their sliders, how it really runs, how many are needed, the next hours, waits.
What takes long is asked for here and worked out in a process of its own, one after the other."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.learn.ahead.working import work

# Django reads this room's models before its apps are ready, so the door opens on first use.
__all__ = ["work"]

__getattr__ = opens(__name__, {"work": "working"})
