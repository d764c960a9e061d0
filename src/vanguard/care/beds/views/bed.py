"""One bed: where it stands, what can be done with it, and all that happened to it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.care.beds.board import row_of
from vanguard.care.beds.changes import Taken, set_status, words_of
from vanguard.care.beds.models import Bed
from vanguard.care.beds.status import CLEANING, CLOSED, HELD, MEANINGS, NEXT, OCCUPIED, OPEN, STATUSES, status_at
from vanguard.care.beds.views.board import who_may
from vanguard.errors import BadInput
from vanguard.web.page import render

SHOWN = 100
DO = {
    (OPEN, CLEANING): "It must be cleaned",
    (OPEN, CLOSED): "Close the bed",
    (HELD, OPEN): "Let the hold go",
    (HELD, CLOSED): "Close the bed",
    (OCCUPIED, CLEANING): "The person has left",
    (CLEANING, OPEN): "It is clean and ready",
    (CLEANING, CLOSED): "Close the bed",
    (CLOSED, OPEN): "Open the bed",
    (CLOSED, CLEANING): "It must be cleaned",
}


@require_http_methods(["GET", "HEAD", "POST"])
def bed(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one bed; by POST, one change."""
    actor = who_may(request)
    now = request.now  # type: ignore[attr-defined]
    if not Bed.objects.filter(pk=number).exists():
        raise Http404
    problem, why = "", request.POST.get("why", "")
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            if not seen.isdigit():
                raise BadInput("We could not understand this form.", do="Reload the page and try again.")
            set_status(number, request.POST.get("status", ""), seen=int(seen), why=why, by=actor, now=now)
            return redirect("bed", number)
        except BadInput as said:
            problem, status = str(said), 409 if isinstance(said, Taken) else 400
    one = Bed.objects.select_related("place").get(pk=number)
    stands = status_at(one, now)
    context = {
        "title": words_of(one),
        "bed": one,
        "row": row_of(one, now),
        "meaning": MEANINGS[stands],
        "acts": {then: DO[stands, then] for then in NEXT[stands] if (stands, then) in DO},
        "history": one.history.select_related("by").order_by("-number")[:SHOWN],
        "statuses": STATUSES,
        "why": why,
        "problems": {"why": problem} if problem else {},
    }
    return render(request, "beds/bed.html", context, status=status if problem else 200)
