"""Scenarios of a blueprint side by side, and sliders for the few numbers that matter."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.blueprint import Blueprint
from vanguard.errors import BadInput
from vanguard.learn.ahead.pictures import inert, week
from vanguard.learn.ahead.place import need_planner, one_blueprint, simulated_blueprints
from vanguard.learn.ahead.trying import DAYS, REPLICATIONS, TooMany, Wanted, ask, trials
from vanguard.learn.simulate import (
    AS_THEY_STAND,
    Standing,
    beside,
    compared,
    hour_words,
    in_words,
    sliders_of,
    within_reach,
)
from vanguard.web.page import render

MOVED = "With the sliders moved"
PART = "rows"


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """The blueprints of the place that can be simulated."""
    need_planner(request)
    context = {"title": "Scenarios", "blueprints": simulated_blueprints()}
    return render(request, "ahead/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: HttpRequest, blueprint_id: str) -> HttpResponse:
    """Every scenario of one blueprint and what was moved, compared; a POST asks for what is not worked out yet."""
    need_planner(request)
    blueprint = one_blueprint(blueprint_id)
    asked = request.POST if request.method == "POST" else request.GET
    try:
        chosen, values = _asked(blueprint, asked)
    except BadInput as problem:
        return HttpResponseBadRequest(str(problem), content_type="text/plain; charset=utf-8")
    wanted = _wanted(blueprint, chosen, values)
    if request.method == "POST":
        try:
            ask([*wanted.values()], request.now)  # type: ignore[attr-defined]
        except TooMany:
            return render(
                request, "ahead/busy.html", {"title": "Others are trying too", "back": request.path}, status=429
            )
        return HttpResponseRedirect(f"{request.path}?{_query(chosen, values, asked.get('show', ''))}#results")
    return _page(request, blueprint, chosen, values, wanted)


def _asked(blueprint: Blueprint, asked: QueryDict) -> tuple[str, dict[str, float]]:
    """The scenario to start from, and the sliders that stand elsewhere than it has them."""
    chosen = asked.get("scenario", "")
    if chosen and chosen not in blueprint.simulate.scenarios:
        raise Http404
    values = {}
    for id in blueprint.simulate.sliders:
        text = asked.get(id, "")
        if text:
            try:
                values[id] = float(text)
            except ValueError as problem:
                raise BadInput(f"{text[:20]} is not a number.", do="Give a number.") from problem
    return chosen, within_reach(blueprint, chosen or None, values)


def _wanted(blueprint: Blueprint, chosen: str, values: dict[str, float]) -> dict[str, Wanted]:
    """What the page compares, by name."""
    known = blueprint.simulate.scenarios
    found = {AS_THEY_STAND: Wanted(blueprint)} | {
        one.label: Wanted(blueprint, scenario=id) for id, one in known.items()
    }
    if values:
        found[MOVED] = Wanted(blueprint, scenario=chosen, values=values)
    return found


def _query(chosen: str, values: dict[str, float], show: str) -> str:
    asked: dict[str, str] = {"scenario": chosen} if chosen else {}
    asked |= {id: f"{value:g}" for id, value in values.items()}
    return urlencode(asked | ({"show": show} if show else {}))


def _page(
    request: HttpRequest, blueprint: Blueprint, chosen: str, values: dict[str, float], wanted: dict[str, Wanted]
) -> HttpResponse:
    there = dict(zip(wanted, trials([*wanted.values()]), strict=True))
    results = {name: one.found for name, one in there.items() if one is not None and one.found is not None}
    waiting = [one for one in there.values() if one is not None and one.ended_at is None]
    context: dict[str, Any] = {
        "title": f"{blueprint.label}: scenarios",
        "blueprint": blueprint,
        "chosen": chosen,
        "values": values,
        "sliders": [_slider(one, values) for one in sliders_of(blueprint, chosen or None)],
        "start_from": [("", AS_THEY_STAND), *((id, one.label) for id, one in blueprint.simulate.scenarios.items())],
        "cited": _cited(blueprint),
        "missing": [name for name, one in there.items() if one is None],
        "problems": [(name, one.problem) for name, one in there.items() if one is not None and one.problem],
        "waiting": waiting,
        "done": sum(one.done for one in waiting),
        "of": REPLICATIONS * len(waiting),
        "replications": REPLICATIONS,
        "days": DAYS,
        "query": _query(chosen, values, request.GET.get("show", "")),
        "moved": MOVED,
    }
    if request.GET.get(PART) is not None:
        return _progress(request, context)
    return render(request, "ahead/scenario.html", context | _results(request, results, values, chosen))


def _progress(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """How far it is, for the page that asks again and again; once all is there the whole page is to be drawn."""
    answer = render(request, "ahead/progress.html", context)
    if not context["waiting"]:
        answer["HX-Redirect"] = f"{request.path}?{context['query']}#results"
    return answer


def _slider(one: Standing, values: dict[str, float]) -> dict[str, Any]:
    return {"one": one, "value": values.get(one.id, one.value)}


def _cited(blueprint: Blueprint) -> list[dict[str, str]]:
    """Where each scenario comes from."""
    return [
        {"label": one.label, "title": blueprint.sources[one.source.cites].title, "at": one.source.at or ""}
        for one in blueprint.simulate.scenarios.values()
    ]


def _results(request: HttpRequest, results: dict[str, Any], values: dict[str, float], chosen: str) -> dict[str, Any]:
    if not results:
        return {"results": {}}
    choices = _choices(results)
    show = request.GET.get("show", "")
    if show not in choices:
        show = _most(results)
    kind, _, id = show.partition(":")
    series = {name: found["week"][kind][id]["mean"] for name, found in results.items() if id in found["week"][kind]}
    percent = kind == "kept"
    base = results.get(AS_THEY_STAND)
    words = [
        (name, in_words(found) if base is None or name == AS_THEY_STAND else beside(base, found))
        for name, found in results.items()
    ]
    return {
        "results": results,
        "runs": sorted({found["replications"] for found in results.values()}),
        "sections": compared(results),
        "names": list(results),
        "words": words,
        "choices": [
            (one, label, f"?{_query(chosen, values, one)}#week", one == show) for one, label in choices.items()
        ],
        "shown": choices[show],
        "spec": inert(week(series, "Promises kept" if percent else "People waiting", percent=percent)),
        "week": [(hour_words(hour), [_cell(line[hour], percent) for line in series.values()]) for hour in range(168)],
        "lines": list(series),
    }


def _choices(results: dict[str, Any]) -> dict[str, str]:
    """What of the week can be looked at: queues in which somebody waits in some scenario, and promises."""
    found: dict[str, str] = {}
    for kind, words in (("waiting", "Waiting for: {}"), ("kept", "Promise kept: {}")):
        for one in results.values():
            for id, line in one["week"][kind].items():
                if any(value is not None and value >= 0.05 for value in line["mean"]):
                    label = line["label"]
                    label = f"{label[:1].lower()}{label[1:]}" if kind == "waiting" else label
                    found.setdefault(f"{kind}:{id}", words.format(label))
    return found


def _most(results: dict[str, Any]) -> str:
    """The queue whose longest hour differs most between scenarios; a promise where nobody ever waits."""
    longest: dict[str, list[float]] = {}
    for one in results.values():
        for id, line in one["week"]["waiting"].items():
            longest.setdefault(id, []).append(max(value or 0.0 for value in line["mean"]))
    choices = _choices(results)
    known = [id for id in longest if f"waiting:{id}" in choices]
    if not known:
        return next(iter(choices))
    return "waiting:" + max(known, key=lambda id: max(longest[id]) - min(longest[id]))


def _cell(value: float | None, percent: bool) -> str:
    return "" if value is None else f"{value:.0%}" if percent else f"{value:,.1f}"


def back_to(blueprint: Blueprint) -> str:
    """The address of a blueprint's scenarios."""
    return reverse("scenario", args=[blueprint.id])
