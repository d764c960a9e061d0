"""A note of a visit comes in: from the page's form, or later from the telephone on which it waited for a signal."""

import uuid
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from vanguard.access import actor_of
from vanguard.care.hub.notes import add_note
from vanguard.care.hub.opening import open_referral
from vanguard.errors import BadInput
from vanguard.web.page import whole_number


@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Sent again it is the same note. A page that sends by itself is told in a word, others are led back."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    open_referral(actor, number, now=now)
    by_itself = "itself" in request.POST
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        since = timedelta(seconds=whole_number(request.POST.get("ago", "")) or 0)
        add_note(actor, number, key, request.POST.get("words", ""), ago=since, now=now)
    except (ValueError, BadInput) as problem:
        words = str(problem) if isinstance(problem, BadInput) else "Reload the page and try again."
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204) if by_itself else redirect("referral", number)
