"""The blueprints of the place that can be simulated, and who may look ahead."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from vanguard.access import actor_of
from vanguard.blueprint import Blueprint, adopted
from vanguard.lake import Lake

# Whoever plans: by counts, by rows without names, or who is at work. Nothing here is about a person.
RIGHTS = ("counts", "pseudonymised_rows", "rota")


def need_planner(request: HttpRequest) -> None:
    """Raises PermissionDenied for a role that plans nothing."""
    actor = actor_of(request)
    if not any(actor.may(right) for right in RIGHTS):
        raise PermissionDenied


def simulated_blueprints() -> tuple[Blueprint, ...]:
    """Those that the place runs and whose simulate.yaml says how many come."""
    return tuple(one for one in _adopted(settings.PLACE) if one.simulate.arrivals)


def one_blueprint(id: str) -> Blueprint:
    """Raises Http404 for one that the place has not, or that cannot be simulated."""
    found = next((one for one in simulated_blueprints() if one.id == id), None)
    if found is None:
        raise Http404
    return found


def last_month_known() -> str:
    """The last month end of which the lake knows everybody's features; empty where it knows none."""
    lake = Lake(settings.PLACE)
    return _last_month(settings.PLACE, lake.manifest().generation)


@lru_cache(maxsize=4)
def _last_month(place: Path, _generation: int) -> str:
    with Lake(place).connect(only=["person_feature"]) as con:
        row = con.execute("SELECT max(month_end) FROM person_feature").fetchone()
    return str(row[0]) if row and row[0] else ""


@lru_cache(maxsize=4)
def _adopted(place: Path) -> tuple[Blueprint, ...]:
    return adopted(place)
