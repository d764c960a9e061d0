"""One measure: its chart and table, what it means and whom it counts, the rows behind a point, and both as files."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.access import Actor, actor_of, download, open_rows, pseudonym, use_of
from vanguard.blueprint import Blueprint
from vanguard.errors import BadInput
from vanguard.learn.board.cards import card
from vanguard.learn.board.evaluations import verdicts
from vanguard.learn.board.in_words import OUT_OF, about_words, exact_words, parts_words, unit_words
from vanguard.learn.board.place import COUNTS, ROWS, lake, one_measure, open_measures, shown_points
from vanguard.learn.board.points import ALL, NAMED_PARTS, Point, names, parts, period
from vanguard.learn.measure import Opened, Row, open_point
from vanguard.learn.measure.spc import MEANINGS, SHAPES, UNUSUAL, chart, figure
from vanguard.web.drawing import inert
from vanguard.web.page import render

NEWEST = 12
"""Points in the table at first; the earlier ones are folded."""
SHOWN = 100
"""Rows on a page; all of them are in the file."""


@require_safe
def measure(request: HttpRequest, blueprint_id: str, measure_id: str) -> HttpResponse:
    """`?by=` and `?part=` choose a part, for those who see rows; `?standardised=1` the standardised values."""
    exactly = open_measures(actor_of(request), f"measure {measure_id[:80]}", request.now)  # type: ignore[attr-defined]
    blueprint, one = one_measure(blueprint_id, measure_id)
    by, part, points, others = chosen_part(request, blueprint, measure_id, exactly=exactly)
    standardised = request.GET.get("standardised") == "1" and any(p.standardised is not None for p in points)
    called = names(lake(), by).get(part, part) if by != ALL else "the whole place"
    shown = card(measure_id, one, points, unit=unit_words(one), standardised=standardised)
    context = {
        "title": one.label,
        "blueprint": blueprint,
        "measure": one,
        "card": shown,
        "spec": inert(chart(shown.spec_rows, title=one.label)) if shown.small else "",
        "words": about_words(blueprint, one),
        "exact": exact_words(blueprint, one),
        "called": called,
        "by": by,
        "part": part,
        "unnamed": by != ALL and not points,
        "others": parts_words(lake(), request.GET.get("by", ALL), others),
        "splits": [name for name in one.by if name in NAMED_PARTS] if exactly else [],
        "exactly": exactly,
        "standardised": standardised,
        "can_standardise": any(p.standardised is not None for p in points),
        "period": lambda point: period(one.interval, point.start),
        "link": lambda point: part_link("point", blueprint, measure_id, by, part, start=point.start),
        "file": part_link("measure-file", blueprint, measure_id, by, part),
        "evaluations": verdicts(blueprint, measure_id, exactly=exactly),
        "figure": figure,
        "unusual": UNUSUAL,
        "out_of": f" ({OUT_OF[one.per.of]})" if one.per else "",
        "meanings": MEANINGS,
        "shapes": SHAPES,
        "newest": NEWEST,
    }
    return render(request, "measures/measure.html", context)


@require_safe
def measure_file(request: HttpRequest, blueprint_id: str, measure_id: str) -> HttpResponse:
    """The points as a table: those of the page. `?for=` says for what use."""
    actor = actor_of(request)
    blueprint, _ = one_measure(blueprint_id, measure_id)
    exactly = actor.may(ROWS)

    def rows() -> list[Any]:
        by, part, points, _ = chosen_part(request, blueprint, measure_id, exactly=exactly)
        return [
            (measure_id, by, part, p.start, p.end, p.numerator, p.denominator, p.value, p.standardised, p.reason)
            for p in points
        ]

    columns = ("measure", "by", "part", "start", "end", "numerator", "denominator", "value", "standardised", "reason")
    right = ROWS if exactly else COUNTS
    return download(actor, right, "measure", columns, rows, use=use_asked(request, actor), now=request.now)  # type: ignore[attr-defined]


@require_safe
def point(request: HttpRequest, blueprint_id: str, measure_id: str, start: str) -> HttpResponse:
    """The rows behind one point, which add up to it. For those alone who see rows without names."""
    actor = actor_of(request)
    open_rows(actor, ROWS, f"rows of measure {measure_id[:80]}", now=request.now)  # type: ignore[attr-defined]
    blueprint, one = one_measure(blueprint_id, measure_id)
    by, part, told, opened = opened_point(request, blueprint, measure_id, start)
    context = {
        "title": f"{one.label}: {period(one.interval, told.start)}",
        "blueprint": blueprint,
        "measure": one,
        "measure_id": measure_id,
        "point": told,
        "opened": opened,
        "called": names(lake(), by).get(part, part) if by != ALL else "the whole place",
        "rows": [told_row(row, "pages") for row in opened.counted[:SHOWN]],
        "period": period(one.interval, told.start),
        "recounts": recounts(told, opened),
        "unit": unit_words(one),
        "back": part_link("measure", blueprint, measure_id, by, part),
        "file": part_link("point-file", blueprint, measure_id, by, part, start=told.start),
        "figure": figure,
    }
    return render(request, "measures/point.html", context)


@require_safe
def point_file(request: HttpRequest, blueprint_id: str, measure_id: str, start: str) -> HttpResponse:
    """Every row behind a point: those of its numerator and those of its denominator."""
    actor = actor_of(request)
    blueprint, _ = one_measure(blueprint_id, measure_id)
    use = use_asked(request, actor)

    def rows() -> list[Any]:
        *_, opened = opened_point(request, blueprint, measure_id, start)
        told = [("numerator", row) for row in opened.counted] + [("denominator", row) for row in opened.base]
        return sorted((of, *told_row(row, use).values()) for of, row in told)

    columns = ("part_of", "pseudonym", "setting", "method", "age_band", "sex", "amount")
    return download(actor, ROWS, "measure_rows", columns, rows, use=use, now=request.now)  # type: ignore[attr-defined]


def chosen_part(
    request: HttpRequest, blueprint: Blueprint, measure_id: str, *, exactly: bool
) -> tuple[str, str, tuple[Point, ...], dict[str, tuple[Point, ...]]]:
    """What is asked for: by what, which part, its points, and those of all parts beside it. A part that there is not,
    or that is too small to be named, is answered with no points."""
    by, part = request.GET.get("by", ALL), request.GET.get("part", ALL)
    if by == ALL or not exactly:
        return ALL, ALL, shown_points(blueprint, exactly=exactly)[measure_id], {}
    found = parts(lake(), blueprint, measure_id, by)
    if part == ALL:
        return ALL, ALL, shown_points(blueprint, exactly=exactly)[measure_id], found
    return by, part, found.get(part, ()), found


def opened_point(
    request: HttpRequest, blueprint: Blueprint, measure_id: str, start: str
) -> tuple[str, str, Point, Opened]:
    """The point that begins on `start` and its rows. Raises Http404 where there is none."""
    by, part, points, _ = chosen_part(request, blueprint, measure_id, exactly=True)
    told = next((one for one in points if one.start.isoformat() == start), None)
    if told is None:
        raise Http404
    return by, part, told, open_point(lake(), blueprint, measure_id, told.start, split_by=by, split=part)


def recounts(told: Point, opened: Opened) -> bool:
    """Whether the rows add up to what the point says."""
    numerator = told.numerator is None or abs(opened.numerator - told.numerator) < 1e-6
    return numerator and (told.denominator is None or abs(opened.denominator - told.denominator) < 1e-6)


def told_row(row: Row, use: str) -> dict[str, Any]:
    """One row without a name and without a day."""
    return {
        "pseudonym": pseudonym(settings.PLACE, row.person_id, use) if row.person_id else "",
        "setting": row.setting or "",
        "method": row.method or "",
        "age_band": row.age_band or "",
        "sex": row.sex or "",
        "amount": row.amount,
    }


def part_link(name: str, blueprint: Blueprint, measure_id: str, by: str, part: str, start: date | None = None) -> str:
    """The address of a page about one part."""
    address = reverse(name, args=[blueprint.id, measure_id, *([start.isoformat()] if start else [])])
    return address if by == ALL else f"{address}?{urlencode({'by': by, 'part': part})}"


def use_asked(request: HttpRequest, actor: Actor) -> str:
    """What a file is for, as `?for=` says. Raises BadRequest for no use of ours."""
    try:
        return use_of(actor, request.GET.get("for", ""))
    except BadInput as problem:
        raise BadRequest(str(problem)) from problem
