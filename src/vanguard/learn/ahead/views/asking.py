"""Asking for what takes long, and how far it is: one mechanism for every page that looks ahead."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from vanguard.learn.ahead.models import Trial
from vanguard.learn.ahead.trying import TooMany, Wanted, ask
from vanguard.web.page import render

PART = "rows"
"""What a page adds to its address to ask how far it is."""


def ask_for(request: HttpRequest, wanted: list[Wanted], query: str, anchor: str = "") -> HttpResponse:
    """Have it worked out, and go back to the page; where others wait already, say so and take nothing."""
    try:
        ask(wanted, request.now)  # type: ignore[attr-defined]
    except TooMany:
        context = {"title": "Others are trying too", "back": request.path}
        return render(request, "ahead/busy.html", context, status=429)
    return HttpResponseRedirect(f"{request.path}?{query}{anchor}")


def progress(trials: list[Trial | None], runs: int, query: str) -> dict[str, Any]:
    """What `ahead/progress.html` says of those that are not worked out yet, each of so many runs."""
    waiting = [one for one in trials if one is not None and one.ended_at is None]
    return {
        "waiting": waiting,
        "done": sum(one.done for one in waiting),
        "of": runs * len(waiting),
        "query": query,
    }


def how_far(request: HttpRequest, context: dict[str, Any], anchor: str = "") -> HttpResponse | None:
    """The part that the page asks for again and again; once all is there the whole page is to be drawn. None where the
    whole page is asked for."""
    if request.GET.get(PART) is None:
        return None
    answer = render(request, "ahead/progress.html", context)
    if not context["waiting"]:
        answer["HX-Redirect"] = f"{request.path}?{context['query']}{anchor}"
    return answer
