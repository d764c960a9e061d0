"""Something wrong in a blueprint, before anyone has said in which folder's file it was written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`place` leads from the top of the file to the value; `key` points to its name instead of the value.

    `at` counts characters within a text that stands on one line.
    """

    place: tuple[str | int, ...]
    what: str
    do: str
    key: bool = False
    at: int = 0
