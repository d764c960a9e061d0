"""Signing in and out."""

from datetime import datetime

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from vanguard.access.door import note


def sign_in(request: HttpRequest, username: str, password: str, *, now: datetime) -> bool:
    """Begin a session if the password is right. Both outcomes are on record."""
    user = authenticate(request, username=username, password=password)
    # What was typed may be a password in the wrong field: only a name that exists is put on record.
    note(None, now, what="sign_in", whom=username if user else "", why="", outcome="in" if user else "wrong")
    if user is None:
        return False
    login(request, user)
    return True


def sign_out(request: HttpRequest) -> None:
    """End the session."""
    logout(request)
