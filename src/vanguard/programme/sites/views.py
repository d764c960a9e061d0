"""The map of sites: drawn for the eye, with the same links in a table beside it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.programme.sites.map import outline
from vanguard.programme.sites.models import SiteType
from vanguard.programme.sites.tables import SITES
from vanguard.programme.tables.listing import asked, choices, rows_asked
from vanguard.programme.tables.views import today_of
from vanguard.web.page import render

MOST = 300
COLOURS = 6
SHOWN = ("key", "number", "name", "type", "town", "area", "latitude", "longitude")
OFFERED = ("type", "region", "capability")


@login_not_required
@require_safe
def the_map(request: HttpRequest) -> HttpResponse:
    """The sites of a list, narrowed as it is. Public."""
    what = asked(SITES, request.GET, today_of(request))
    rows = list(rows_asked(what).values(*SHOWN)[: MOST + 1])
    context = {
        "title": "Map of the sites",
        "choices": [one for one in choices(what) if one.filter.name in OFFERED],
        "more": len(rows) > MOST,
        **placed(rows[:MOST]),
    }
    return render(request, "programme/map.html", context)


def placed(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The outline of England with some sites on it, those without a point there, and what the colours mean."""
    england = outline()
    types = {
        pk: (number % COLOURS + 1, name)
        for number, (pk, name) in enumerate(
            SiteType.objects.filter(part_of=None).order_by("pk").values_list("pk", "name")
        )
    }
    sites, elsewhere = [], []
    for row in rows:
        colour, type_name = types.get(row["type"], (COLOURS, ""))
        at = england.point(row["latitude"], row["longitude"]) if row["latitude"] is not None else None
        site = {
            **{name: row[name] for name in ("number", "name", "town", "area")},
            "href": reverse("row", args=[SITES.id, row["key"]]),
            "type": type_name,
            "colour": colour,
            "at": at,
        }
        (sites if at and england.holds(at) else elsewhere).append(site)
    legend = [one for one in types.values() if any(site["type"] == one[1] for site in sites)]
    return {"england": england, "sites": sites, "elsewhere": elsewhere, "legend": legend}
