"""A note of a visit comes in: from the page's form, or later from the telephone on which it waited for a signal."""

import uuid
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from vanguard.access import Refused, actor_of, open_rows
from vanguard.care.hub.models import Referral
from vanguard.care.hub.notes import add_note
from vanguard.errors import BadInput


@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Sent again it is the same note. A page that sends by itself is told in a word, others are led back."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    if not actor.may("referrals"):
        raise Refused
    open_rows(actor, "referrals", "referral", [f"referral {number}"], now=now)
    by_itself = "itself" in request.POST
    ago = request.POST.get("ago", "0")
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        since = timedelta(seconds=int(ago) if ago.isdecimal() and len(ago) < 10 else 0)
        add_note(actor, number, key, request.POST.get("words", ""), ago=since, now=now)
    except Referral.DoesNotExist as problem:
        raise Http404 from problem
    except (ValueError, BadInput) as problem:
        words = str(problem) if isinstance(problem, BadInput) else "Reload the page and try again."
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204) if by_itself else redirect("referral", number)
