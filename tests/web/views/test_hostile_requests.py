"""What nobody sends by accident is refused in a sentence, and never breaks the service."""

import io
from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory, override_settings

from vanguard.web.demo_users import DEMO_PASSWORD
from vanguard.web.wsgi import application

pytestmark = pytest.mark.sqlite_in_every_run

SignedIn = Callable[[str], Client]


def test_a_nul_in_an_address(signed_in: SignedIn) -> None:
    client = signed_in("hub")
    for path in (
        "/people/%00",
        "/api/persons/abc%00/record",
        "/people/next?practice=%00",
        "/people/next?locality=K%00&sort=%00",
        "/people/p1?setting=%00",
    ):
        assert client.get(path).status_code == 400, path


def test_a_nul_in_a_form(signed_in: SignedIn) -> None:
    client = signed_in("gp")
    assert client.post("/people/find", {"text": "a\0b"}).status_code == 400
    asked = {"nhs_number": "9990090092", "birth_date": "7/3/1911", "reason": "a good \0 reason"}
    assert client.post("/people/emergency", asked).status_code == 400
    assert Client().post("/sign-in", {"username": "gp\0", "password": DEMO_PASSWORD}).status_code == 400


def test_a_session_that_is_not_one(small_place: object) -> None:
    for key in ('"' + "\\000" * 9 + '"', "a" * 5000, "'; --", "é" * 32, ""):
        answer = Client(headers={"cookie": f"sessionid={key}"}).get("/people/next")
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in"), key


@pytest.mark.parametrize("username", ["gp", "analyst"])
def test_a_list_asked_for_oddly_is_a_list(signed_in: SignedIn, username: str) -> None:
    client = signed_in(username)
    for query in (
        "page=99999999999",
        "page=-1",
        "page=%D9%A3",
        "page=1e9",
        "sort=nhs_number",
        "sort=person__nhs_number",
        "order=x&order=y",
        "%ff=%ed%a0%80",
    ):
        assert client.get(f"/people/next?{query}").status_code == 200, query


def test_a_search_for_a_document_is_not_made(signed_in: SignedIn) -> None:
    client = signed_in("gp")
    for text in ("a " * 1500, "a" * 100_000):
        answer = client.post("/people/find", {"text": text})
        assert answer.status_code == 200 and "Enter at most 100 letters" in answer.content.decode()


def test_a_name_that_is_not_ours(signed_in: SignedIn) -> None:
    client = signed_in("gp")
    with override_settings(ALLOWED_HOSTS=["vanguard.example"]):
        assert client.get("/people/next", headers={"host": "vanguard.example"}).status_code == 200
        assert client.get("/people/next", headers={"host": "elsewhere.example"}).status_code == 400
        forwarded = {"host": "elsewhere.example", "x-forwarded-host": "vanguard.example"}
        assert client.get("/people/next", headers=forwarded).status_code == 400


@pytest.mark.parametrize("charset", ["charset=hex", "charset=rot13", "charset*=utf-8''%00", "charset=utf-16"])
def test_a_charset_of_somewhere_else(charset: str) -> None:
    """Read at the entry point, before anything could answer that it was wrong."""
    given = RequestFactory().post("/sign-in?next=/data", {"username": "zoë"}).environ
    given["CONTENT_TYPE"] += f"; {charset}"
    request = application.request_class(given)
    assert (request.GET["next"], request.POST["username"]) == ("/data", "zoë")


def test_signing_in_leads_nowhere_else(small_place: object) -> None:
    elsewhere = [
        "//e.example",
        "https://e.example",
        "/\\e.example",
        "http:///e.example",
        "javascript:alert(1)",
    ]
    for asked in elsewhere:
        answer = Client().post("/sign-in", {"username": "gp", "password": DEMO_PASSWORD, "next": asked})
        assert answer.headers["Location"] == "/", asked


def test_a_session_begins_under_a_new_key_and_ends_for_good(small_place: object) -> None:
    client = Client()
    client.cookies["sessionid"] = fixed = "a" * 32
    client.post("/sign-in", {"username": "gp", "password": DEMO_PASSWORD})
    kept = client.cookies["sessionid"].value
    assert kept != fixed
    client.post("/sign-out")
    for key in (fixed, kept):
        assert Client(headers={"cookie": f"sessionid={key}"}).get("/people/next").status_code == 302


def test_forms_need_their_token(signed_in: SignedIn) -> None:
    kept = signed_in("gp").cookies
    client = Client(enforce_csrf_checks=True)
    client.cookies = kept
    for address in ("/people/find", "/people/emergency", "/sign-out", "/sign-in"):
        assert client.post(address, {"text": "a"}).status_code == 403


def test_a_file_that_is_sent_touches_no_disk(small_place: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.files import uploadedfile

    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", None)
    large = io.BytesIO(b"x" * 3_000_000)
    answer = Client().post("/sign-in", {"username": "gp", "password": "wrong", "file": large})
    assert answer.status_code == 413
    answer = Client().post("/sign-in", {"username": "gp", "password": "wrong", "file": io.BytesIO(b"x" * 1_000)})
    assert answer.status_code == 400
