"""How many are needed for the promises to hold: staff on a shift, beds, what they cost, and what breaks first."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vanguard.learn.ahead.place import need_planner, one_blueprint
from vanguard.learn.ahead.trying import STAFFING, TooMany, Wanted, ask, trials
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
    address = reverse("needed", args=[blueprint.id])
    if request.method == "POST":
        try:
            ask([wanted], request.now)  # type: ignore[attr-defined]
        except TooMany:
            return render(request, "ahead/busy.html", {"title": "Others are trying too", "back": address}, status=429)
        return HttpResponseRedirect(f"{address}?scenario={scenario}")
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
        "waiting": [one] if one is not None and one.ended_at is None else [],
        "done": one.done if one is not None else 0,
        "of": len(blueprint.simulate.staff) + len(blueprint.simulate.beds),
        "found": found,
        "breaks": breaking_words(found["breaks_first"]) if found else "",
        "weekdays": WEEKDAYS,
        "query": f"scenario={scenario}",
    }
    if request.GET.get("rows") is not None:
        answer = render(request, "ahead/progress.html", context)
        if not context["waiting"]:
            answer["HX-Redirect"] = f"{address}?scenario={scenario}"
        return answer
    return render(request, "ahead/needed.html", context)
