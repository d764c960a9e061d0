"""The page of support: each area with what it gave, what stands open, and whether sites say that it helped."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.programme.days import last_day
from vanguard.programme.sheet import Shown
from vanguard.programme.support.models import Blocker, Help, SupportArea, SupportPackage, SupportRequest
from vanguard.programme.support.tables import AGREED, AREAS, BLOCKERS, NOTHING, OPEN, PACKAGES, REQUESTS, WHAT_HELPED
from vanguard.programme.tables.listing import page_address
from vanguard.programme.tables.views import may_see, today_of
from vanguard.web.page import render
from vanguard.web.presenters import part_day, things

MOST = 50


@dataclass(frozen=True)
class Area:
    """An area of support, by numbers."""

    area: SupportArea
    agreed: int
    requests: int
    blockers: int
    helped: int
    asked: int


@login_not_required
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Public; what sites asked and what stands in their way only for those who may see that."""
    inside = may_see(request, BLOCKERS)
    today = today_of(request)
    blockers = list(_open_blockers()[: MOST + 1]) if inside else []
    heads = ("Area", "What for", "Number", "Number at first", "Packages agreed")
    context = {
        "title": "Support for the sites",
        "heads": (*heads, "Open requests", "Open blockers", "It helped") if inside else heads,
        "areas": [_line(one)[: 8 if inside else 5] for one in areas()],
        "inside": inside,
        "blockers": [_blocker(one, today) for one in blockers[:MOST]],
        "more": len(blockers) > MOST,
    }
    return render(request, "programme/support.html", context)


def areas() -> list[Area]:
    """Every area, in order; a fixed number of queries."""
    agreed = _by_area(SupportPackage.objects.filter(state=AGREED))
    requests = _by_area(SupportRequest.objects.filter(state=OPEN))
    blockers = _by_area(Blocker.objects.filter(resolved=""))
    asked = _by_area(Help.objects.all())
    helped = _by_area(Help.objects.exclude(answer=NOTHING))
    return [
        Area(one, *(found[one.pk] for found in (agreed, requests, blockers, helped, asked)))
        for one in SupportArea.objects.order_by("number", "pk")
    ]


def _by_area(rows: Any) -> Counter[int]:
    return Counter(dict(rows.exclude(area=None).order_by().values_list("area").annotate(Count("pk"))))


def _line(one: Area) -> list[Shown]:
    def listed(table: str, **filters: str) -> str:
        return f"{reverse('table', args=[table])}?{urlencode({'area': one.area.key, **filters})}"

    helped = Shown(f"{one.helped:,} of {things(one.asked, 'answer')}", listed(WHAT_HELPED.id))
    return [
        Shown(one.area.name, page_address(AREAS, one.area)),
        Shown(one.area.purpose),
        Shown(str(one.area.number)),
        Shown(str(one.area.first_number or "Not in the first package")),
        Shown(_many(one.agreed, "package"), listed(PACKAGES.id, state=AGREED)),
        Shown(_many(one.requests, "request"), listed(REQUESTS.id, state=OPEN)),
        Shown(_many(one.blockers, "blocker"), listed(BLOCKERS.id)),
        helped if one.asked else Shown("Nobody was asked"),
    ]


def _many(number: int, what: str) -> str:
    return things(number, what) if number else f"No {what}s"


def _open_blockers() -> Any:
    return Blocker.objects.filter(resolved="").order_by("act_by", "pk").select_related("site", "escalated_to")


def _blocker(one: Blocker, today: date) -> list[Shown]:
    late = last_day(one.act_by) < today
    return [
        Shown(one.site.name, reverse("row", args=["sites", one.site.key])),
        Shown(one.what, page_address(BLOCKERS, one)),
        Shown(one.who_acts),
        Shown(part_day(one.act_by), tag="Overdue" if late else "", colour="red"),
        Shown(f"{one.escalated_to.name}, {part_day(one.escalated)}" if one.escalated_to else ""),
    ]
