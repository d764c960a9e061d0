"""A programme instead of a place: its own addresses, and its two demo users."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

from vanguard.programme import found
from vanguard.web.demo_programme import make_programme_users
from vanguard.web.demo_users import DEMO_PASSWORD


@pytest.fixture
def programme(db: None, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty programme."""
    found(place, "Six towns")
    monkeypatch.setattr(settings, "PROGRAMME", True)
    monkeypatch.setattr(settings, "ROOT_URLCONF", "vanguard.web.programme_urls")
    clear_url_caches()
    set_urlconf(None)
    make_programme_users()
    return place


@pytest.fixture
def anybody(programme: Path) -> Client:
    """Somebody who is not signed in."""
    return Client()


@pytest.fixture
def signed_in(programme: Path) -> Callable[[str], Client]:
    """A browser signed in as one of the demo users."""

    def sign_in(username: str) -> Client:
        client = Client()
        answer = client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in
