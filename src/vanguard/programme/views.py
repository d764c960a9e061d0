"""The programme's front page, and the guide to print."""

from collections import Counter
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.programme.sites.aims import INITIATIVES, TARGETS
from vanguard.programme.sites.models import Site, SiteType
from vanguard.programme.sites.tables import PARTNERS, SITES
from vanguard.programme.sites.views import placed
from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.listing import (
    Line,
    asked,
    cell,
    choices,
    headings,
    lines,
    rows_asked,
    rows_between,
    with_named,
    without_empty,
)
from vanguard.programme.tables.views import may_keep, today_of
from vanguard.web.page import render

MOST_IN_A_GUIDE = 100


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, by numbers, and the ways in. Public."""
    types = {one.pk: one for one in SiteType.objects.filter(part_of=None).order_by("pk")}
    by_type, regions, areas = _numbers("type", "region", "area")
    total = sum(by_type.values())
    context = {
        "title": "Home",
        "types": [(one, by_type[pk]) for pk, one in types.items()],
        "regions": sorted((region, count) for region, count in regions.items() if region),
        "areas": sorted((area, count) for area, count in areas.items() if area and count > 1),
        "total": total,
        "nowhere": regions[""],
        "keep": may_keep(request),
    }
    return render(request, "programme/home.html", context)


def _numbers(*names: str) -> list[Counter[Any]]:
    """How many sites have each value of some columns, in one query."""
    found: list[Counter[Any]] = [Counter() for _ in names]
    for *values, number in Site.objects.order_by().values_list(*names).annotate(Count("pk")):
        for counts, value in zip(found, values, strict=True):
            counts[value] += number
    return found


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The sites of a list, narrowed as it is, one after another to print. Public."""
    what = asked(SITES, request.GET, today_of(request))
    sites: Any = rows_between(SITES, rows_asked(what), 0, MOST_IN_A_GUIDE + 1)
    parts = {one: _by_site(one, sites[:MOST_IN_A_GUIDE], what.today) for one in (PARTNERS, INITIATIVES, TARGETS)}
    profiles = [
        {
            "site": site,
            "cells": [
                found
                for name in (
                    "type",
                    "group",
                    "announced",
                    "population",
                    "population_note",
                    "region",
                    "website",
                    "sources",
                )
                if (found := cell(SITES, name, site)).value not in (None, "", [])
            ],
            "parts": [
                (one, *without_empty(headings(one, "site"), found[site.pk]))
                for one, found in parts.items()
                if site.pk in found
            ],
        }
        for site in sites[:MOST_IN_A_GUIDE]
    ]
    names = [words for one in choices(what) for value, words in one.options if value == one.asked]
    title = f"Guide to the sites: {', '.join(names)}" if names else "Guide to the sites"
    drawn = placed([{**vars(one), "type": one.type_id} for one in sites[:MOST_IN_A_GUIDE]])
    context = {
        "title": title,
        "profiles": profiles,
        "more": len(sites) > MOST_IN_A_GUIDE,
        "back": what.address(),
        "england": drawn["england"],
        "on_map": drawn["sites"],
        "legend": drawn["legend"],
        "box": drawn["england"].around([one["at"] for one in drawn["sites"]]) if drawn["sites"] else None,
    }
    return render(request, "programme/guide.html", context)


def _by_site(table: Table, sites: list[Site], today: date) -> dict[int, list[Line]]:
    """The rows of a table that name each of the sites, by the site's number."""
    rows = list(with_named(table, table.model._default_manager.filter(site__in=sites)).order_by(*table.order, "pk"))
    found: dict[int, list[Line]] = {}
    for row, line in zip(rows, lines(table, rows, today, leave_out="site"), strict=True):
        found.setdefault(row.site_id, []).append(line)
    return found
