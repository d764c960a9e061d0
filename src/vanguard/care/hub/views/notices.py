"""What somebody must know about people referred: all that nobody has seen yet, and saying that it was seen."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from vanguard.access import Refused, actor_of
from vanguard.care.hub.naming import named
from vanguard.care.hub.notices import all_unseen, as_unseen, seen
from vanguard.care.hub.views.letters import RIGHTS
from vanguard.web.page import render

SIZE = 50
ALL = "all"


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Everything that nobody has seen, however long ago: a home page shows the first of the last weeks."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    if not any(actor.may(right) for right in RIGHTS):
        raise Refused
    pages = Paginator(all_unseen(actor), SIZE)
    page = pages.get_page(request.GET.get("page", ""))
    found = as_unseen(actor, page.object_list)
    whom = named(actor, "notices", (one.person_id for one in found), now)
    context = {
        "title": "About people referred",
        "told": [{"notice": one, "person": whom.get(one.person_id)} for one in found],
        "back_to": ALL,
        "page": page.number,
        "pages": pages.num_pages,
        "page_link": lambda number: f"{request.path}?page={number}",
    }
    return render(request, "hub/notices.html", context)


@require_POST
def notice_seen(request: HttpRequest, number: int) -> HttpResponse:
    """Takes it off the pages of everybody whom it was for."""
    if not seen(actor_of(request), number, now=request.now):  # type: ignore[attr-defined]
        raise Http404
    return redirect("notices" if request.POST.get("back_to") == ALL else "home")
