"""A small place that all page tests read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.small_place import NOW, fill_place, make_people

from vanguard.web.demo_users import DEMO_PASSWORD


def quarantined() -> dict[str, Any]:
    """A row that could not be used."""
    return {
        "row_id": "q1",
        "feed": "gp_events",
        "file": "gp_events_20261120.csv",
        "line": 17,
        "column": "event_at",
        "reason": "event_at is 2087-01-01; expected nothing after the extract, made on 20 November 2026.",
        "row": '{"patient_id": "123", "event_at": "2087-01-01"}',
        "load_id": "a1",
        "extracted_at": NOW,
    }


@pytest.fixture
def small_place(db: None, place: Path) -> Path:
    fill_place(place, make_people(120), [quarantined()])
    return place


@pytest.fixture
def signed_in(small_place: Path) -> Callable[[str], Client]:
    """A browser signed in as one of the demo users."""

    def sign_in(username: str) -> Client:
        client = Client()
        answer = client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in
