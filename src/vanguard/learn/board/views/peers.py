"""Practices, or localities, side by side on a funnel: who differs by more than chance, and no league table."""

from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, open_rows
from vanguard.blueprint import Blueprint, Measure
from vanguard.learn.board.in_words import BY
from vanguard.learn.board.place import ROWS, lake, one_measure
from vanguard.learn.board.points import Point, names, parts, period
from vanguard.learn.board.views.measure import part_link
from vanguard.learn.measure.spc import Funnel, figure, funnel, funnel_chart
from vanguard.web.drawing import inert
from vanguard.web.page import render

SIDES = ("practice", "locality")
TOGETHER = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Intervals that are taken together: about a year, so that small sites have something to show."""
LEAST_SITES = 3
BEYOND = {
    -2: "Lower than chance explains",
    -1: "Low, as one site in twenty is by chance",
    0: "As chance alone would have it",
    1: "High, as one site in twenty is by chance",
    2: "Higher than chance explains",
}


@dataclass(frozen=True)
class Site:
    """One site over the intervals taken together: the sums of its points."""

    part: str
    name: str
    numerator: float
    denominator: float
    events: int
    link: str


@require_safe
def peers(request: HttpRequest, blueprint_id: str, measure_id: str) -> HttpResponse:
    """`?by=` practice or locality. For those alone who see rows without names."""
    open_rows(actor_of(request), ROWS, f"sites of measure {measure_id[:80]}", now=request.now)  # type: ignore[attr-defined]
    blueprint, one = one_measure(blueprint_id, measure_id)
    sides = [name for name in SIDES if name in one.by and one.per is not None]
    asked = request.GET.get("by", "")
    by = asked if asked in sides else next(iter(sides), "")
    points = parts(lake(), blueprint, measure_id, by) if by else {}
    sites, time = year_of(blueprint, one, measure_id, by, points)
    sites = sorted(sites, key=lambda site: site.name)
    context = {
        "title": f"{one.label}: side by side",
        "blueprint": blueprint,
        "measure": one,
        "measure_id": measure_id,
        "by": by,
        "sides": sides,
        "words": BY,
        "time": time,
        "figure": figure,
        "sites": [],
        "spec": "",
        "few": len(sites) < LEAST_SITES,
    }
    if len(sites) >= LEAST_SITES:
        found = limits(one, sites)
        per = one.per.number if one.per else 1
        context |= {
            "centre": found.centre * per,
            "spec": inert(_drawn(found, one, sites)),
            "sites": [
                {"site": site, "value": value * per, "beyond": int(beyond), "words": BEYOND[int(beyond)]}
                for site, value, beyond in zip(sites, found.value, found.beyond, strict=True)
            ],
        }
    return render(request, "measures/peers.html", context)


def limits(measure: Measure, sites: list[Site]) -> Funnel:
    """Shares have binomial limits, rates Poisson ones; sums, whose parts are not alike, the spread between sites."""
    shares = measure.per is not None and measure.per.of == "all_counted"
    numerator = np.array([site.numerator for site in sites])
    denominator = np.array([site.denominator for site in sites])
    return funnel(numerator, denominator, rates=not shares, overdispersed=measure.sum is not None)


def _sites(
    blueprint: Blueprint, measure: Measure, measure_id: str, by: str, points: dict[str, tuple[Point, ...]]
) -> tuple[list[Site], Point | None, Point | None]:
    """Each site's sums over the last intervals, and the first and last of these."""
    called = names(lake(), by) if by else {}
    told = sorted({p.start: p for some in points.values() for p in some if p.value is not None}.items())
    chosen = [point for _, point in told[-TOGETHER[measure.interval] :]]
    if not chosen:
        return [], None, None
    sites = []
    for part, some in points.items():
        within = [p for p in some if chosen[0].start <= p.start <= chosen[-1].start and p.value is not None]
        counted, of = (sum(getattr(p, name) or 0 for p in within) for name in ("numerator", "denominator"))
        if of > 0:
            link = part_link("measure", blueprint, measure_id, by, part)
            events = sum(p.events or 0 for p in within)
            sites.append(Site(part, called.get(part, part), counted, of, events, link))
    return sites, chosen[0], chosen[-1]


def year_of(
    blueprint: Blueprint, measure: Measure, measure_id: str, by: str, points: dict[str, tuple[Point, ...]]
) -> tuple[list[Site], str]:
    """Each site's sums over about a year, and which year in words."""
    sites, first, last = _sites(blueprint, measure, measure_id, by, points)
    if first is None or last is None:
        return [], ""
    return sites, f"{period(measure.interval, first.start)} to {period(measure.interval, last.start)}"


def _drawn(found: Funnel, measure: Measure, sites: list[Site]) -> dict[str, object]:
    spec = funnel_chart(found, [site.name for site in sites], [site.denominator for site in sites], title=measure.label)
    per = measure.per.number if measure.per else 1
    figures = ("value", "centre", "lower", "upper", "outer_lower", "outer_upper")
    spec["data"]["values"] = [{**row, **{name: row[name] * per for name in figures}} for row in spec["data"]["values"]]
    return spec
