"""What is too much: long addresses, large bodies, and too many requests a minute by one user or address.

Numbers are in `settings.LIMITS`, requests a minute by kind; none for a kind that is not there.
"""

import ipaddress
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from vanguard.errors import BadInput
from vanguard.web.meter import Meter
from vanguard.web.uploads import most_bytes
from vanguard.web.views.errors import address_too_long, not_done_here, too_large, too_many

View = TypeVar("View", bound=Callable[..., Any])

# Requests a minute, by one user; by one address where nobody is signed in, which may be a whole hospital's.
USUAL: Mapping[str, int] = {
    "page": 600,  # everything, and what is below counts for it too
    "api": 6000,  # below /api/, instead of `page`
    "search": 60,  # searches for people
    "trace": 10,  # finding a person by NHS number and date of birth, as in an emergency
    "sign_in": 120,  # passwords tried, and ways to and from a provider, by address
}
LONGEST_ADDRESS = 4096
# No page takes another. Said before a form's token is asked for, which others than these need.
METHODS = ("GET", "HEAD", "POST")
NOT_COUNTED = ("/health",)


def read_limits(text: str) -> dict[str, int]:
    """The usual numbers, changed as `VANGUARD_LIMITS` says: `api=20000,search=30`; 0 for no limit. Raises BadInput."""
    limits = dict(USUAL)
    for part in filter(None, (one.strip() for one in text.split(","))):
        kind, _, number = part.partition("=")
        if kind not in USUAL or not number.isascii() or not number.isdigit():
            raise BadInput(
                f"{part} is not a limit.",
                where="VANGUARD_LIMITS",
                do=f"Write requests a minute like search=60,api=6000. The kinds are {', '.join(USUAL)}.",
            )
        limits[kind] = int(number)
    return {kind: number for kind, number in limits.items() if number}


def limited(kind: str, *methods: str) -> Callable[[View], View]:
    """A view that is counted as `kind` when it is asked by one of the methods (all, if none is named)."""

    def keep(view: View) -> View:
        view.limited = (kind, methods)  # type: ignore[attr-defined]
        return view

    return keep


def only_read(view: View) -> View:
    """A view that takes no form: whatever else is asked of it is refused before a form's token is asked for."""
    view.takes = ("GET", "HEAD")  # type: ignore[attr-defined]
    return view


def once_more(request: HttpRequest, kind: str) -> HttpResponse | None:
    """Count one more of a kind within a view; the answer to one too many."""
    wait = _wait(request, kind, _who(request))
    return too_many(request, wait) if wait else None


class LimitsMiddleware:
    """Stands behind the one that says who is asking, so that its answers bear the same headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("RAW_URI") or request.get_full_path()) > LONGEST_ADDRESS:
            return address_too_long(request)
        if _length(request) > most_bytes(request):
            return too_large(request)
        if request.path_info not in NOT_COUNTED:
            kind = "api" if request.path_info.startswith("/api/") else "page"
            if wait := _wait(request, kind, _who(request)):
                return too_many(request, wait)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        taken = view.described.methods if hasattr(view, "described") else getattr(view, "takes", METHODS)
        if request.method not in taken:
            return not_done_here(request, ", ".join(taken))
        kind, methods = getattr(view, "limited", ("", ()))
        if not kind or (methods and request.method not in methods):
            return None
        who = address_of(request) if kind == "sign_in" else _who(request)
        wait = _wait(request, kind, who)
        return too_many(request, wait) if wait else None


def address_of(request: HttpRequest) -> str:
    """The network address that asks: behind the place's own proxies, the one that the outermost of them saw.

    An IPv6 network of 64 bits is one address: whoever has one has them all.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        told = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
        if told:
            seen = told[-min(settings.PROXIES, len(told))]
    try:
        address = ipaddress.ip_address(seen.partition("%")[0])
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _who(request: HttpRequest) -> str:
    actor = getattr(request, "actor", None)
    return f"user {actor.user_id}" if actor else address_of(request)


def _wait(request: HttpRequest, kind: str, who: str) -> int:
    per_minute = settings.LIMITS.get(kind, 0)
    if not per_minute:
        return 0
    return _meter(settings.PLACE).wait(f"{kind} {who}", per_minute, request.now.timestamp())  # type: ignore[attr-defined]


def _length(request: HttpRequest) -> int:
    """The body's length as the header says it; more than any limit if it cannot be read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 1 << 60


@lru_cache(maxsize=2)
def _meter(place: Path) -> Meter:
    return Meter(place / ".requests.meter")
