"""Doors that open on first use: Django reads a service room's models before its apps are ready, and who wants one part
of a library room need not wait for all of it."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def opens(room: str, door: Mapping[str, str], *, within: Mapping[str, str] | None = None) -> Callable[[str], Any]:
    """The `__getattr__` of a `room`: each name of `door` comes from that file of the room.

    `within` has what a name is called in its file, where the room's door says more than the room itself.
    """

    def get(name: str) -> Any:
        if name not in door:
            raise AttributeError(name)
        return getattr(importlib.import_module(f"{room}.{door[name]}"), (within or {}).get(name, name))

    return get
