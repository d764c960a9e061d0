"""Something wrong between elements."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`place` leads from the top of the file to the value; `key` points to its name instead of the value."""

    place: tuple[str | int, ...]
    what: str
    do: str
    key: bool = False
