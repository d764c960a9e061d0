"""Sessions that are open: one's own, to see and to end; and an account's, ended by who looks after accounts."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from vanguard.access.door import note
from vanguard.access.models import Session
from vanguard.access.rules import Actor, policy
from vanguard.access.sessions import BEGAN, PROVED, idle_since

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SignInAgain(Exception):
    """Other sessions are ended by somebody who has just shown who they are."""


@dataclass(frozen=True)
class OpenSession:
    """One session: a name that opens nothing, when it began and was last used, by which provider, if any, and whether
    it is the one that asks."""

    mark: str
    began: datetime
    used: datetime
    provider: str
    this: bool


def own_sessions(request: HttpRequest, *, now: datetime) -> tuple[OpenSession, ...]:
    """The open sessions of who asks, this one first; none if nobody is signed in."""
    own = [
        OpenSession(
            _mark(row.session_key),
            _at(row.get_decoded().get(BEGAN, row.seen)),
            _at(row.seen),
            row.provider,
            row.session_key == _key(request),
        )
        for row in _own(request, now).order_by("-seen")
    ]
    return tuple(sorted(own, key=lambda one: not one.this))


def has_just_signed_in(request: HttpRequest, *, now: datetime) -> bool:
    """Whether its user has just shown who they are: with a provider, as that says, which may let in without asking."""
    proved = _at(request.session.get(PROVED, 0))
    return now - proved < timedelta(minutes=policy().sign_in.minutes_proved)


def end_own(request: HttpRequest, mark: str, *, whom: str, now: datetime) -> int:
    """End another session of who asks, or with an empty mark all the others; how many ended. It goes on record.

    Raises SignInAgain.
    """
    if not has_just_signed_in(request, now=now):
        raise SignInAgain
    others = [row.session_key for row in _own(request, now) if row.session_key != _key(request)]
    chosen = [one for one in others if not mark or _mark(one) == mark]
    Session.objects.filter(session_key__in=chosen).delete()
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    note(actor, now, what="sign_out", whom=whom, why="own sessions", outcome="out", rows=len(chosen))
    return len(chosen)


def end_sessions_of(actor: Actor, username: str, *, now: datetime) -> int:
    """End every session of an account, or with an empty name of everybody, the actor's own excepted; how many ended.

    Raises PermissionDenied (on record too) without the right.
    """
    if not actor.may("users"):
        note(actor, now, what="sign_out", whom=username, why="users", outcome="refused")
        raise PermissionDenied
    ended = Session.objects.exclude(user_id=actor.user_id)
    if username:
        ended = ended.filter(user__username=username)
    count, _ = ended.delete()
    note(actor, now, what="sign_out", whom=username, why="users", outcome="out", rows=count)
    return count


def _own(request: HttpRequest, now: datetime) -> "QuerySet[Session]":
    """Sessions that still hold, of the user or citizen of this one."""
    live = Session.objects.filter(until__gt=int(now.timestamp()), seen__gt=idle_since(now))
    mine = live.filter(session_key=_key(request)).values("user_id", "citizen_id").first()
    if mine is None or (mine["user_id"] is None and mine["citizen_id"] is None):
        return Session.objects.none()
    return live.filter(**mine)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _key(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def _mark(key: str) -> str:
    return hashlib.sha256(f"vanguard session {key}".encode()).hexdigest()[:16]
