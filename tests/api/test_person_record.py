"""One person's record over HTTP: through the whole service, as each role."""

import logging
from pathlib import Path

import orjson
import pytest
from django.test import Client
from tests.town import PASSWORD, WORKS, make_users, publish_town

from vanguard.access.audit.ledger import LEDGER

pytestmark = pytest.mark.django_db

SEES = {
    "gp": {"ann"},
    "nurse": {"ann", "bob"},
    "social_worker": {"ann", "bob"},
    "referral_point_clinician": {"ann", "bob", "cat"},
    "analyst": set(),
    "commissioner": set(),
    "administrator": set(),
    "privacy_officer": set(),
    "programme_director": set(),
    "programme_viewer": set(),
    "relative": set(),
    "own": set(),
}


@pytest.fixture(autouse=True)
def town(place: Path, db: None) -> dict:
    publish_town(place)
    return make_users()


def audited(place: Path) -> list[dict]:
    files = [path for path in (place / "audit").glob("*.jsonl") if path.name != LEDGER]
    return [orjson.loads(line) for path in files for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("role", WORKS)
def test_each_role_gets_the_records_of_related_people_only(role: str, town: dict, place: Path) -> None:
    client = Client()
    client.force_login(town[role])
    for person_id in ("ann", "bob", "cat", "dan", "nobody"):
        answer = client.get(f"/api/persons/{person_id}/record")
        assert answer.status_code == (200 if person_id in SEES[role] else 404)
        if answer.status_code == 200:
            assert answer.json()["person"]["person_id"] == person_id
            [shown] = [e for e in audited(place) if e.get("request") == answer.headers["X-Request-Id"]]
            assert (shown["who"], shown["whom"], shown["outcome"]) == (role, person_id, "shown")


def test_unrelated_and_unknown_are_the_same_answer(town: dict) -> None:
    client = Client()
    client.force_login(town["gp"])
    unrelated, unknown = (client.get(f"/api/persons/{one}/record") for one in ("cat", "nobody"))
    differs = {"X-Request-Id"}
    assert unrelated.content == unknown.content
    assert {k: v for k, v in unrelated.headers.items() if k not in differs} == {
        k: v for k, v in unknown.headers.items() if k not in differs
    }


def test_nobody_signed_in_is_told_nothing() -> None:
    answers = [Client().get(f"/api/persons/{one}/record") for one in ("ann", "nobody")]
    assert [a.status_code for a in answers] == [401, 401] and answers[0].content == answers[1].content


def test_no_audit_no_answer(town: dict, place: Path) -> None:
    client = Client()
    client.force_login(town["gp"])
    (place / "audit").write_text("in the way")
    answer = client.get("/api/persons/ann/record")
    assert answer.status_code == 503
    assert b"cannot record who looks at what" in answer.content and b"Archer" not in answer.content


def test_answers_about_people_stay_out_of_caches_and_frames(town: dict) -> None:
    client = Client()
    client.force_login(town["gp"])
    headers = client.get("/api/persons/ann/record").headers
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_logs_name_routes_not_people(town: dict, capsys: pytest.CaptureFixture) -> None:
    from vanguard.access.logs import PlainFormatter

    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(PlainFormatter().format(record))

    logger = logging.getLogger("django.request")
    handler = Kept()
    logger.addHandler(handler)
    try:
        client = Client()
        client.force_login(town["gp"])
        client.get("/api/persons/cat/record?name=Carter")
        client.get("/people/9990000034/")
    finally:
        logger.removeHandler(handler)
    text = "\n".join(lines)
    assert "api/persons/<str:person_id>/record" in text
    assert "Carter" not in text and "9990000034" not in text and "/cat/" not in text


def test_an_account_that_ended_or_got_a_new_password_is_out(town: dict) -> None:
    for role, end in (("gp", "deactivate"), ("nurse", "password")):
        client = Client()
        client.force_login(town[role])
        assert client.get("/api/persons/ann/record").status_code == 200
        if end == "deactivate":
            town[role].is_active = False
        else:
            town[role].set_password("another password")
        town[role].save()
        assert client.get("/api/persons/ann/record").status_code == 401


def test_a_local_account_signs_in_with_its_password(town: dict) -> None:
    client = Client()
    assert not client.login(username="gp", password="wrong")
    assert client.login(username="gp", password=PASSWORD)
    assert client.get("/api/persons/ann/record").status_code == 200
    client.logout()
    assert client.get("/api/persons/ann/record").status_code == 401


def test_a_program_is_answered_in_json_also_where_there_is_nothing(town: dict) -> None:
    client = Client()
    client.force_login(town["gp"])
    answer = client.get("/api/nothing-here")
    assert answer.status_code == 404
    assert "Page not found" in answer.json()["error"]
