"""All measures of the place at once: what is unusual first, and what is only noise."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.learn.board.cards import Card, card, in_order
from vanguard.learn.board.in_words import unit_words
from vanguard.learn.board.place import blueprints, open_measures, shown_points
from vanguard.learn.measure.spc import MEANINGS, SHAPES
from vanguard.web.page import render


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """A card a measure, of each blueprint that the place runs."""
    exactly = open_measures(actor_of(request), "measures", request.now)  # type: ignore[attr-defined]
    sections = []
    for blueprint in blueprints():
        points = shown_points(blueprint, exactly=exactly)
        cards = in_order([card(id, one, points[id], unit=unit_words(one)) for id, one in blueprint.measures.items()])
        sections.append({"blueprint": blueprint, "cards": cards, "summary": summary(cards)})
    context = {
        "title": "Measures",
        "sections": sections,
        "exactly": exactly,
        "meanings": MEANINGS,
        "shapes": SHAPES,
        "any": any(one.reading for section in sections for one in section["cards"]),
    }
    return render(request, "measures/board.html", context)


def summary(cards: list[Card]) -> list[tuple[str, list[Card]]]:
    """What a minute is for: the unusual by name, the rest by number alone."""
    groups = {
        "worse": "Unusual and worse",
        "changed": "Unusual, neither better nor worse",
        "better": "Unusual and better",
        "common": "As usual: only noise",
        None: "Too few points to say, or no number yet",
    }
    found = {kind: [one for one in cards if one.variation == kind] for kind in groups}
    return [(words, found[kind]) for kind, words in groups.items() if found[kind]]
