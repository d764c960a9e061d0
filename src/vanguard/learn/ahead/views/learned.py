"""How a service really runs beside what is assumed of it: who came, how long steps took, which promises were kept."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from vanguard.learn.ahead.pictures import inert, points
from vanguard.learn.ahead.place import need_planner, one_blueprint
from vanguard.learn.ahead.trying import LEARNED, LEARNED_DAYS, LEARNED_RUNS, Wanted, last_learned, trials
from vanguard.learn.ahead.views.asking import ask_for, how_far, progress
from vanguard.learn.simulate import time_words
from vanguard.learn.simulate.live import MOST_TRIALS
from vanguard.web.page import render, today

REALLY, AS_ASSUMED, AS_LEARNED = "Really", "Simulated as assumed", "Simulated as learned"
LEAST = 30
"""Of fewer people nothing is shown: chance alone would say it."""

NEAR = 0.1
"""Where a simulation is further from a promise as it was really kept, its scenarios say little of that promise."""


@require_http_methods(["GET", "HEAD", "POST"])
def learned(request: HttpRequest, blueprint_id: str) -> HttpResponse:
    """What a service showed of itself; a POST asks for it anew, of the days until today."""
    need_planner(request)
    blueprint = one_blueprint(blueprint_id)
    wanted = Wanted(blueprint, LEARNED, known=today(request).isoformat())
    if request.method == "POST":
        return ask_for(request, [wanted], "")
    [one] = trials([wanted])
    found = last_learned(blueprint)
    context: dict[str, Any] = {
        "title": "As it really runs",
        "blueprint": blueprint,
        "one": one,
        "found": found,
        "days": LEARNED_DAYS,
        "least": LEAST,
        "names": (REALLY, AS_ASSUMED, AS_LEARNED),
        **progress([one], LEARNED_RUNS * MOST_TRIALS, ""),
    }
    return how_far(request, context) or render(request, "ahead/learned.html", context | (_told(found) if found else {}))


def _told(found: dict[str, Any]) -> dict[str, Any]:
    promises = [one for one in found["promises"] if one["settled"] >= LEAST]
    steps = [one for one in found["steps"] if one["finished"] >= LEAST]
    shares = {one["label"]: dict(zip((REALLY, AS_ASSUMED, AS_LEARNED), _three(one), strict=True)) for one in promises}
    return {
        "since": datetime.fromisoformat(found["since"]),
        "until": datetime.fromisoformat(found["until"]),
        "promises": [(one["label"], one["settled"], [_percent(each) for each in _three(one)]) for one in promises],
        "steps": [(_whose(one), one["finished"], [time_words(each) for each in _three(one)]) for one in steps],
        "far": [one["label"] for one in promises if abs(one["real"] - (one["calibrated"] or 0)) > NEAR],
        "few": len(found["promises"]) + len(found["steps"]) - len(promises) - len(steps),
        "spec": inert(points(shares, "Promises kept")) if shares else "",
    }


def _whose(one: dict[str, Any]) -> str:
    """A step, and whose times they are where promises differ."""
    return f"{one['label']}, {one['whose']}" if one.get("whose") else one["label"]


def _three(one: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    return one["real"], one["assumed"], one["calibrated"]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
