"""The place's own blueprints and lake, and with which right somebody sees its measures."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404

from vanguard.access import Actor, open_rows
from vanguard.blueprint import Blueprint, Measure, adopted
from vanguard.lake import Lake
from vanguard.learn.board.points import Points, given, whole_place

ROWS, COUNTS = "pseudonymised_rows", "counts"


def open_measures(actor: Actor, what: str, now: datetime) -> bool:
    """Put on record that measures were seen. Returns whether exactly, by the right to rows without names; otherwise
    small numbers apart. Raises PermissionDenied (on record too) for a role with neither right."""
    exactly = actor.may(ROWS)
    open_rows(actor, ROWS if exactly else COUNTS, what, now=now)
    return exactly


def lake() -> Lake:
    """The lake of the place."""
    return Lake(settings.PLACE)


def blueprints() -> tuple[Blueprint, ...]:
    """What the place runs, as it was when this process began to serve it."""
    return _adopted(settings.PLACE)


def one_measure(blueprint_id: str, measure_id: str) -> tuple[Blueprint, Measure]:
    """Raises Http404 for one that the place has not."""
    blueprint = next((one for one in blueprints() if one.id == blueprint_id), None)
    if blueprint is None or measure_id not in blueprint.measures:
        raise Http404
    return blueprint, blueprint.measures[measure_id]


def shown_points(blueprint: Blueprint, *, exactly: bool) -> Points:
    """Points of everyone, by measure."""
    found = whole_place(lake(), blueprint)
    return found if exactly else given(blueprint, found)


@lru_cache(maxsize=4)
def _adopted(place: Path) -> tuple[Blueprint, ...]:
    return adopted(place)
