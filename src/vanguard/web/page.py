"""Drawing a page: what every page shares (who is signed in, the menu, today's date) and its own context."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from vanguard.access import Actor
from vanguard.clock import local_date
from vanguard.programme import programme_menu, programme_name

# Address name, words, the rights of which one is needed (none: everybody), addresses that belong to it.
MENU = (
    ("home", "Home", (), ("notices",)),
    ("help-next", "Who to help next", ("list_people", "pseudonymised_rows"), ()),
    ("referrals", "Referrals", ("referrals",), ("call", "draft", "referral", "find-bed", "who-goes")),
    ("beds", "Beds", ("beds",), ("bed", "new-bed", "beds-use")),
    ("rota", "Rota", ("referrals",), ("new-shift",)),
    ("numbers", "Referrals in numbers", ("counts",), ("numbers-behind",)),
    ("plans-to-look-at", "Plans", ("plans",), ("plans", "plan", "end-plan")),
    ("letters", "Letters", ("list_people",), ("letter",)),
    ("my-referrals", "My referrals", ("refer",), ("refer", "draft", "progress", "list", "listed")),
    (
        "find-person",
        "Find a person",
        ("list_people",),
        ("person", "break-glass", "reason", "choices", "relatives", "looks"),
    ),
    (
        "measures",
        "Measures",
        ("pseudonymised_rows", "counts"),
        ("measure", "point", "peers", "benefit-review", "two-sources", "evaluations", "evaluation"),
    ),
    ("practice-measures", "Our practice", ("practice_measures",), ()),
    ("forecast", "Next days", ("referrals", "beds", "rota", "counts", "pseudonymised_rows"), ("forecast-for",)),
    ("scenarios", "Scenarios", ("pseudonymised_rows", "counts", "rota"), ("scenario", "needed")),
    ("data", "Data", ("data",), ("feed", "quarantine", "mend")),
    ("users", "Users", ("users",), ()),
    (
        "privacy",
        "Opened under watch",
        ("privacy_queue",),
        ("opening", "marks", "looks", "find-looks", "patterns", "pattern"),
    ),
)


@dataclass(frozen=True)
class MenuItem:
    """One link of the menu; `here` is empty, `page` for the page itself, `true` for one below it."""

    text: str
    href: str
    here: str


def whole_number(text: str) -> int | None:
    """What somebody's browser sent as a number of ours; None for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The template drawn with `context`, as a response."""
    actor: Actor | None = getattr(request, "actor", None)
    now = getattr(request, "now", None)
    if settings.PROGRAMME:
        navigation: Iterable[MenuItem] = [MenuItem(*one) for one in programme_menu(actor, request.path)]
    else:
        navigation = menu(actor, _address_name(request)) if actor else ()
    shared = {
        "actor": actor,
        "demo": settings.DEMO,
        "programme": settings.PROGRAMME,
        "place_name": programme_name(settings.PLACE) if settings.PROGRAMME else "Vanguard",
        "today": local_date(now) if now else None,
        "here": request.path,
        "navigation": navigation,
    }
    return HttpResponse(render_to_string(template, shared | (context or {}), request), status=status)


def menu(actor: Actor, here: str) -> tuple[MenuItem, ...]:
    """The pages that the actor's role may open."""
    return tuple(
        MenuItem(text, reverse(name), "page" if name == here else "true" if here in below else "")
        for name, text, rights, below in MENU
        if not rights or any(actor.may(right) for right in rights)
    )


def today(request: HttpRequest) -> date:
    """The day in London on which the request came in."""
    return local_date(request.now)  # type: ignore[attr-defined]


def _address_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""
