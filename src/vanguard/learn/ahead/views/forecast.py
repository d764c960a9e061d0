"""The next hours and days, for those who run the hub and the hospital; and where waits are short, for everybody."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.lake import Lake
from vanguard.learn.ahead.forecasts import FOR, place_names, told
from vanguard.learn.ahead.pictures import inert
from vanguard.learn.ahead.waits import PARTS, places
from vanguard.learn.simulate.forecast import Ahead, kept_forecasts
from vanguard.web.page import render

RIGHTS = ("referrals", "beds", "rota", "counts", "pseudonymised_rows")
NAMES = {"hub": "For the hub", "hospital": "For the hospital"}


@require_safe
def forecast(request: HttpRequest, whom: str = "") -> HttpResponse:
    """What may come, with how sure it is; what is no better than looking back is withdrawn and says so."""
    actor = actor_of(request)
    if not any(actor.may(right) for right in RIGHTS):
        raise PermissionDenied
    whom = whom or ("hub" if actor.may("referrals") else "hospital")
    if whom not in FOR:
        raise Http404
    found = _kept(settings.PLACE, Lake(settings.PLACE).manifest().generation)
    series = told(found, whom)
    context = {
        "title": "The next hours and days",
        "whom": whom,
        "names": NAMES,
        "series": series,
        "specs": {one.series: inert(one.spec) for one in series if one.spec},
        "made_at": max((one.made_at for one in found), default=None),
        "over": bool(found) and all(one.ends < request.now for one in found),  # type: ignore[attr-defined]
    }
    return render(request, "ahead/forecast.html", context)


@login_not_required
@require_safe
def short_waits(request: HttpRequest) -> HttpResponse:
    """Nobody signs in to read it: no small number and no person is on it."""
    now = request.now  # type: ignore[attr-defined]
    generation = Lake(settings.PLACE).manifest().generation
    found, until = _waits(settings.PLACE, generation, now.replace(minute=0, second=0, microsecond=0))
    context = {
        "title": "Where waits are short",
        "places": found,
        "until": until,
        "names": place_names([one.code for one in found]),
        "parts": PARTS,
        "for_everybody": True,
    }
    return render(request, "ahead/waits.html", context)


@lru_cache(maxsize=2)
def _kept(place: Path, _generation: int) -> tuple[Ahead, ...]:
    return tuple(kept_forecasts(Lake(place)))


# Worked out once for each hour and state of the lake, since anybody may ask.
_waits = lru_cache(maxsize=2)(lambda place, _generation, hour: places(place, hour))
