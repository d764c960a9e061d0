"""What every request passes: who is asking, and nothing without a sign-in; and what a page of ours may load."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject

from vanguard import clock
from vanguard.access.oidc_file import sign_in_file
from vanguard.access.rules import Actor, policy
from vanguard.access.sessions import idle_since, touch
from vanguard.access.sql import Query

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        # Signing out is a form that leads on to the provider.
        "form-action 'self'{providers}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)


@lru_cache(maxsize=8)
def content_security_policy(place: Path) -> str:
    """The header's value: everything from ourselves, and forms may lead to the place's own providers too."""
    rules = sign_in_file(place)
    return CONTENT_SECURITY_POLICY.format(providers="".join(f" {one}" for one in rules.origins()) if rules else "")


# One query: the session, its user, and the localities of the user's teams. A citizen's session has no user, so
# that nobody from the public is an actor.
WHO_IS = """
SELECT u.id, u.username, u.name, u.role, u.organisation_id, u.practice_id,
       (SELECT {gather}(t.locality_id, ',') FROM access_user_teams m
          JOIN directory_team t ON t.code = m.team_id WHERE m.user_id = u.id), s.seen
  FROM access_session s JOIN access_user u ON u.id = s.user_id
 WHERE s.session_key = %s AND s.until > %s AND s.seen > %s AND u.is_active
"""
WHO = Query(WHO_IS.format(gather="string_agg"), sqlite=WHO_IS.format(gather="group_concat"))


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking. Raises PermissionDenied if nobody is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise PermissionDenied
    return actor


class SignedInMiddleware(SessionMiddleware):
    """Sets `request.actor` (an Actor or None), `session`, `user`, `now` and `request_id`.

    Every view needs a sign-in unless it is marked with Django's `login_not_required`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.get_response: Callable[[HttpRequest], HttpResponse] = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Any, request)
        asked.now = clock.now()
        asked.request_id = os.urandom(8).hex()
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        asked.session = self.SessionStore(key)
        asked.actor = self._actor(key, asked) if key and key.isalnum() else None
        asked.user = SimpleLazyObject(lambda: _user(asked))
        return cast(HttpResponse, self.process_response(request, self.get_response(request)))

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        open_to_all = not getattr(view, "login_required", True)
        if not open_to_all:
            # Under a name that is not ours, a page of someone else's could read what ours says.
            request.get_host()
        if open_to_all or cast(Any, request).actor is not None:
            if _holds_nul(request, kwargs):
                raise BadRequest
            return None
        if request.path_info.startswith("/api/"):
            return JsonResponse({"error": "Sign in first."}, status=401)
        if _by_itself(request):
            # A part of a page that looks for news: the whole page is to be asked for, and leads to the sign-in.
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return cast(HttpResponse, redirect_to_login(request.get_full_path(), settings.LOGIN_URL))

    def _actor(self, key: str, request: Any) -> Actor | None:
        row = WHO.row((key, int(request.now.timestamp()), idle_since(request.now)))
        if row is None or row[3] not in policy().roles:
            return None
        user_id, username, name, role, organisation, practice, localities, seen = row
        if not _by_itself(request):
            touch(key, seen, request.now)
        return Actor(
            user_id,
            username,
            name,
            policy().roles[role],
            organisation,
            practice,
            frozenset(localities.split(",")) if localities else frozenset(),
            request.request_id,
        )


def _by_itself(request: HttpRequest) -> bool:
    """Whether an open page asks, and not whoever may long have left it: that is no use of a session."""
    return "HX-Request" in request.headers


def _holds_nul(request: HttpRequest, kwargs: Any) -> bool:
    """Whether the address or the form holds the one character that databases cannot take."""
    sent = [value for form in (request.GET, request.POST) for _, values in form.lists() for value in values]
    return any("\0" in str(value) for value in (*kwargs.values(), *sent))


def _user(request: Any) -> Any:
    """The user's row, for the few places of Django that ask for it."""
    from django.contrib.auth.models import AnonymousUser

    from vanguard.access.models import User

    return User.objects.get(pk=request.actor.user_id) if request.actor else AnonymousUser()
