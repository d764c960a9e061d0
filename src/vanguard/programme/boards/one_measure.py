"""Boards of one measure: over all sites that published it, and of one site."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F
from django.db.models.fields.json import KT
from django.db.models.functions import NullIf
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.learn.board import BEYOND, LEAST_SITES, drawn, inert, limits, period
from vanguard.learn.measure.spc import UNUSUAL, chart, figure
from vanguard.programme.blueprints.kept import names
from vanguard.programme.boards.common import OFFERED, PAGE, inside, measure_of, offered, paged, verdict_line, within
from vanguard.programme.boards.reading import BY_COLOUR, sites_of, tallied
from vanguard.programme.lists import as_asked, file_links, in_order, sort_links
from vanguard.programme.published.models import SiteMeasure, SiteVerdict
from vanguard.programme.published.receiving import card_of
from vanguard.programme.sheet import Shown
from vanguard.programme.sites.tables import SITES
from vanguard.programme.tables.listing import asked
from vanguard.programme.tables.views import today_of
from vanguard.web.limits import only_read
from vanguard.web.page import render

MOST_IN_FUNNEL = 300
# As the index has them, so that no more of them are read than are drawn.
LARGEST = (F("denominator").desc(), F("numerator").desc(), "-pk")
HEADS = ("Site", "Light", "Latest", "About the last year", "Against the others")
SORTS = {"Site": "site__name", "Light": "light", "Latest": "latest", "About the last year": "year"}
COLOURS = {"red": "red", "amber": "yellow", "green": "green", "steady": "white", "grey": "grey"}
"""The colours of the design system's tags."""


@require_safe
def board_measure(request: HttpRequest, blueprint: str, measure: str) -> HttpResponse:
    """One measure over the sites that published it: a funnel of those that count the same, and a table of all."""
    return _board(request, blueprint, measure, "")


@only_read
@require_safe
def board_measure_file(request: HttpRequest, blueprint: str, measure: str, how: str) -> HttpResponse:
    """The table of all sites, all pages of it, as a file."""
    return _board(request, blueprint, measure, how)


def _board(request: HttpRequest, blueprint: str, measure: str, how: str) -> HttpResponse:
    inside(request)
    what = asked(SITES, request.GET, today_of(request))
    narrowed = {name: what.filters[name] for name in OFFERED if name in what.filters}
    sites: Any = sites_of(blueprint, measure, **narrowed)
    rows = SiteMeasure.objects.filter(blueprint=blueprint, measure=measure)
    published, counts = tallied(blueprint, measure)
    if not published:
        raise Http404
    told = measure_of(rows.filter(counts=counts).order_by(*LARGEST)[0])
    total = published
    if narrowed:
        rows = rows.filter(site__in=sites.order_by())
        total, counts = sites.count(), _most(rows) or counts
    alike = rows.filter(counts=counts, denominator__gt=0).order_by(*LARGEST)
    compared = list(alike.values_list("pk", "site__name", "numerator", "denominator")[: MOST_IN_FUNNEL + 1])
    beyond: Mapping[int, int] = {}
    context: dict[str, Any] = {
        "title": told.label,
        "measure": told,
        "name": names().get(blueprint, blueprint),
        "choices": offered(what),
        "more": len(compared) > MOST_IN_FUNNEL,
        "most": MOST_IN_FUNNEL,
        "spec": "",
        "figure": figure,
        **paged(request, total, what.page),
    }
    if len(compared) >= LEAST_SITES:
        pks, called, numerators, sizes = (list(one) for one in zip(*compared[:MOST_IN_FUNNEL], strict=True))
        counted = [within(number or 0.0, size, told) for number, size in zip(numerators, sizes, strict=True)]
        found = limits(counted, sizes, share=told.share, summed=told.summed)
        beyond = {pk: int(one) for pk, one in zip(pks, found.beyond, strict=True)}
        per = told.per or 1
        context |= {"centre": found.centre * per, "spec": inert(drawn(found, told.label, per, called, sizes))}
    # All that was published of each, with every point, stays where it is.
    listed = rows.defer("told").annotate(per=KT("told__per"), interval=KT("told__interval")).select_related("site")
    listed = listed.annotate(year=F("numerator") / NullIf(F("denominator"), 0.0))
    if how:
        every = in_order(request, listed.order_by("site__name"), SORTS)
        return as_asked(request, "board_measure", how, HEADS, lambda: [_at_site(one, beyond, counts) for one in every])
    start, stop = (what.page - 1) * PAGE, what.page * PAGE
    if request.GET.get("sort", "").removeprefix("-") in SORTS:
        some = list(in_order(request, listed, SORTS)[start:stop])
    else:
        page = {one.pk: number for number, one in enumerate(sites[start:stop])}
        some = sorted(listed.filter(site__in=page), key=lambda one: page[one.site_id])
    context |= {
        "lines": [_at_site(one, beyond, counts) for one in some],
        "heads": HEADS,
        "sorts": sort_links(request, SORTS),
        "files": file_links(request, reverse("board-measure", args=[blueprint, measure])),
    }
    return render(request, "programme/board_measure.html", context)


@require_safe
def board_chart(request: HttpRequest, short: str, blueprint: str, measure: str) -> HttpResponse:
    """One measure of one site: its control chart with the table, as the site's own page has it."""
    inside(request)
    row = get_object_or_404(
        SiteMeasure.objects.select_related("site", "received"), site__key=short, blueprint=blueprint, measure=measure
    )
    told = measure_of(row)
    shown = card_of(told)
    verdicts = SiteVerdict.objects.filter(site=row.site, blueprint=blueprint, outcome=measure)
    context = {
        "title": f"{told.label}: {row.site.name}",
        "row": row,
        "measure": told,
        "card": shown,
        "differs": told.state.light != shown.light.colour or told.state.variation != shown.variation,
        "spec": inert(chart(shown.spec_rows, title=told.label)) if shown.small else "",
        "verdicts": [verdict_line(one) for one in verdicts.order_by("pk")],
        "figure": figure,
        "unusual": UNUSUAL,
    }
    return render(request, "programme/board_chart.html", context)


def _most(rows: Any) -> str:
    """What most of the sites count, as its hash."""
    found = rows.order_by().values_list("counts").annotate(Count("pk")).order_by("-pk__count", "counts").first()
    return found[0] if found else ""


def _at_site(row: Any, beyond: Mapping[int, int], counts: str) -> list[Shown]:
    light = BY_COLOUR[row.light]
    year = figure(float(row.per) * (row.numerator or 0) / row.denominator) if row.per and row.denominator else ""
    against = BEYOND[beyond[row.pk]] if row.pk in beyond else ""
    if row.counts != counts:
        against = "It counts something else under this name, so it is not compared."
    return [
        Shown(row.site.name, reverse("board-chart", args=[row.site.key, row.blueprint, row.measure])),
        Shown("", tag=light.says, colour=COLOURS[row.light]),
        Shown(
            "" if row.latest is None else figure(row.latest),
            note=period(row.interval, row.latest_on) if row.latest_on else "",
        ),
        Shown(year),
        Shown(against),
    ]
