"""Signing in with a local account, which only a demo place has, and signing out."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from vanguard.access.door import note
from vanguard.access.models import FailedSignIn, User
from vanguard.access.rules import Actor, policy
from vanguard.access.sessions import begin


class LockedOut(Exception):
    """Too many wrong passwords for this user name: no password is tried, not even the right one."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Too many wrong passwords for this user name. Try again in {minutes} minutes")


def sign_in(request: HttpRequest, username: str, password: str, *, now: datetime) -> bool:
    """Begin a session if the password is right. Every outcome is on record. Raises LockedOut."""
    rules = policy().sign_in
    name = _mark(username)
    since = now - timedelta(minutes=rules.minutes_locked)
    # The same for a name that nobody has, so that a lock does not tell which names exist.
    if FailedSignIn.objects.filter(name=name, at__gt=since).count() >= rules.wrong_passwords:
        _note(_known(username), "locked", now)
        raise LockedOut(rules.minutes_locked)
    user = authenticate(request, username=username, password=password)
    _note(username if user else _known(username), "in" if user else "wrong", now)
    if user is None:
        FailedSignIn.objects.filter(at__lte=since).delete()
        FailedSignIn.objects.create(name=name, at=now)
        return False
    FailedSignIn.objects.filter(name=name).delete()
    begin(request, now, user_id=user.pk)
    return True


def sign_out(request: HttpRequest, actor: Actor | None, *, whom: str = "", now: datetime) -> None:
    """End the session, which goes on record; `whom` names the member of the public whose it was."""
    logout(request)
    note(actor, now, what="sign_out", whom=actor.username if actor else whom, why="", outcome="out")


def _note(username: str, outcome: str, now: datetime) -> None:
    note(None, now, what="sign_in", whom=username, why="", outcome=outcome)


def _known(username: str) -> str:
    """The name if somebody has it: what was typed may be a password in the wrong field."""
    return username if User.objects.filter(username=username).exists() else ""


def _mark(username: str) -> str:
    """What stands for a typed name in the count of failures, for the same reason."""
    return salted_hmac("vanguard.access.signin", username.casefold()).hexdigest()
