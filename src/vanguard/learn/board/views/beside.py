"""Two sources' figures for one thing side by side, with the difference in words and each figure open to its rows."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.blueprint import Blueprint, SideBySide
from vanguard.learn.board.in_words import unit_words
from vanguard.learn.board.peering import TOGETHER
from vanguard.learn.board.place import blueprints, open_measures, shown_points
from vanguard.learn.board.points import Point, Points, period
from vanguard.learn.board.views.measure import NEWEST, part_link
from vanguard.learn.board.views.review import together
from vanguard.learn.measure.spc import figure
from vanguard.web.page import render

ALIKE = 0.01
"""Below this share of the larger, two figures are called the same."""


@dataclass(frozen=True)
class Told:
    """One source's figure of one interval: `value`, or `why` there is none; `link` opens its rows."""

    value: float | None
    why: str
    link: str


@dataclass(frozen=True)
class Row:
    """One interval, the newest first on the page."""

    period: str
    first: Told
    second: Told
    words: str


@dataclass(frozen=True)
class Pair:
    """One thing as two sources tell it: a row an interval that either tells of, and the last year in one sentence."""

    pair: SideBySide
    labels: tuple[str, str]
    links: tuple[str, str]
    rows: tuple[Row, ...]
    sentence: str


@require_safe
def beside(request: HttpRequest) -> HttpResponse:
    """Every pair that a blueprint of the place declares."""
    exactly = open_measures(actor_of(request), "two sources side by side", request.now)  # type: ignore[attr-defined]
    sections = []
    for blueprint in blueprints():
        points = shown_points(blueprint, exactly=exactly) if blueprint.side_by_side else {}
        pairs = [_pair(blueprint, one, points, exactly=exactly) for one in blueprint.side_by_side.values()]
        if pairs:
            sections.append({"blueprint": blueprint, "pairs": pairs})
    context = {
        "title": "Two sources side by side",
        "sections": sections,
        "exactly": exactly,
        "figure": figure,
        "newest": NEWEST,
    }
    return render(request, "measures/beside.html", context)


def difference(first: float | None, second: float | None, tellers: tuple[str, str]) -> str:
    """How far the first is from the second, in words."""
    if first is None or second is None:
        return "" if first is None and second is None else f"Only {_lower(tellers[0 if second is None else 1])} told."
    if abs(first - second) <= ALIKE * max(abs(first), abs(second)):
        return "The same."
    if second == 0:
        return f"{tellers[0]}: some, {_lower(tellers[1])}: none."
    share = 100 * abs(first - second) / abs(second)
    if share >= 200:
        return f"{tellers[0]}: {first / second:.1f} times as much as {_lower(tellers[1])}."
    return f"{tellers[0]}: {share:.0f}% {'more' if first > second else 'less'} than {_lower(tellers[1])}."


def _pair(blueprint: Blueprint, one: SideBySide, points: Points, *, exactly: bool) -> Pair:
    ids = (one.first.measure, one.second.measure)
    measures = [blueprint.measures[id] for id in ids]
    tellers, interval = (one.first.by, one.second.by), measures[0].interval
    by_start: list[dict[date, Point]] = [{point.start: point for point in points[id]} for id in ids]
    rows = []
    for start in sorted({*by_start[0], *by_start[1]}, reverse=True):
        first, second = (
            _told(blueprint, id, found.get(start), exactly=exactly) for id, found in zip(ids, by_start, strict=True)
        )
        rows.append(Row(period(interval, start), first, second, difference(first.value, second.value, tellers)))
    both = [s for s in sorted(by_start[0]) if s in by_start[1] and by_start[0][s].value is not None]
    both = [start for start in both if by_start[1][start].value is not None][-TOGETHER[interval] :]
    sentence = "No time is known yet of which both told."
    if both:
        values = [together(m, [found[s] for s in both]) for m, found in zip(measures, by_start, strict=True)]
        span = f"{period(interval, both[0])} to {period(interval, both[-1])}"
        units = [unit_words(measure) for measure in measures]
        told = [
            " ".join(filter(None, (_lower(who), figure(value or 0), unit)))
            for who, value, unit in zip(tellers, values, units, strict=True)
        ]
        sentence = f"{span}: {' and '.join(told)}. {difference(values[0], values[1], tellers)}"
    return Pair(
        one,
        (measures[0].label, measures[1].label),
        (part_link("measure", blueprint, ids[0], "all", "all"), part_link("measure", blueprint, ids[1], "all", "all")),
        tuple(rows),
        sentence,
    )


def _told(blueprint: Blueprint, id: str, point: Point | None, *, exactly: bool) -> Told:
    if point is None:
        return Told(None, "Nothing was told yet.", "")
    link = part_link("point", blueprint, id, "all", "all", start=point.start)
    return Told(point.value, point.reason or "", link if exactly and point.numerator is not None else "")


def _lower(teller: str) -> str:
    """The council, within a sentence."""
    return teller[:1].lower() + teller[1:]
