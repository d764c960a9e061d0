"""The first page after signing in: what this role came for, and nothing that it may not see."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import Actor, accounts_in_use, actor_of, practice_openings, waiting
from vanguard.care import hub
from vanguard.directory.models import Locality, Practice
from vanguard.know.record import (
    feeds,
    first_to_help,
    freshness,
    help_counts,
    help_next,
    named_people,
    refreshed,
    shown,
)
from vanguard.web.page import render, today
from vanguard.web.views.privacy import opening_words

FIRST = 5
# Roles with one of these may be told of people referred, or sent to one.
TOLD = ("list_people", "referrals", "refer")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sections follow from the rights of the role, so a new role of the policy has a home at once.

    With `seen` the news that a page shows: no content while there is no other.
    """
    actor = actor_of(request)
    news = hub.news(actor, request.now) if any(actor.may(right) for right in TOLD) else None  # type: ignore[attr-defined]
    if news and request.GET.get("seen") == news.mark:
        return HttpResponse(status=204)
    told = _told(request, actor, news) if news else {}
    if "HX-Request" in request.headers:
        return render(request, "web/parts/told.html", told)
    context: dict[str, Any] = {"title": "Home", "refreshed": refreshed()}
    if actor.may("list_people"):
        context |= _people(request, actor)
    if actor.may("pseudonymised_rows"):
        context |= {"first": shown(help_next(actor, now=request.now, size=FIRST).rows, today(request))}  # type: ignore[attr-defined]
    if actor.may("counts"):
        context |= {"counts": _counts(request, actor)}
    if actor.may("data"):
        context |= {"freshness": freshness(feeds(actor), today(request))}
    if actor.may("users"):
        context |= {"users": accounts_in_use(actor)}
    if actor.may("practice_notices"):
        context |= {"notices": _notices(request, actor)}
    if actor.may("privacy_queue"):
        context |= {"waiting": waiting(actor)}
    return render(request, "web/home.html", context | told)


def _people(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The few to help first, and those who were in hospital last."""
    sorts = {"first": "priority", "last_in_hospital": "last_admission"}
    rows = first_to_help(actor, sorts.values(), size=FIRST, now=request.now)  # type: ignore[attr-defined]
    return {
        **{name: shown(rows[sort], today(request)) for name, sort in sorts.items()},
        "where": _where(actor),
        "search_first": not actor.practice and len(actor.localities) > 1,
    }


def _where(actor: Actor) -> str:
    """The practice or the localities whose people these are."""
    if actor.practice:
        return Practice.objects.filter(code=actor.practice).values_list("name", flat=True).first() or ""
    names = Locality.objects.filter(code__in=actor.localities).order_by("name").values_list("name", flat=True)
    return " and ".join(names)


def _told(request: HttpRequest, actor: Actor, news: hub.News) -> dict[str, object]:
    """What the hub wants somebody to know and whom they go to, with names where their role has them on lists."""
    known = {
        what: hub.named(actor, what, [one.person_id for one in found], request.now)  # type: ignore[attr-defined]
        for what, found in (("notices", news.told), ("errands", news.errands))
    }
    return {
        "told": [{"notice": one, "person": known["notices"].get(one.person_id)} for one in news.told],
        "errands": [{"errand": one, "person": known["errands"].get(one.person_id)} for one in news.errands],
        "waits": news.waits,
        "seen": news.mark,
    }


def _notices(request: HttpRequest, actor: Actor) -> list[dict[str, object]]:
    """Who of late opened records of this practice's people in an emergency."""
    found, entitlement = practice_openings(actor, now=request.now)  # type: ignore[attr-defined]
    people = named_people(entitlement) if entitlement else {}
    return [opening_words(one, people) for one in found]


def _counts(request: HttpRequest, actor: Actor) -> list[dict[str, object]]:
    names = dict(Locality.objects.values_list("code", "name"))
    counted = help_counts(actor, now=request.now)  # type: ignore[attr-defined]
    rows = [
        {
            "locality": names.get(one.locality, one.locality),
            "people": one.people,
            "registered": one.registered,
        }
        for one in counted
    ]
    return sorted(rows, key=lambda row: str(row["locality"]))
