"""Signing in and out: on record whichever way it ends, and nobody can try passwords for ever."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from tests.town import NOW, PASSWORD, make_users

from vanguard import clock
from vanguard.access.audit.ledger import LEDGER
from vanguard.access.models import FailedSignIn, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def users(place: Path, db: None) -> dict[str, Any]:
    return make_users()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the time."""

    def become(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    become(NOW)
    return become


def attempt(username: str, password: str) -> Any:
    return Client().post("/sign-in", {"username": username, "password": password})


def on_record(place: Path) -> list[tuple[str, str, str, str]]:
    entries = [
        orjson.loads(line)
        for path in (place / "audit").glob("*.jsonl")
        if path.name != LEDGER
        for line in path.read_bytes().splitlines()
    ]
    return [(e["who"], e["what"], e["whom"], e["outcome"]) for e in entries if "who" in e]


def test_each_outcome_is_on_record_but_never_what_was_typed_instead_of_a_name(place: Path, at: Any) -> None:
    client = Client()
    client.post("/sign-in", {"username": "gp", "password": PASSWORD})
    client.post("/sign-out")
    attempt("gp", "wrong")
    attempt("my secret password", "wrong")
    assert on_record(place) == [
        ("", "sign_in", "gp", "in"),
        ("gp", "sign_out", "gp", "out"),
        ("", "sign_in", "gp", "wrong"),
        ("", "sign_in", "", "wrong"),
    ]
    assert "secret" not in repr(FailedSignIn.objects.values_list("name", flat=True))


@pytest.mark.parametrize("username", ["gp", "nobody"])
def test_ten_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(username: str, place: Path, at: Any) -> None:
    for _ in range(10):
        answer = attempt(username, "wrong")
        assert answer.status_code == 400
    answer = attempt(username, PASSWORD)
    assert answer.status_code == 429
    assert "Too many wrong passwords for this user name. Try again in 15 minutes" in answer.content.decode()
    assert on_record(place)[-1][3] == "locked"
    assert attempt("nurse", PASSWORD).status_code == 302, "others are not locked out"
    at(NOW + timedelta(minutes=15))
    assert attempt(username, PASSWORD).status_code == (302 if username == "gp" else 400)


def test_a_right_password_begins_the_count_again(at: Any) -> None:
    for _ in range(3):
        for _ in range(9):
            attempt("gp", "wrong")
        assert attempt("gp", PASSWORD).status_code == 302


def test_no_audit_no_session(place: Path) -> None:
    (place / "audit").write_text("in the way")
    client = Client()
    assert client.post("/sign-in", {"username": "gp", "password": PASSWORD}).status_code == 503
    assert client.get("/people/next").status_code == 302


def test_signing_out_works_even_where_it_cannot_be_put_on_record(place: Path) -> None:
    client = Client()
    client.post("/sign-in", {"username": "gp", "password": PASSWORD})
    for file in (place / "audit").iterdir():
        file.unlink()
    (place / "audit").rmdir()
    (place / "audit").write_text("in the way")
    kept = client.cookies["sessionid"].value
    client.post("/sign-out")
    assert Client(headers={"cookie": f"sessionid={kept}"}).get("/people/next").status_code == 302


def test_a_role_that_the_policy_no_longer_has_can_do_nothing(at: Any) -> None:
    client = Client()
    client.post("/sign-in", {"username": "gp", "password": PASSWORD})
    User.objects.filter(username="gp").update(role="of last year")
    assert client.get("/people/next").status_code == 302
    assert Client().get("/sign-in").status_code == 200
