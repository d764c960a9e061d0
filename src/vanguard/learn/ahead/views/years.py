"""Everybody over ten years: people, beds, staff and cost, if nothing is done and with a plan, and what does what."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from vanguard.learn.ahead.pictures import bars, inert, over_years
from vanguard.learn.ahead.place import last_month_known, need_planner, one_blueprint
from vanguard.learn.ahead.trying import TEN_YEARS, YEARS, YEARS_RUNS, Wanted, trials
from vanguard.learn.ahead.views.asking import ask_for, how_far, progress
from vanguard.learn.simulate.population import attributed, changes_of, model_of, sentences, tables
from vanguard.web.page import render

NOTHING = "If nothing is done"
WITH_PLAN = "With the plan"
SHOWN = ("there", "most", "staff", "pounds")


@require_http_methods(["GET", "HEAD", "POST"])
def years(request: HttpRequest, blueprint_id: str) -> HttpResponse:
    """The years under one future of the blueprint; a POST asks for them."""
    need_planner(request)
    blueprint = one_blueprint(blueprint_id)
    stated = blueprint.simulate.population
    if stated is None:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    future = asked.get("future", next(iter(stated.futures), ""))
    if future and future not in stated.futures:
        raise Http404
    wanted = Wanted(blueprint, YEARS, future, known=last_month_known())
    query = f"future={future}"
    if request.method == "POST":
        return ask_for(request, [wanted], query)
    [one] = trials([wanted])
    found = one.found if one is not None else None
    context: dict[str, Any] = {
        "title": "Everybody over ten years",
        "blueprint": blueprint,
        "future": future,
        "start_from": [*((id, each.label) for id, each in stated.futures.items()), ("", NOTHING)],
        "one": one,
        **progress([one], YEARS_RUNS * (1 + len(changes_of(model_of(stated), future or None))), query),
        "found": found,
        "years": TEN_YEARS,
    }
    told = _told(request, found, future, blueprint) if found else {}
    return how_far(request, context) or render(request, "ahead/years.html", context | told)


def _told(request: HttpRequest, found: dict[str, Any], future: str, blueprint: Any) -> dict[str, Any]:
    roles = {id: role.label for id, role in blueprint.roles.items()}
    for row in (row for of in found["found"].values() for row in of if row["what"] == "staff"):
        row["label"] = roles.get(row["id"], row["label"])
    names = {"there": "{}: people there", "most": "{}: most at once", "staff": "Staff: {}", "pounds": "Pounds: {}"}
    choices = {
        f"{row['what']}:{row['id']}": names[row["what"]].format(row["label"])
        for row in found["found"]["do_nothing"]
        if row["what"] in SHOWN
    }
    show = request.GET.get("show", "")
    show = show if show in choices else next(iter(choices))
    series = {
        name: [row for row in found["found"][way] if f"{row['what']}:{row['id']}" == show]
        for way, name in (("do_nothing", NOTHING), (found["future"], WITH_PLAN))
        if way in found["found"]
    }
    caused = attributed(found)
    return {
        "last": found["first_year"] + found["years"] - 1,
        "sentences": list(sentences(found)),
        "tables": tables(found),
        "caused": caused,
        "choices": [(label, f"?future={future}&show={id}#picture", id == show) for id, label in choices.items()],
        "shown": choices[show],
        "spec": inert(over_years(series)),
        "series": series,
        "rows": [(cells[0]["year"], cells) for cells in zip(*series.values(), strict=True)],
        "causes": inert(bars([(one.label, one.part) for one in caused[0].shares])),
    }
