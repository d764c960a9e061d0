"""A bed for a referral: those that fit with their reasons, holding one, arriving in it and leaving it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import Actor, actor_of
from vanguard.care import beds
from vanguard.care.hub.bedding import wanted_bed
from vanguard.care.hub.episodes import Episode, episode
from vanguard.care.hub.models import Referral
from vanguard.care.hub.opening import open_referral
from vanguard.errors import BadInput
from vanguard.web.page import render, whole_number

FEW = 3


@require_http_methods(["GET", "HEAD", "POST"])
def find_bed(request: HttpRequest, number: int) -> HttpResponse:
    """Every open bed of the kind that is needed; by POST, one thing done with a bed."""
    actor = actor_of(request)
    now: datetime = request.now  # type: ignore[attr-defined]
    # It names nobody, and tells of somebody's sex and needs.
    row = open_referral(actor, number, names=False, now=now)
    said, status = "", 200
    if request.method == "POST":
        try:
            _act(request, actor, number, now)
            return redirect("referral", number)
        except BadInput as problem:
            said, status = str(problem), 409 if isinstance(problem, beds.Taken) else 400
    one = episode(number)
    context = panel(one, row.locality_id, actor, now, most=None)
    context |= {"title": f"A bed for referral {number}", "one": one, "said": said}
    return render(request, "hub/bed.html", context, status=status)


def panel(one: Episode, locality: str | None, actor: Actor, now: datetime, *, most: int | None = FEW) -> dict[str, Any]:
    """What a page shows of the referral's bed: the one that it has, and `most` of those that fit."""
    wanted, at_once = wanted_bed(one, locality, now) or (None, False)
    stays = beds.stays_of(one.number, now)
    stay = stays[0] if stays and stays[0].ended_at is None else None
    offers = beds.offers(wanted, now) if wanted and stay is None else ()
    fitting = [offer for offer in offers if offer.fit.fits]
    return {
        "bed": {
            "wanted": wanted,
            "label": one.flow.file.resources[wanted.kind].label if wanted else "",
            "at_once": at_once,
            "stay": stay,
            "before": [each for each in stays if each.ended_at is not None],
            "offers": fitting[:most],
            "more": len(fitting) - len(fitting[:most]),
            "unfit": [] if most else [offer for offer in offers if not offer.fit.fits],
            "may": actor.may("beds"),
        }
    }


@transaction.atomic
def _act(request: HttpRequest, actor: Actor, number: int, now: datetime) -> None:
    """One thing done with a bed, while nobody else writes in the referral."""
    # Locked as a row whose number stays: others may meanwhile say that something is about it.
    row = Referral.objects.select_for_update(no_key=True).get(pk=number)
    do, bed = request.POST.get("do", ""), whole_number(request.POST.get("bed", ""))
    if do == "leave":
        return beds.leave(number, by=actor, now=now)
    if do == "release":
        return beds.release(number, by=actor, now=now)
    needed = wanted_bed(episode(number), row.locality_id, now)
    if needed is None:
        raise BadInput("This referral needs no bed now.", do="Look at where it stands.")
    if do not in ("hold", "occupy") or bed is None:
        raise BadInput("We could not understand this form.", do="Reload the page and try again.")
    if do == "occupy":
        return beds.occupy(bed, needed[0], by=actor, now=now)
    beds.hold(bed, needed[0], by=actor, now=now)
    return None
