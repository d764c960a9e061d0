"""The map of sites: drawn for the eye, with the same links in a table beside it."""

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
OFFERED = ("type", "region", "capability")


@login_not_required
@require_safe
def the_map(request: HttpRequest) -> HttpResponse:
    """The sites of a list, narrowed as it is. Public."""
    what, england = asked(SITES, request.GET, today_of(request)), outline()
    types = {one.pk: (number % COLOURS + 1, one.name) for number, one in enumerate(_types())}
    rows = list(
        rows_asked(what).values_list("key", "number", "name", "type", "town", "area", "latitude", "longitude")[
            : MOST + 1
        ]
    )
    sites, elsewhere = [], []
    for key, number, name, type_, town, area, latitude, longitude in rows[:MOST]:
        colour, type_name = types.get(type_, (COLOURS, ""))
        site = {
            "href": reverse("row", args=[SITES.id, key]),
            "number": number,
            "name": name,
            "type": type_name,
            "town": town,
            "area": area,
            "colour": colour,
            "at": england.point(latitude, longitude) if latitude is not None else None,
        }
        (sites if site["at"] and england.holds(site["at"]) else elsewhere).append(site)
    context = {
        "title": "Map of the sites",
        "england": england,
        "sites": sites,
        "elsewhere": elsewhere,
        "legend": [one for one in types.values() if any(site["type"] == one[1] for site in sites)],
        "choices": [one for one in choices(what) if one.filter.name in OFFERED],
        "more": len(rows) > MOST,
    }
    return render(request, "programme/map.html", context)


def _types() -> list[SiteType]:
    return list(SiteType.objects.filter(part_of=None).order_by("pk"))
