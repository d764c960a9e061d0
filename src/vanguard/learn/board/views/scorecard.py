"""The public scorecard: how the place does, with traffic lights and no small numbers. Nobody signs in to read it."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.learn.board.cards import AMBER, GREEN, NO_LIGHT, RED, STEADY, Card, card
from vanguard.learn.board.in_words import unit_words
from vanguard.learn.board.place import blueprints, lake, shown_points
from vanguard.learn.board.points import latest, period
from vanguard.learn.measure.spc import figure
from vanguard.web.page import render

LIGHTS = (RED, AMBER, GREEN, STEADY, NO_LIGHT)


@login_not_required
@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """Everything on it was given by `access`: exact counts never come near this page."""
    cards = _cards(settings.PLACE, lake().manifest().generation)
    rows = []
    for one in sorted(cards, key=lambda one: LIGHTS.index(one.light)):
        points = [row["point"] for row in reversed(one.table)]
        last = latest(points)
        rows.append({"card": one, "latest": last, "period": period(one.measure.interval, last.start) if last else ""})
    context = {"title": "How we are doing", "rows": rows, "lights": LIGHTS, "figure": figure, "for_everybody": True}
    return render(request, "measures/scorecard.html", context)


@lru_cache(maxsize=2)
def _cards(_place: Path, _generation: int) -> tuple[Card, ...]:
    """Worked out once for each state of the lake, since anybody may ask."""
    return tuple(
        card(id, one, points[id], unit=unit_words(one))
        for blueprint in blueprints()
        for points in (shown_points(blueprint, exactly=False),)
        for id, one in blueprint.measures.items()
    )
