"""Boards: the programme at a glance, the sites by what they publish, one site, one of its measures, one over all."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.clock import local_date
from vanguard.learn.board import (
    BEYOND,
    LEAST_SITES,
    ORDER,
    Card,
    PublishedMeasure,
    drawn,
    inert,
    latest,
    limits,
    period,
)
from vanguard.learn.measure.spc import MEANINGS, SHAPES, UNUSUAL, chart, figure
from vanguard.programme.blueprints.models import Adoption
from vanguard.programme.boards.reading import (
    BY_COLOUR,
    LIGHTS,
    SILENT,
    MeasureLine,
    Together,
    elsewhere,
    measure_lines,
    silent_since,
    sites_of,
    standing,
    together,
    verdict_counts,
)
from vanguard.programme.published.models import Received, RunBlueprint, SiteMeasure, SiteVerdict
from vanguard.programme.published.receiving import IN_FORCE, card_of
from vanguard.programme.sheet import Shown
from vanguard.programme.sites.models import Site
from vanguard.programme.sites.tables import SITES
from vanguard.programme.tables.listing import asked, choices, rows_asked
from vanguard.programme.tables.views import SEEING, today_of
from vanguard.web.page import render
from vanguard.web.presenters import day, things

PAGE = 50
MOST_IN_FUNNEL = 300
OFFERED = ("type", "region")


def inside(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not see what is not public."""
    if not actor_of(request).may(SEEING):
        raise PermissionDenied


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """The programme at a glance. `?all=1` has every measure, and not the core ones alone."""
    inside(request)
    today = today_of(request)
    core = request.GET.get("all") != "1"
    context = {
        "title": "The programme at a glance",
        "standing": standing(today),
        "silent_days": SILENT.days,
        "elsewhere": elsewhere(today),
        "lines": [_line(one) for one in measure_lines(core=core)],
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
    today = today_of(request)
    what = asked(SITES, request.GET, today)
    rows: Any = rows_asked(what)
    which = request.GET.get("published", "")
    files = Received.objects.filter(state=IN_FORCE)
    if which == "no":
        rows = rows.exclude(pk__in=files.values("site"))
    elif which == "silent":
        rows = rows.filter(pk__in=files.filter(made__lt=silent_since(today)).values("site"))
    total = rows.count()
    some = list(rows[(what.page - 1) * PAGE : what.page * PAGE])
    made = dict(files.filter(site__in=some).values_list("site", "made"))
    lights: dict[int, list[str]] = {}
    for site, light in SiteMeasure.objects.filter(site__in=some, core=True).values_list("site", "light"):
        lights.setdefault(site, []).append(light)
    context = {
        "title": "Sites by what they publish",
        "choices": [one for one in choices(what) if one.filter.name in OFFERED],
        "which": which,
        "lines": [_site_line(one, made.get(one.pk), lights.get(one.pk, []), today) for one in some],
        "heads": ("Site", "Last published", *(one.says for one in LIGHTS)),
        "total": total,
        "page": what.page,
        "pages": -(-total // PAGE),
        "page_link": lambda number: f"?{_with(request, page=number)}",
    }
    return render(request, "programme/board_sites.html", context)


@require_safe
def board_site(request: HttpRequest, short: str) -> HttpResponse:
    """One site against all that count the same: its core measures, or all with `?all=1`, what it runs, its verdicts."""
    inside(request)
    today = today_of(request)
    site = get_object_or_404(Site.objects.select_related("type"), key=short)
    received = Received.objects.filter(site=site, state=IN_FORCE).first()
    context: dict[str, Any] = {"title": site.name, "site": site, "received": received}
    if received is None:
        return render(request, "programme/board_site.html", context)
    core = request.GET.get("all") != "1"
    rows = SiteMeasure.objects.filter(site=site, **({"core": True} if core else {}))
    measures = list(rows.order_by("blueprint", "label"))
    peers = together(measures)
    told = [(one, _measure_of(one)) for one in measures]
    shown = [_compared(one, measure, card_of(measure), peers) for one, measure in told]
    context |= {
        "old": (today - local_date(received.made)).days if received.made else 0,
        "silent_days": SILENT.days,
        "core": core,
        "measures": sorted(shown, key=lambda one: (ORDER[one["card"].variation], one["row"].label)),
        "runs": _runs(site),
        "verdicts": [_verdict(one) for one in SiteVerdict.objects.filter(site=site).order_by("blueprint", "pk")],
        "meanings": MEANINGS,
        "shapes": SHAPES,
        "figure": figure,
    }
    return render(request, "programme/board_site.html", context)


@require_safe
def board_measure(request: HttpRequest, blueprint: str, measure: str) -> HttpResponse:
    """One measure over the sites that published it: a funnel of those that count the same, and a table of all."""
    inside(request)
    what = asked(SITES, request.GET, today_of(request))
    narrowed = {name: what.filters.get(name, "") for name in OFFERED}
    rows: Any = sites_of(blueprint, measure, **narrowed)
    total = rows.count()
    first = SiteMeasure.objects.filter(blueprint=blueprint, measure=measure).order_by("pk").first()
    if first is None:
        raise Http404
    told = _measure_of(first)
    # What was published of each, with all its points, is not needed for the funnel.
    alike = rows.filter(counts=_most(rows), denominator__gt=0).defer("told")
    compared = list(alike.order_by(F("denominator").desc(), "pk")[: MOST_IN_FUNNEL + 1])
    page = what.page
    context: dict[str, Any] = {
        "title": told.label,
        "measure": told,
        "blueprint": blueprint,
        "choices": [one for one in choices(what) if one.filter.name in OFFERED],
        "total": total,
        "more": len(compared) > MOST_IN_FUNNEL,
        "most": MOST_IN_FUNNEL,
        "page": page,
        "pages": -(-total // PAGE),
        "page_link": lambda number: f"?{_with(request, page=number)}",
        "beyond": {},
        "spec": "",
        "figure": figure,
        "counts": compared[0].counts if compared else first.counts,
    }
    if len(compared) >= LEAST_SITES:
        some = compared[:MOST_IN_FUNNEL]
        sizes = [one.denominator or 0.0 for one in some]
        counted = [_within(one.numerator or 0.0, size, told) for one, size in zip(some, sizes, strict=True)]
        found = limits(counted, sizes, share=told.share, summed=told.summed)
        names = [one.site.name for one in some]
        context |= {
            "centre": found.centre * (told.per or 1),
            "spec": inert(drawn(found, told.label, told.per or 1, names, sizes)),
            "beyond": {one.pk: int(beyond) for one, beyond in zip(some, found.beyond, strict=True)},
        }
    listed = list(rows[(page - 1) * PAGE : page * PAGE])
    context["lines"] = [_at_site(one, context) for one in listed]
    context["heads"] = ("Site", "Light", "Latest", "About the last year", "Against the others")
    return render(request, "programme/board_measure.html", context)


@require_safe
def board_chart(request: HttpRequest, short: str, blueprint: str, measure: str) -> HttpResponse:
    """One measure of one site: its control chart with the table, as the site's own page has it."""
    inside(request)
    row = get_object_or_404(
        SiteMeasure.objects.select_related("site", "received"), site__key=short, blueprint=blueprint, measure=measure
    )
    told = _measure_of(row)
    shown = card_of(told)
    verdicts = SiteVerdict.objects.filter(site=row.site, blueprint=blueprint, outcome=measure)
    context = {
        "title": f"{told.label}: {row.site.name}",
        "row": row,
        "measure": told,
        "card": shown,
        "differs": told.state.light != shown.light.colour or told.state.variation != shown.variation,
        "spec": inert(chart(shown.spec_rows, title=told.label)) if shown.small else "",
        "verdicts": [_verdict(one) for one in verdicts.order_by("pk")],
        "figure": figure,
        "unusual": UNUSUAL,
    }
    return render(request, "programme/board_chart.html", context)


def _most(rows: Any) -> str:
    """What most of the sites count, as its hash."""
    found = rows.order_by().values_list("counts").annotate(Count("pk")).order_by("-pk__count", "counts").first()
    return found[0] if found else ""


def _within(numerator: float, denominator: float, told: PublishedMeasure) -> float:
    """Of a share, at most all: both were rounded."""
    return min(numerator, denominator) if told.share else numerator


def _measure_of(row: SiteMeasure) -> PublishedMeasure:
    return PublishedMeasure.model_validate(row.told)


def _with(request: HttpRequest, **other: object) -> str:
    given = request.GET.copy()
    for name, value in other.items():
        given[name] = str(value)
    return given.urlencode()


def _line(one: MeasureLine) -> list[Shown]:
    said = "; ".join(f"{verdict}: {number:,}" for verdict, number in sorted(one.verdicts.items()))
    return [
        Shown(one.label, reverse("board-measure", args=[one.blueprint, one.measure]), note=one.blueprint),
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
    known = dict(Adoption.objects.filter(site=site).values_list("blueprint", "version"))
    found = [
        {"run": one, "adopted": known.pop(one.blueprint, "")}
        for one in RunBlueprint.objects.filter(site=site).order_by("blueprint")
    ]
    return [*found, *({"run": None, "blueprint": id, "adopted": version} for id, version in sorted(known.items()))]


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
    counted = [_within(row.numerator or 0, row.denominator, measure), _within(*rest, measure)]
    found["others"] = (
        f"About the last year: {figure(measure.per * counted[0] / row.denominator)} here, "
        f"{figure(measure.per * counted[1] / rest[1])} in {things(others, 'other site')} together."
    )
    if not measure.summed:
        beyond = int(limits(counted, [row.denominator, rest[1]], share=measure.share, summed=False).beyond[0])
        found["against"] = f"{BEYOND[beyond]}."
    return found


def _at_site(row: SiteMeasure, context: dict[str, Any]) -> list[Shown]:
    light = BY_COLOUR[row.light]
    per = row.told["per"]
    year = figure(per * (row.numerator or 0) / row.denominator) if per and row.denominator else ""
    against = BEYOND.get(context["beyond"].get(row.pk), "")
    if row.counts != context["counts"]:
        against = "It counts something else under this name, so it is not compared."
    return [
        Shown(row.site.name, reverse("board-chart", args=[row.site.key, row.blueprint, row.measure])),
        Shown("", tag=light.says, colour=COLOURS[row.light]),
        Shown(
            "" if row.latest is None else figure(row.latest),
            note=period(row.told["interval"], row.latest_on) if row.latest_on else "",
        ),
        Shown(year),
        Shown(against),
    ]


COLOURS = {"red": "red", "amber": "yellow", "green": "green", "steady": "white", "grey": "grey"}
"""The colours of the design system's tags."""


def _verdict(row: SiteVerdict) -> list[Shown]:
    told = row.told
    found = f"{told['share']} of what was expected, 95% interval {told['interval']}" if told["share"] else ""
    warnings = " ".join(told["warnings"])
    return [
        Shown(told["label"], note=told["question"]),
        Shown(told["verdict"].capitalize() or told["standing"], note="So far." if told["early"] else ""),
        Shown(found, note=warnings),
        Shown(told["design"], note=_written(told)),
    ]


def _written(told: dict[str, Any]) -> str:
    if not told["written"]:
        return "The plan is not written down yet."
    since = ", and changed since" if told["changed"] else ""
    return f"The plan was written down on {day(date.fromisoformat(told['written']))}{since}."
