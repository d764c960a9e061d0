"""Who goes to the person: those on shift with their reasons, and choosing one of them."""

from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import Actor, Refused, actor_of, open_rows
from vanguard.care.hub.episodes import NotYours, episode
from vanguard.care.hub.models import Referral
from vanguard.care.hub.sending import choices, may_send, send
from vanguard.errors import BadInput
from vanguard.web.page import render


@require_http_methods(["GET", "HEAD", "POST"])
def who_goes(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """Everybody who is on shift for a step; by POST, the choice."""
    actor = actor_of(request)
    if not actor.may("referrals"):
        raise Refused
    now: datetime = request.now  # type: ignore[attr-defined]
    row = Referral.objects.filter(pk=number).first()
    if row is None:
        raise Http404
    open_rows(actor, "referrals", "who goes for a referral", [f"referral {number}"], now=now)
    said, status = "", 200
    if request.method == "POST":
        try:
            _choose(request, actor, number, step, now)
            return redirect("referral", number)
        except BadInput as problem:
            said, status = str(problem), 409 if isinstance(problem, NotYours) else 400
    one = episode(number)
    choice = next((each for each in choices(one, row.locality_id, now) if each.step == step), None)
    if choice is None:
        # The step is over, or nobody is sent for it.
        return redirect("referral", number)
    context = {
        "title": f"Who goes for referral {number}",
        "one": one,
        "choice": choice,
        "may": may_send(actor, one.flow, step),
        "said": said,
        "typed": {name: request.POST.get(name, "") for name in ("professional", "why")},
    }
    return render(request, "hub/who.html", context, status=status)


@transaction.atomic
def _choose(request: HttpRequest, actor: Actor, number: int, step: str, now: datetime) -> None:
    row = Referral.objects.select_for_update(no_key=True).get(pk=number)
    one = episode(number)
    seen, professional = request.POST.get("instead_of", ""), request.POST.get("professional", "")
    if one.state.at_step(step) is None:
        raise BadInput("This step is not open any more.", do="Look at where the referral stands now.")
    if not professional:
        raise BadInput("Nobody is chosen.", do="Choose who goes.")
    if not seen.isdigit():
        raise BadInput("We could not understand this form.", do="Reload the page and try again.")
    why = request.POST.get("why", "")
    send(one, row, step, professional, instead_of=int(seen), why=why, by=actor, now=now)
