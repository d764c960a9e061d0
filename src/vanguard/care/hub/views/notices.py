"""Saying that a notice was seen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from vanguard.access import actor_of
from vanguard.care.hub.notices import seen


@require_POST
def notice_seen(request: HttpRequest, number: int) -> HttpResponse:
    """Takes it off the home pages of everybody whom it was for."""
    if not seen(actor_of(request), number, now=request.now):  # type: ignore[attr-defined]
        raise Http404
    return redirect("home")
