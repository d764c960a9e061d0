"""A practice beside all others together: its own figures of the last year, made from counts that `access` gave.

Of a small practice its own staff, who may read each of its records, see the same: nothing under 8, and how far chance
alone reaches. Nobody else sees it, nor does it stand among the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, disclose, give, open_rows
from vanguard.blueprint import Blueprint, Measure
from vanguard.learn.board.in_words import OUT_OF
from vanguard.learn.board.peering import BEYOND, LEAST_SITES, chance
from vanguard.learn.board.place import blueprints, lake
from vanguard.learn.board.points import FEW, large_practices, names, parts_of_each
from vanguard.learn.board.views.peers import Site, funnel_of, year_of
from vanguard.learn.measure.spc import figure
from vanguard.web.page import render

RIGHT = "practice_measures"


@dataclass(frozen=True)
class Beside:
    """One measure of a practice: `value` beside `together`, that of all practices, and `middle`, between which half of
    the others lie; or `why` there is none. `made_of` are its counts, `chance` how far chance alone reaches and `words`
    whether it differs by more than that."""

    measure: Measure
    time: str
    value: float | None
    together: float | None
    middle: tuple[float, float] | None
    words: str = ""
    why: str = ""
    made_of: str = ""
    chance: str = ""


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """The practice of whoever asks, and no other by name."""
    actor = actor_of(request)
    open_rows(actor, RIGHT, f"measures of practice {actor.practice or 'none'}", now=request.now)  # type: ignore[attr-defined]
    own = actor.practice or ""
    found = [(blueprint, list(_beside(blueprint, own))) for blueprint in blueprints() if own]
    sections = [
        {"blueprint": blueprint, "rows": rows, "held": any(row.together is not None for row in rows)}
        for blueprint, rows in found
        if rows
    ]
    context = {
        "title": "Our practice",
        "practice": names(lake(), "practice").get(own, own),
        "own": own,
        "sections": sections,
        "figure": figure,
    }
    return render(request, "measures/practice.html", context)


def _beside(blueprint: Blueprint, own: str) -> Iterator[Beside]:
    held, large = lake(), large_practices(lake())
    ids = [id for id, measure in blueprint.measures.items() if measure.per is not None and "practice" in measure.by]
    for id, found in parts_of_each(held, blueprint, ids, "practice", own=own).items():
        measure = blueprint.measures[id]
        assert measure.per is not None
        sites, time = year_of(blueprint, measure, id, "practice", found)
        if own in {site.part for site in sites}:
            yield _held_against(measure, _given(blueprint, id, measure, sites), own, time, large)
            continue
        why = (
            f"There is nothing to divide by here in that time: {OUT_OF[measure.per.of]}."
            if sites
            else "No number is known yet, here or elsewhere: the page of the measure says why."
        )
        yield Beside(measure, time, None, None, None, why=why)


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


def _held_against(measure: Measure, sites: list[Site], own: str, time: str, large: frozenset[str]) -> Beside:
    assert measure.per is not None
    ours = next((site for site in sites if site.part == own), None)
    if ours is None:
        return Beside(measure, time, None, None, None, why=FEW)
    number, share = measure.per.number, measure.per.of == "all_counted"
    size = f"{figure(ours.denominator)} {OUT_OF[measure.per.of]}"
    # A sum over time is no part of it.
    made_of = f"Over {size}" if measure.sum else f"{figure(ours.numerator)} in {size}"
    reach = ""
    if measure.sum is None and measure.per.of != "events":
        low, high = (number * limit for limit in chance(ours.numerator, ours.denominator, share=share))
        reach = f"Chance alone reaches from {figure(low)} to {figure(high)}."
    value = number * ours.numerator / ours.denominator
    others = [site for site in sites if site.part != own and site.part in large]
    if len(others) + 1 < LEAST_SITES:
        words = "Too few practices are large enough to be held against."
        return Beside(measure, time, value, None, None, words, "", made_of, reach)
    found = funnel_of(measure, [*others, ours])
    low, high = np.quantile(found.value[:-1] * number, (0.25, 0.75))
    middle = (float(low), float(high))
    words = BEYOND[int(found.beyond[-1])]
    return Beside(measure, time, value, found.centre * number, middle, words, "", made_of, reach)
