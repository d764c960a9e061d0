"""Scenarios of a blueprint side by side, and sliders for the few numbers that matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.blueprint import Blueprint
from vanguard.errors import BadInput
from vanguard.learn.ahead.pictures import inert, week
from vanguard.learn.ahead.place import need_planner, one_blueprint, simulated_blueprints
from vanguard.learn.ahead.trying import DAYS, REPLICATIONS, Wanted, last_learned, trials
from vanguard.learn.ahead.views.asking import ask_for, how_far, progress
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
from vanguard.learn.simulate.live import as_it_runs
from vanguard.web.page import render

AS_IT_RUNS = "As it really runs"
MOVED = "With the sliders moved"
RESULTS = "#results"


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
    start = _start(blueprint, asked)
    wanted = _wanted(start)
    if request.method == "POST" and not start.refused:
        return ask_for(request, [*wanted.values()], start.query(asked.get("show", "")), RESULTS)
    return _page(request, start, wanted)


@dataclass(frozen=True)
class _Start:
    """What is asked for: a blueprint, as it is written or with what was `learned` laid over it; the scenario to start
    from; the sliders that stand elsewhere than it has them; and what cannot be, by slider, in words."""

    written: Blueprint
    blueprint: Blueprint
    learned: Mapping[str, Any]
    scenario: str
    values: Mapping[str, float]
    refused: Mapping[str, str]

    @property
    def base(self) -> str:
        """What the assumptions as they stand are called."""
        return AS_IT_RUNS if self.learned else AS_THEY_STAND

    def query(self, show: str = "", *, scenario: str | None = None, moved: bool = True) -> str:
        """The address of the same, or of another scenario to start from, or without what was moved."""
        scenario = self.scenario if scenario is None else scenario
        asked: dict[str, str] = {"learned": "1"} if self.learned else {}
        asked |= {"scenario": scenario} if scenario else {}
        asked |= {id: f"{value:g}" for id, value in self.values.items()} if moved else {}
        return urlencode(asked | ({"show": show} if show else {}))


def _start(blueprint: Blueprint, asked: QueryDict) -> _Start:
    scenario = asked.get("scenario", "")
    if scenario and scenario not in blueprint.simulate.scenarios:
        raise Http404
    found = last_learned(blueprint) if asked.get("learned") else None
    learned = found["changed"] if found else {}
    laid = as_it_runs(blueprint, learned) if learned else blueprint
    values: dict[str, float] = {}
    refused: dict[str, str] = {}
    for id in blueprint.simulate.sliders:
        text = asked.get(id, "")
        if text:
            try:
                values |= within_reach(laid, scenario or None, {id: _number(text)})
            except BadInput as problem:
                refused[id] = f"{problem.what} {problem.do}"
    return _Start(blueprint, laid, learned, scenario, values, refused)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as problem:
        raise BadInput(f"{text[:20]} is not a number.", do="Give a number.") from problem


def _wanted(start: _Start) -> dict[str, Wanted]:
    """What the page compares, by name."""

    def one(scenario: str = "", values: Mapping[str, float] | None = None) -> Wanted:
        return Wanted(start.written, scenario=scenario, values=values, learned=start.learned)

    found = {start.base: one()} | {each.label: one(id) for id, each in start.written.simulate.scenarios.items()}
    return found | ({MOVED: one(start.scenario, start.values)} if start.values else {})


def _page(request: HttpRequest, start: _Start, wanted: dict[str, Wanted]) -> HttpResponse:
    blueprint, chosen = start.blueprint, start.scenario
    there = dict(zip(wanted, trials([*wanted.values()]), strict=True))
    results = {name: one.found for name, one in there.items() if one is not None and one.found is not None}
    known = {"": start.base} | {id: one.label for id, one in blueprint.simulate.scenarios.items()}
    context: dict[str, Any] = {
        "title": f"{blueprint.label}: scenarios",
        "blueprint": blueprint,
        "chosen": chosen,
        "learned": start.learned,
        "assumed": "assumed" if start.base == AS_THEY_STAND and not chosen else "here",
        "values": start.values,
        "put_back": start.query(moved=False),
        "sliders": [_slider(one, start) for one in sliders_of(blueprint, chosen or None)],
        "refused": {f"slider-{id}": text for id, text in start.refused.items()},
        "start_from": [(id, label, start.query(scenario=id, moved=False)) for id, label in known.items()],
        "cited": _cited(blueprint),
        "missing": [name for name, one in there.items() if one is None],
        "problems": [(name, one.problem) for name, one in there.items() if one is not None and one.problem],
        "replications": REPLICATIONS,
        "days": DAYS,
        "moved": MOVED,
        **progress([*there.values()], REPLICATIONS, start.query(request.GET.get("show", ""))),
    }
    part = how_far(request, context, RESULTS)
    status = 400 if start.refused else 200
    return part or render(request, "ahead/scenario.html", context | _results(request, results, start), status=status)


def _slider(one: Standing, start: _Start) -> dict[str, Any]:
    return {"one": one, "value": start.values.get(one.id, one.value), "refused": start.refused.get(one.id, "")}


def _cited(blueprint: Blueprint) -> list[dict[str, str]]:
    """Where each scenario comes from."""
    return [
        {"label": one.label, "title": blueprint.sources[one.source.cites].title, "at": one.source.at or ""}
        for one in blueprint.simulate.scenarios.values()
    ]


def _results(request: HttpRequest, results: dict[str, Any], start: _Start) -> dict[str, Any]:
    if not results:
        return {"results": {}}
    choices = _choices(results)
    show = request.GET.get("show", "")
    if show not in choices:
        show = _most(results)
    kind, _, id = show.partition(":")
    series = {name: found["week"][kind][id]["mean"] for name, found in results.items() if id in found["week"][kind]}
    percent = kind == "kept"
    base = results.get(start.base)
    words = [
        (name, in_words(found) if base is None or name == start.base else beside(base, found))
        for name, found in results.items()
    ]
    return {
        "results": results,
        "runs": sorted({found["replications"] for found in results.values()}),
        "sections": compared(results),
        "names": list(results),
        "words": words,
        "choices": [(one, label, f"?{start.query(one)}#week", one == show) for one, label in choices.items()],
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
