"""The page of what was received, and the way in for a file that somebody has."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import actor_of
from vanguard.programme.lists import as_asked, file_links, in_order, page_link, sort_links
from vanguard.programme.published.models import Received
from vanguard.programme.published.receiving import IN_FORCE, OLDER, REFUSED, REPLACED, Came, receive
from vanguard.programme.sheet import Shown
from vanguard.programme.sites.models import Site
from vanguard.programme.sites.tables import SITES
from vanguard.programme.tables.listing import page_address
from vanguard.programme.tables.views import KEEPING, SEEING
from vanguard.web.limits import only_read
from vanguard.web.page import render, whole_number
from vanguard.web.presenters import day_and_time

PAGE = 50
WORDS = {
    IN_FORCE: ("In force", "green"),
    REPLACED: ("A newer one came", "grey"),
    OLDER: ("Older than what is in force", "grey"),
    REFUSED: ("Refused", "red"),
}
HEADS = ("Site or file", "Made", "Received", "State")
SORTS = {"Site or file": "site__name", "Made": "made", "Received": "at", "State": "state"}


@require_http_methods(["GET", "HEAD", "POST"])
def publications(request: HttpRequest) -> HttpResponse:
    """What came, the latest first; `?state=refused` has what was refused, `?q=` what is of a site. Who keeps the tables
    sends files or pastes their text."""
    actor = actor_of(request)
    if not actor.may(SEEING) or (request.method == "POST" and not actor.may(KEEPING)):
        raise PermissionDenied
    came: Came | None = None
    if request.method == "POST":
        text, name = _sent(request)
        came = receive(text, name, request.now, by=actor.username)  # type: ignore[attr-defined]
    page = max(whole_number(request.GET.get("page", "")) or 1, 1)
    state = request.GET.get("state", "")
    rows = _asked(request)
    total = rows.count()
    refused = came is not None and came.state == REFUSED
    context = {
        "title": "What sites published",
        "came": came,
        "refused": refused,
        "keep": actor.may(KEEPING),
        "lines": [_line(one) for one in rows[(page - 1) * PAGE : page * PAGE]],
        "states": [(id, words) for id, (words, _) in WORDS.items()],
        "state": state if state in WORDS else "",
        "page": page,
        "pages": -(-total // PAGE),
        "text": request.GET.get("q", "").strip()[:100],
        "total": total,
        "heads": HEADS,
        "sorts": sort_links(request, SORTS),
        "files": file_links(request, reverse("publications")),
        "page_link": partial(page_link, request),
    }
    return render(request, "programme/publications.html", context, status=400 if refused else 200)


@only_read
@require_safe
def publications_file(request: HttpRequest, how: str) -> HttpResponse:
    """What the list shows, all pages of it, as a file."""
    return as_asked(request, "publications", how, HEADS, lambda: [_line(one) for one in _asked(request)])


def _asked(request: HttpRequest) -> Any:
    """What came, narrowed and sorted as the address asks; the latest first."""
    rows = Received.objects.select_related("site").defer("body").order_by("-at", "-pk")
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    if state in WORDS:
        rows = rows.filter(state=state)
    if text:
        sites = Site.objects.filter(name__icontains=text).order_by().values("pk")
        rows = rows.filter(Q(site__in=sites) | Q(name__icontains=text))
    return in_order(request, rows, SORTS)


def _sent(request: HttpRequest) -> tuple[str, str]:
    """What somebody sent, and what it is called: a file, else the text that they pasted."""
    if file := request.FILES.get("file"):
        # What is not UTF-8 shows as another hash, or as no JSON.
        return file.read().decode("utf-8-sig", "replace"), file.name or "The file"
    return f"{request.POST.get('text', '').strip()}\n", "What you pasted"


def _line(one: Received) -> list[Shown]:
    words, colour = WORDS[one.state]
    times = f"It came {one.times:,} times." if one.times > 1 else ""
    return [
        Shown(one.site.name, page_address(SITES, one.site)) if one.site else Shown(one.name),
        Shown(day_and_time(one.made) if one.made else ""),
        Shown(day_and_time(one.at), note=f"by {one.by}" if one.by else ""),
        Shown("", tag=words, colour=colour, note=" ".join(filter(None, (one.reason, times)))),
    ]
