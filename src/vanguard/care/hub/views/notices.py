"""What somebody must know about people referred: all that nobody has seen yet, and saying that it was seen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from vanguard.access import Refused, actor_of
from vanguard.care.hub.naming import named
from vanguard.care.hub.notices import newest_unseen, seen
from vanguard.care.hub.views.letters import RIGHTS
from vanguard.web.page import render, whole_number

SIZE = 50
NEWEST = "newest"


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Everything that nobody has seen, however long ago, the newest first; with `before` what came before that one.

    A home page shows the first of the last weeks.
    """
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    if not any(actor.may(right) for right in RIGHTS):
        raise Refused
    before = whole_number(request.GET.get("before", ""))
    more = newest_unseen(actor, before=before, most=SIZE + 1)
    found = more[:SIZE]
    whom = named(actor, "notices", (one.person_id for one in found), now)
    context = {
        "title": "About people referred",
        "told": [{"notice": one, "person": whom.get(one.person_id)} for one in found],
        "back_to": str(before) if before else NEWEST,
        "older": found[-1].id if len(more) > SIZE else None,
        "newest": before is None,
    }
    return render(request, "hub/notices.html", context)


@require_POST
def notice_seen(request: HttpRequest, number: int) -> HttpResponse:
    """Takes it off the pages of everybody whom it was for."""
    if not seen(actor_of(request), number, now=request.now):  # type: ignore[attr-defined]
        raise Http404
    back_to = request.POST.get("back_to", "")
    if before := whole_number(back_to):
        return redirect(f"{reverse('notices')}?before={before}")
    return redirect("notices" if back_to == NEWEST else "home")
