"""A watched record: the page that stops and asks why, before it opens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import actor_of, give_reason, policy, reason_needed
from vanguard.errors import BadInput
from vanguard.web.page import render


@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, person_id: str) -> HttpResponse:
    """It names nobody. Whoever need not say why, or may not see the record at all, goes where that is said."""
    actor, now = actor_of(request), request.now  # type: ignore[attr-defined]
    typed = request.POST.get("reason", "").strip()
    problem = ""
    if not reason_needed(actor, person_id, now=now):
        return redirect("person", person_id)
    if request.method == "POST":
        try:
            give_reason(actor, person_id, typed, now=now)
            return redirect("person", person_id)
        except BadInput as wrong:
            problem = wrong.what.rstrip(".")
    return render(
        request,
        "record/reason.html",
        {
            "title": "This record is watched",
            "typed": typed,
            "problem": problem,
            "hours": policy().marked.hours,
            "least_words": policy().reasons.least_words,
        },
        status=400 if problem else 200,
    )
