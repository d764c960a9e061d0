"""The events of `vanguard.flow` as rows, and back. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

from vanguard.flow import Event

KINDS: dict[str, type[Event]] = {kind.__name__.lower(): kind for kind in get_args(Event)}


def as_row(event: Event) -> tuple[str, dict[str, Any]]:
    """The kind of an event, and everything about it but its time, as JSON holds it."""
    body = {one.name: getattr(event, one.name) for one in fields(event) if one.name != "at"}
    if "answers" in body:
        body["answers"] = dict(body["answers"])
    return type(event).__name__.lower(), body


def as_event(kind: str, at: datetime, body: Mapping[str, Any]) -> Event:
    """The event of a row. Raises KeyError for a kind that flow does not have."""
    # Databases keep the members of an object in an order of their own.
    in_order = {n: dict(sorted(v.items())) if n == "answers" else v for n, v in body.items()}
    return KINDS[kind](at=at, **in_order)


def as_kept(event: Event) -> Event:
    """The event as it will be read back from its row."""
    kind, body = as_row(event)
    return as_event(kind, event.at, body)
