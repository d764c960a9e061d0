"""Sessions: Django's store in our own table, whose row says whose session it is, and when it ends."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from vanguard.access.rules import policy

# What the session's data says about its own row.
CITIZEN, UNTIL, SEEN, PROVIDER, SID = "_citizen", "_until", "_seen", "_provider", "_sid"
BEGAN = "_began"
PROVED = "_proved"  # when its user last showed who they are, in seconds; 0 where nobody says
ID_TOKEN = "_id_token"  # noqa: S105 - the name of a value
TOUCH_SECONDS = 60


class SessionStore(DatabaseStore):
    """What SESSION_ENGINE names."""

    @classmethod
    def get_model_class(cls) -> Any:
        from vanguard.access.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        ends = int(row.expire_date.timestamp())
        row.user_id, row.citizen_id = data.get(SESSION_KEY), data.get(CITIZEN)
        row.until, row.seen = data.get(UNTIL, ends), data.get(SEEN, ends - self.get_session_cookie_age())
        row.provider, row.sid = data.get(PROVIDER, ""), data.get(SID, "")
        return row

    def get_session_cookie_age(self) -> int:
        """Seconds for which a session lasts, by the policy."""
        return policy().sign_in.session_hours * 60 * 60


def begin(
    request: HttpRequest,
    now: datetime,
    *,
    lasts: timedelta | None = None,
    user_id: int | None = None,
    citizen_id: int | None = None,
    provider: str = "",
    sid: str = "",
    **data: Any,
) -> None:
    """Begin a session under a new key: whatever the browser held before is over. `data` is kept with it."""
    from vanguard.access.models import Session

    Session.objects.filter(expire_date__lte=now).delete()
    session = request.session
    session.flush()
    at = int(now.timestamp())
    if user_id is not None:
        session[SESSION_KEY] = user_id
    if citizen_id is not None:
        session[CITIZEN] = citizen_id
    _make_room(now, user_id, citizen_id)
    lasts = lasts or timedelta(hours=policy().sign_in.session_hours)
    ends = at + int(lasts.total_seconds())
    session.update({UNTIL: ends, SEEN: at, BEGAN: at, PROVED: at, PROVIDER: provider, SID: sid, **data})
    rotate_token(request)


def _make_room(now: datetime, user_id: int | None, citizen_id: int | None) -> None:
    """End the sessions that were used longest ago, of an account that has as many as it may."""
    from vanguard.access.models import Session

    if user_id is None and citizen_id is None:
        return
    own = Session.objects.filter(user_id=user_id, citizen_id=citizen_id)
    kept = own.filter(until__gt=int(now.timestamp())).order_by("-seen")[: policy().sign_in.sessions_at_once - 1]
    own.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def idle_since(now: datetime) -> int:
    """The instant, in seconds, before which a session must not have been used last to have ended by now."""
    return int((now - timedelta(minutes=policy().sign_in.idle_minutes)).timestamp())


def touch(key: str, seen: int, now: datetime) -> None:
    """Note that a session is in use: once a minute, so that reading costs no write."""
    at = int(now.timestamp())
    if at - seen < TOUCH_SECONDS:
        return
    from vanguard.access.models import Session

    Session.objects.filter(session_key=key, seen__lt=at).update(seen=at)
