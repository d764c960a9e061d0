"""A member of the public who is signed in: apart from professionals, so that no page or right of theirs is near."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from vanguard.access.accounts import handle
from vanguard.access.sessions import idle_since, touch
from vanguard.access.sql import Query

WHO = Query("""
SELECT c.id, c.name, c.issuer, c.subject, s.provider, s.seen
  FROM access_session s JOIN access_citizen c ON c.id = s.citizen_id
 WHERE s.session_key = %s AND s.until > %s AND s.seen > %s AND s.user_id IS NULL AND c.is_active
""")


@dataclass(frozen=True, slots=True)
class CitizenActor:
    """Who is asking: a member of the public as of this request. No Actor: there is no role to ask rights of."""

    citizen_id: int
    name: str
    issuer: str
    subject: str
    provider: str

    @property
    def handle(self) -> str:
        """What stands for them on record."""
        return handle(self.provider, self.issuer, self.subject)


def citizen_of(request: HttpRequest) -> CitizenActor | None:
    """The member of the public who is signed in with this request, if one is."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key or not key.isalnum():
        return None
    now = request.now  # type: ignore[attr-defined]
    row = WHO.row((key, int(now.timestamp()), idle_since(now)))
    if row is None:
        return None
    touch(key, row[5], now)
    return CitizenActor(*row[:5])


def for_citizens(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that members of the public open, and nobody else: it is given the CitizenActor after the request."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        # Under a name that is not ours, a page of someone else's could read what ours says.
        request.get_host()
        citizen = citizen_of(request)
        if citizen is None:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return view(request, citizen, *args, **values)

    return guarded
