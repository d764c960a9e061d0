"""What several pages of boards need."""

from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from vanguard.access import actor_of
from vanguard.learn.board import PublishedMeasure
from vanguard.programme.lists import page_link
from vanguard.programme.published.models import SiteMeasure, SiteVerdict
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.listing import Asked, Choice, choices
from vanguard.programme.tables.views import SEEING
from vanguard.web.presenters import day

PAGE = 50
OFFERED = ("type", "region")


def inside(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not see what is not public."""
    if not actor_of(request).may(SEEING):
        raise PermissionDenied


def offered(what: Asked) -> list[Choice]:
    """By what boards narrow the sites."""
    return [one for one in choices(what) if one.filter.name in OFFERED]


def paged(request: HttpRequest, total: int, page: int) -> dict[str, Any]:
    """Which page of how many, and the address of each with all else that was asked."""
    return {"total": total, "page": page, "pages": -(-total // PAGE), "page_link": partial(page_link, request)}


def measure_of(row: SiteMeasure) -> PublishedMeasure:
    """The measure as it was published."""
    return PublishedMeasure.model_validate(row.told)


def within(numerator: float, denominator: float, told: PublishedMeasure) -> float:
    """Of a share, at most all: both were rounded."""
    return min(numerator, denominator) if told.share else numerator


def verdict_line(row: SiteVerdict) -> list[Shown]:
    """An evaluation as a table shows it."""
    told = row.told
    found = f"{told['share']} of what was expected, 95% interval {told['interval']}" if told["share"] else ""
    return [
        Shown(told["label"], note=told["question"]),
        Shown(told["verdict"].capitalize() or told["standing"], note="So far." if told["early"] else ""),
        Shown(found, note=" ".join(told["warnings"])),
        Shown(told["design"], note=_written(told)),
    ]


def _written(told: dict[str, Any]) -> str:
    if not told["written"]:
        return "The plan is not written down yet."
    since = ", and changed since" if told["changed"] else ""
    return f"The plan was written down on {day(date.fromisoformat(told['written']))}{since}."
