"""How many are needed for the promises to hold: staff on a shift, beds, what they cost, and what breaks first."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from vanguard.learn.ahead.place import need_planner, one_blueprint
from vanguard.learn.ahead.trying import STAFFING, Wanted, trials
from vanguard.learn.ahead.views.asking import ask_for, how_far, progress
from vanguard.learn.simulate import AS_THEY_STAND, WEEKDAYS, breaking_words
from vanguard.web.page import render


@require_http_methods(["GET", "HEAD", "POST"])
def needed(request: HttpRequest, blueprint_id: str) -> HttpResponse:
    """The fewest of each resource under one scenario; a POST asks for it."""
    need_planner(request)
    blueprint = one_blueprint(blueprint_id)
    asked = request.POST if request.method == "POST" else request.GET
    scenario = asked.get("scenario", "")
    if scenario and scenario not in blueprint.simulate.scenarios:
        raise Http404
    wanted = Wanted(blueprint, STAFFING, scenario)
    query = f"scenario={scenario}"
    if request.method == "POST":
        return ask_for(request, [wanted], query)
    [one] = trials([wanted])
    found = one.found if one is not None else None
    known = blueprint.simulate.scenarios
    context: dict[str, Any] = {
        "title": "How many are needed",
        "blueprint": blueprint,
        "scenario": scenario,
        "called": known[scenario].label if scenario else AS_THEY_STAND,
        "start_from": [("", AS_THEY_STAND), *((id, each.label) for id, each in known.items())],
        "one": one,
        "found": found,
        "breaks": breaking_words(found["breaks_first"]) if found else "",
        "weekdays": WEEKDAYS,
        **progress([one], len(blueprint.simulate.staff) + len(blueprint.simulate.beds), query),
    }
    return how_far(request, context) or render(request, "ahead/needed.html", context)
