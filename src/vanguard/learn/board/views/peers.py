"""Practices, or localities, side by side on a funnel: who differs by more than chance, and no league table."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, open_rows
from vanguard.blueprint import Blueprint, Measure
from vanguard.lake import LEAST_PEOPLE
from vanguard.learn.board.in_words import BY, OUT_OF, unit_words
from vanguard.learn.board.peering import BEYOND, LEAST_SITES, TOGETHER, drawn, limits
from vanguard.learn.board.place import ROWS, lake, one_measure
from vanguard.learn.board.points import Point, names, parts, period
from vanguard.learn.board.views.measure import part_link
from vanguard.learn.by_chance import stands_out
from vanguard.learn.measure.spc import Funnel, figure
from vanguard.web.drawing import inert
from vanguard.web.page import render

SIDES = ("practice", "locality")


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
        "least": LEAST_PEOPLE,
    }
    if len(sites) >= LEAST_SITES:
        found = funnel_of(one, sites)
        per = one.per.number if one.per else 1
        context |= {
            "centre": found.centre * per,
            "unit": unit_words(one),
            "size": OUT_OF[one.per.of] if one.per else "",
            "by_chance": stands_out(len(sites)),
            "spec": inert(
                drawn(found, one.label, per, [site.name for site in sites], [site.denominator for site in sites])
            ),
            "sites": [
                {"site": site, "value": value * per, "beyond": int(beyond), "words": BEYOND[int(beyond)]}
                for site, value, beyond in zip(sites, found.value, found.beyond, strict=True)
            ],
        }
    return render(request, "measures/peers.html", context)


def funnel_of(measure: Measure, sites: list[Site]) -> Funnel:
    """The limits within which chance alone would have each site."""
    share = measure.per is not None and measure.per.of == "all_counted"
    counted, of = [site.numerator for site in sites], [site.denominator for site in sites]
    return limits(counted, of, share=share, summed=measure.sum is not None)


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
