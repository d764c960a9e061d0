"""A practice beside all others together: its own figures of the last year, made from counts that `access` gave."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, disclose, give, open_rows
from vanguard.blueprint import Blueprint, Measure
from vanguard.learn.board.peering import BEYOND, LEAST_SITES
from vanguard.learn.board.place import blueprints, lake
from vanguard.learn.board.points import FEW, names, parts
from vanguard.learn.board.views.peers import Site, funnel_of, year_of
from vanguard.learn.measure.spc import figure
from vanguard.web.page import render

RIGHT = "practice_measures"


@dataclass(frozen=True)
class Beside:
    """One measure of a practice: `value` beside `together`, that of all practices, and `middle`, between which half of
    the others lie; or `why` there is none. `words` say whether it differs by more than chance."""

    measure: Measure
    time: str
    value: float | None
    together: float | None
    middle: tuple[float, float] | None
    words: str
    why: str


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """The practice of whoever asks, and no other by name."""
    actor = actor_of(request)
    open_rows(actor, RIGHT, f"measures of practice {actor.practice or 'none'}", now=request.now)  # type: ignore[attr-defined]
    own = actor.practice or ""
    sections = [{"blueprint": blueprint, "rows": list(_beside(blueprint, own))} for blueprint in blueprints() if own]
    context = {
        "title": "Our practice",
        "practice": names(lake(), "practice").get(own, own),
        "own": own,
        "sections": [one for one in sections if one["rows"]],
        "figure": figure,
    }
    return render(request, "measures/practice.html", context)


def _beside(blueprint: Blueprint, own: str) -> Iterator[Beside]:
    for id, measure in blueprint.measures.items():
        if measure.per is None or "practice" not in measure.by:
            continue
        sites, time = year_of(blueprint, measure, id, "practice", parts(lake(), blueprint, id, "practice"))
        if not sites:
            yield Beside(
                measure, "", None, None, None, "", "No practice is large enough to be shown, or no number is known yet."
            )
        elif own not in {site.part for site in sites}:
            yield Beside(measure, time, None, None, None, "", "Too few people are registered here to show figures.")
        else:
            yield _held_against(measure, _given(blueprint, id, measure, sites), own, time)


def _given(blueprint: Blueprint, id: str, measure: Measure, sites: list[Site]) -> list[Site]:
    """The sites with counts as everybody may see them; those with too few are left out."""
    key = {site.part: (blueprint.id, id, site.part) for site in sites}
    counted = give("measured_at", {key[site.part]: site.events for site in sites}).groups
    of = give("measured_at_of", {key[site.part]: round(site.denominator) for site in sites}).groups
    found = []
    for site in sites:
        number, base = counted[key[site.part]], of[key[site.part]]
        if number is not None and measure.sum is not None:
            number = disclose(round(site.numerator))
        if number is not None and base:
            found.append(Site(site.part, site.name, number, base, site.events, site.link))
    return found


def _held_against(measure: Measure, sites: list[Site], own: str, time: str) -> Beside:
    assert measure.per is not None
    ours = next((place for place, site in enumerate(sites) if site.part == own), None)
    if ours is None:
        return Beside(measure, time, None, None, None, "", FEW)
    found, number = funnel_of(measure, sites), measure.per.number
    values = found.value * number
    if len(sites) < LEAST_SITES:
        return Beside(measure, time, float(values[ours]), None, None, "Too few practices to compare with.", "")
    low, high = np.quantile(np.delete(values, ours), (0.25, 0.75))
    words = BEYOND[int(found.beyond[ours])]
    return Beside(measure, time, float(values[ours]), found.centre * number, (float(low), float(high)), words, "")
