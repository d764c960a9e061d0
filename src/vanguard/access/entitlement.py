"""Entitlements: the proof, made here only, that somebody may open something and that it is on record."""

from datetime import datetime
from typing import Any, NoReturn

from django.http import Http404

from vanguard.access.rules import Actor


class Refused(Http404):
    """Not entitled. Answered as a page that is not there: whether the person exists is not told."""

    def __init__(self) -> None:
        super().__init__("You cannot see this.")


class ReasonNeeded(Refused):
    """The record is watched: entitled once a reason has been given (`give_reason`)."""


class _Sealed:
    """Values that only this room can make; they cannot be made, changed or copied elsewhere."""

    __slots__ = ()

    def __new__(cls, *_args: Any, **_values: Any) -> NoReturn:
        raise TypeError(f"Only vanguard.access makes an {cls.__name__}: call open_person or open_list.")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed.")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be copied.")


class Entitlement(_Sealed):
    """`actor` may see item `what` of one person because of the relationship `why`, and did so `at`.

    Entries of sensitive sets only if those are among `sensitive`; `narrowed` is the person's choice if it lets
    see less than the relationship would, `watched` whether a reason had to be given.
    """

    __slots__ = ("actor", "at", "narrowed", "person_id", "sensitive", "watched", "what", "why")
    actor: Actor
    person_id: str
    what: str
    why: str
    sensitive: frozenset[str]
    narrowed: str
    watched: bool
    at: datetime


class ListEntitlement(_Sealed):
    """`actor` may see `what` in a list about these persons, and did so `at`."""

    __slots__ = ("actor", "at", "person_ids", "what")
    actor: Actor
    person_ids: tuple[str, ...]
    what: str
    at: datetime


def mint(kind: type[Any], **values: Any) -> Any:
    """Make a sealed value. For this room's door alone: import-linter keeps other rooms from it."""
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made
