"""Boards: the programme at a glance, the sites by what they publish, one site."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.clock import local_date
from vanguard.learn.board import (
    BEYOND,
    LEAST_SITES,
    ORDER,
    Card,
    PublishedMeasure,
    latest,
    limits,
    period,
)
from vanguard.learn.measure.spc import MEANINGS, SHAPES, figure
from vanguard.programme.blueprints.kept import called, names
from vanguard.programme.blueprints.models import Adoption
from vanguard.programme.boards.common import PAGE, inside, measure_of, offered, paged, verdict_line, within
from vanguard.programme.boards.reading import (
    LIGHTS,
    SILENT,
    MeasureLine,
    Together,
    elsewhere,
    measure_lines,
    silent_since,
    standing,
    together,
    verdict_counts,
)
from vanguard.programme.lists import as_asked, file_links, in_order, sort_links
from vanguard.programme.published.models import Received, RunBlueprint, SiteMeasure, SiteVerdict
from vanguard.programme.published.receiving import IN_FORCE, card_of
from vanguard.programme.sheet import Shown
from vanguard.programme.sites.models import Site
from vanguard.programme.sites.tables import SITES
from vanguard.programme.tables.listing import Asked, asked, rows_asked
from vanguard.programme.tables.views import today_of
from vanguard.web.limits import only_read
from vanguard.web.page import render
from vanguard.web.presenters import day, things

PUBLISHED = "Last published"
OF_LIGHT = {one.says: one.colour for one in LIGHTS}
HEADS = ("Site", PUBLISHED, *OF_LIGHT)
SORTS = {"Site": "name", PUBLISHED: "published", **dict.fromkeys(OF_LIGHT, "seen")}


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """The programme at a glance. `?all=1` has every measure, and not the core ones alone."""
    inside(request)
    today = today_of(request)
    core, known = request.GET.get("all") != "1", names()
    context = {
        "title": "The programme at a glance",
        "standing": standing(today),
        "silent_days": SILENT.days,
        "elsewhere": elsewhere(today),
        "lines": [_line(one, known) for one in measure_lines(core=core)],
        "heads": ("Measure", *(one.says for one in LIGHTS), "Verdicts"),
        "core": core,
        "lights": LIGHTS,
        "verdicts": sorted(verdict_counts().items()),
    }
    return render(request, "programme/boards.html", context)


@require_safe
def board_sites(request: HttpRequest) -> HttpResponse:
    """Every site: when it last published, and its lights. `?published=no` has those that never did."""
    inside(request)
    what = asked(SITES, request.GET, today_of(request))
    rows = _published_by(request, what)
    context = {
        "title": "Sites by what they publish",
        "choices": offered(what),
        "which": request.GET.get("published", ""),
        "lines": _site_lines(rows[(what.page - 1) * PAGE : what.page * PAGE], what.today),
        "heads": HEADS,
        "sorts": sort_links(request, SORTS),
        "files": file_links(request, reverse("board-sites")),
        **paged(request, rows.count(), what.page),
    }
    return render(request, "programme/board_sites.html", context)


@only_read
@require_safe
def board_sites_file(request: HttpRequest, how: str) -> HttpResponse:
    """Every site that the board of sites would show, as a file."""
    what = asked(SITES, request.GET, today_of(request))
    return as_asked(request, "board_sites", how, HEADS, lambda: _site_lines(_published_by(request, what), what.today))


def _published_by(request: HttpRequest, what: Asked) -> Any:
    """The sites that are asked for, in the order that is asked for."""
    rows: Any = rows_asked(what)
    which = request.GET.get("published", "")
    files = Received.objects.filter(state=IN_FORCE)
    if which == "no":
        rows = rows.exclude(pk__in=files.values("site"))
    elif which == "silent":
        rows = rows.filter(pk__in=files.filter(made__lt=silent_since(what.today)).values("site"))
    sort = request.GET.get("sort", "").removeprefix("-")
    if sort == PUBLISHED:
        rows = rows.annotate(published=Subquery(files.filter(site=OuterRef("pk")).values("made")[:1]))
    elif sort in OF_LIGHT:
        seen = SiteMeasure.objects.filter(site=OuterRef("pk"), core=True, light=OF_LIGHT[sort]).order_by()
        rows = rows.annotate(seen=Subquery(seen.values("site").annotate(number=Count("pk")).values("number")))
    return in_order(request, rows, SORTS)


def _site_lines(rows: Any, today: date) -> list[list[Shown]]:
    some = list(rows)
    numbers = [one.pk for one in some]
    files = Received.objects.filter(state=IN_FORCE, site__in=numbers)
    made = dict(files.values_list("site", "made"))
    lights: dict[int, list[str]] = {}
    for site, light in SiteMeasure.objects.filter(site__in=numbers, core=True).values_list("site", "light"):
        lights.setdefault(site, []).append(light)
    return [_site_line(one, made.get(one.pk), lights.get(one.pk, []), today) for one in some]


@require_safe
def board_site(request: HttpRequest, short: str) -> HttpResponse:
    """One site against all that count the same: its core measures, or all with `?all=1`, what it runs, its verdicts."""
    inside(request)
    today = today_of(request)
    site = get_object_or_404(Site.objects.select_related("type"), key=short)
    received = Received.objects.filter(site=site, state=IN_FORCE).defer("body").first()
    context: dict[str, Any] = {"title": site.name, "site": site, "received": received}
    if received is None:
        return render(request, "programme/board_site.html", context)
    core = request.GET.get("all") != "1"
    rows = SiteMeasure.objects.filter(site=site, **({"core": True} if core else {}))
    measures = list(rows.order_by("blueprint", "label"))
    peers = together(measures)
    told = [(one, measure_of(one)) for one in measures]
    shown = [_compared(one, measure, card_of(measure), peers) for one, measure in told]
    context |= {
        "old": (today - local_date(received.made)).days if received.made else 0,
        "silent_days": SILENT.days,
        "core": core,
        "measures": sorted(shown, key=lambda one: (ORDER[one["card"].variation], one["row"].label)),
        "runs": _runs(site),
        "verdicts": [verdict_line(one) for one in SiteVerdict.objects.filter(site=site).order_by("blueprint", "pk")],
        "meanings": MEANINGS,
        "shapes": SHAPES,
        "figure": figure,
    }
    return render(request, "programme/board_site.html", context)


def _line(one: MeasureLine, known: Mapping[str, str]) -> list[Shown]:
    said = "; ".join(f"{verdict}: {number:,}" for verdict, number in sorted(one.verdicts.items()))
    address = reverse("board-measure", args=[one.blueprint, one.measure])
    return [
        Shown(one.label, address, note=known.get(one.blueprint, one.blueprint)),
        *(Shown(f"{one.lights[light.colour]:,}" if one.lights[light.colour] else "") for light in LIGHTS),
        Shown(said),
    ]


def _site_line(site: Any, made: Any, lights: list[str], today: date) -> list[Shown]:
    name = Shown(site.name, reverse("board-site", args=[site.key]), note=site.region)
    if made is None:
        return [name, Shown("", tag="Nothing published", colour="grey"), *(Shown("") for _ in LIGHTS)]
    silent = today - local_date(made) > SILENT
    return [
        name,
        Shown(day(local_date(made)), tag="Silent" if silent else "", colour="yellow"),
        *(Shown(str(lights.count(one.colour)) if one.colour in lights else "") for one in LIGHTS),
    ]


def _runs(site: Site) -> list[dict[str, Any]]:
    """The blueprints that the site says it runs, beside what it adopted as far as the programme knows."""
    here = called()
    known = dict(Adoption.objects.filter(site=site).values_list("blueprint", "version"))
    found = [
        {"run": one, "called": here.get(one.blueprint, Shown(one.blueprint)), "adopted": known.pop(one.blueprint, "")}
        for one in RunBlueprint.objects.filter(site=site).order_by("blueprint")
    ]
    silent = [
        {"run": None, "called": here.get(id, Shown(id)), "adopted": version} for id, version in sorted(known.items())
    ]
    return [*found, *silent]


def _compared(
    row: SiteMeasure, measure: PublishedMeasure, card: Card, peers: dict[tuple[str, str], Together]
) -> dict[str, Any]:
    """A measure of a site and where it stands among those that count the same; a sentence where nothing compares."""
    points = measure.series()
    last = latest(points)
    all_sites = peers.get((row.blueprint, row.measure))
    found: dict[str, Any] = {
        "row": row,
        "card": card,
        "latest": last,
        "period": period(measure.interval, last.start) if last else "",
        "against": "",
        "others": "",
    }
    others = (all_sites.sites if all_sites else 1) - (1 if row.denominator else 0)
    if not row.denominator or measure.per is None or all_sites is None:
        return found | {"against": "It has no denominator, so sites cannot be compared." if not measure.per else ""}
    if others < LEAST_SITES - 1:
        few = f"Only {things(others, 'other site')} so far counts" if others else "No other site counts"
        return found | {"against": f"{few} the same: too few to compare."}
    rest = (all_sites.numerator - (row.numerator or 0), all_sites.denominator - row.denominator)
    counted = [within(row.numerator or 0, row.denominator, measure), within(*rest, measure)]
    found["others"] = (
        f"About the last year: {figure(measure.per * counted[0] / row.denominator)} here, "
        f"{figure(measure.per * counted[1] / rest[1])} in {things(others, 'other site')} together."
    )
    if not measure.summed:
        beyond = int(limits(counted, [row.denominator, rest[1]], share=measure.share, summed=False).beyond[0])
        found["against"] = f"{BEYOND[beyond]}."
    return found
