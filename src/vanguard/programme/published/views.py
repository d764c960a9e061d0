"""The page of what was received, and the way in for a file that somebody has."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from vanguard.access import actor_of
from vanguard.programme.published.models import Received
from vanguard.programme.published.receiving import IN_FORCE, OLDER, REFUSED, REPLACED, Came, receive
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.views import KEEPING, SEEING
from vanguard.web.page import render, whole_number
from vanguard.web.presenters import day_and_time

PAGE = 50
WORDS = {
    IN_FORCE: ("In force", "green"),
    REPLACED: ("A newer one came", "grey"),
    OLDER: ("Older than what is in force", "grey"),
    REFUSED: ("Refused", "red"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def publications(request: HttpRequest) -> HttpResponse:
    """What came, the latest first; `?state=refused` has what was refused. Who keeps the tables sends files or pastes
    their text."""
    actor = actor_of(request)
    if not actor.may(SEEING) or (request.method == "POST" and not actor.may(KEEPING)):
        raise PermissionDenied
    came: Came | None = None
    if request.method == "POST":
        text, name = _sent(request)
        came = receive(text, name, request.now, by=actor.username)  # type: ignore[attr-defined]
    page = max(whole_number(request.GET.get("page", "")) or 1, 1)
    state = request.GET.get("state", "")
    rows = Received.objects.select_related("site").defer("body").order_by("-at", "-pk")
    if state in WORDS:
        rows = rows.filter(state=state)
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
        "page_link": lambda number: f"?state={state if state in WORDS else ''}&page={number}",
    }
    return render(request, "programme/publications.html", context, status=400 if refused else 200)


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
        Shown(one.site.name if one.site else one.name),
        Shown(day_and_time(one.made) if one.made else ""),
        Shown(day_and_time(one.at), note=f"by {one.by}" if one.by else ""),
        Shown("", tag=words, colour=colour, note=" ".join(filter(None, (one.reason, times)))),
    ]
