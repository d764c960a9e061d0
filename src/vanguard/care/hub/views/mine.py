"""How one's own referrals go on: the list, and one of them. No record is opened for it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import Refused, actor_of
from vanguard.care.hub.board import version
from vanguard.care.hub.models import Draft
from vanguard.care.hub.place import lists
from vanguard.care.hub.progress import my_referral, my_referrals
from vanguard.web.page import render


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Every referral that the reader made, open ones first. `seen` is the version that a page shows: see the board."""
    actor = actor_of(request)
    if not actor.may("refer"):
        raise Refused
    newest = version()
    if request.GET.get("seen") == newest:
        return HttpResponse(status=204)
    context = {
        "title": "My referrals",
        "referrals": my_referrals(actor, request.now),  # type: ignore[attr-defined]
        "drafts": Draft.objects.filter(user_id=actor.user_id, referral=None).order_by("-saved_at")[:5],
        "lists": [(flow.pathway.id, origin, listing) for _, flow, origin, listing in lists(actor)],
        "seen": newest,
    }
    return render(request, "hub/progress.html" if "HX-Request" in request.headers else "hub/mine.html", context)


@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """One of them, step by step."""
    actor = actor_of(request)
    if not actor.may("refer"):
        raise Refused
    newest = version()
    if request.GET.get("seen") == newest:
        return HttpResponse(status=204)
    one = my_referral(actor, number, request.now)  # type: ignore[attr-defined]
    if one is None:
        raise Http404
    context = {"title": f"Referral {number}", "one": one, "seen": newest}
    return render(request, "hub/steps.html" if "HX-Request" in request.headers else "hub/my_referral.html", context)
