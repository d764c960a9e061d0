"""Evaluations: the library of plans, one plan with its result, and its tables as files."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, download
from vanguard.blueprint import Blueprint
from vanguard.learn.board.evaluations import design_words, evaluated, plan_words
from vanguard.learn.board.place import ROWS, blueprints, open_measures
from vanguard.learn.board.views.measure import use_asked
from vanguard.learn.measure.spc import figure
from vanguard.web.drawing import inert
from vanguard.web.page import render

COURSE = "course"


@require_safe
def evaluations(request: HttpRequest) -> HttpResponse:
    """Every plan of the blueprints that the place runs, and how each stands."""
    exactly = open_measures(actor_of(request), "evaluations", request.now)  # type: ignore[attr-defined]
    sections = [
        {"blueprint": one, "evaluations": [evaluated(one, id, exactly=exactly) for id in one.evaluations]}
        for one in blueprints()
        if one.evaluations
    ]
    return render(
        request,
        "measures/evaluations.html",
        {"title": "Evaluations", "sections": sections, "design_words": design_words},
    )


@require_safe
def evaluation(request: HttpRequest, blueprint_id: str, evaluation_id: str) -> HttpResponse:
    """The plan as it is written, what changed since, and then the result, warnings first."""
    exactly = open_measures(actor_of(request), f"evaluation {evaluation_id[:80]}", request.now)  # type: ignore[attr-defined]
    blueprint = _blueprint(blueprint_id, evaluation_id)
    one = evaluated(blueprint, evaluation_id, exactly=exactly)
    shown = one.result
    figures = {name: (says, inert(spec)) for name, (says, spec) in shown.figures.items()} if shown else {}
    context = {
        "title": one.plan.label,
        "one": one,
        "words": plan_words(one, _day),
        "shown": shown,
        "figures": figures,
        "course": shown.table(COURSE)[1] if shown and COURSE in shown.tables else [],
        "tables": shown.tables if shown else [],
        "exactly": exactly,
        "month": _month,
        "number": _number,
    }
    return render(request, "measures/evaluation.html", context)


@require_safe
def evaluation_file(request: HttpRequest, blueprint_id: str, evaluation_id: str, table: str) -> HttpResponse:
    """One table of the result. For those alone who see rows without names."""
    actor = actor_of(request)
    blueprint = _blueprint(blueprint_id, evaluation_id)
    use = use_asked(request, actor)
    columns: list[str] = []
    rows: list[list[str]] = []
    if actor.may(ROWS):
        shown = evaluated(blueprint, evaluation_id, exactly=True).result
        if shown is None or table not in shown.tables:
            raise Http404
        columns, rows = shown.table(table)
    return download(actor, ROWS, f"evaluation_{table[:40]}", columns, lambda: [*rows], use=use, now=request.now)  # type: ignore[attr-defined]


def _blueprint(blueprint_id: str, evaluation_id: str) -> Blueprint:
    """Raises Http404 for a plan that the place has not."""
    found = next((one for one in blueprints() if one.id == blueprint_id), None)
    if found is None or evaluation_id not in found.evaluations:
        raise Http404
    return found


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _month(text: str) -> str:
    """The first day of a period as Aug 2018; months since somebody received something as Month 3."""
    return f"{date.fromisoformat(text):%b %Y}" if "-" in text[1:] else f"Month {text}"


def _number(text: str) -> str:
    """A cell of a table with three significant digits; empty where nothing is known."""
    return figure(float(text)) if text else ""
