"""The review of benefits at the points set for it: the year before beside the time since, and no claim of cause."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.blueprint import Blueprint, Measure
from vanguard.learn.board.cards import Card, card
from vanguard.learn.board.in_words import unit_words
from vanguard.learn.board.place import blueprints, open_measures, shown_points
from vanguard.learn.board.points import Point
from vanguard.learn.measure.spc import figure
from vanguard.web.page import render

MONTHS = {"M": 1, "Y": 12}
BEFORE = 12
"""Months before the start that the time since is held against."""


@dataclass(frozen=True)
class Reviewed:
    """One set point: `value` of the time from the start to it, and in words what it lacks."""

    day: date
    value: float | None
    words: str


@dataclass(frozen=True)
class Line:
    """One measure at its set points, beside the year `before` the start."""

    card: Card
    before: float | None
    points: tuple[Reviewed, ...]


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The measures whose blueprint says when they are reviewed."""
    exactly = open_measures(actor_of(request), "benefit review", request.now)  # type: ignore[attr-defined]
    sections = []
    for blueprint in blueprints():
        points = shown_points(blueprint, exactly=exactly)
        lines = [line(blueprint, id, one, points[id]) for id, one in blueprint.measures.items() if one.review_after]
        if lines:
            start = blueprint.effective.start
            year = {"from": later(start, -BEFORE), "until": start.replace(day=1) - timedelta(days=1)}
            sections.append({"blueprint": blueprint, "start": start, "lines": lines, **year})
    context = {"title": "Review of benefits", "sections": sections, "figure": figure, "exactly": exactly}
    return render(request, "measures/review.html", context)


def line(blueprint: Blueprint, id: str, measure: Measure, points: tuple[Point, ...]) -> Line:
    """Whole intervals before the start, and between it and each set point, taken together."""
    start = blueprint.effective.start
    before = together(measure, [one for one in points if later(start, -BEFORE) <= one.start and one.end < start])
    last = max((one.end for one in points if one.value is not None), default=None)
    found = []
    for after in measure.review_after:
        day = later(start, int(after[1:-1]) * MONTHS.get(after[-1], 0))
        value = together(measure, [one for one in points if start <= one.start and one.end < day])
        if value is None or last is None:
            words = "Nothing is known yet of the time since the start."
        else:
            words = "" if last + timedelta(days=1) >= day else f"So far, to {last.day} {last:%B %Y}."
            if words and found and found[-1].words:
                value, words = None, "Not reached yet."
        found.append(Reviewed(day, value, words))
    return Line(card(id, measure, points, unit=unit_words(measure)), before, tuple(found))


def together(measure: Measure, points: list[Point]) -> float | None:
    """The measure over several intervals: sums of what was counted over sums of what it is out of."""
    told = [one for one in points if one.value is not None]
    if not told:
        return None
    counted = sum(one.numerator or 0 for one in told)
    if measure.per is None:
        return counted / len(told)
    of = sum(one.denominator or 0 for one in told)
    return measure.per.number * counted / of if of else None


def later(day: date, months: int) -> date:
    """The first of the month so many months from the month of `day`; of a month's last day, from the next."""
    month = day.year * 12 + day.month - 1 + months + (1 if day.day > 1 else 0)
    return date(month // 12, month % 12 + 1, 1)
