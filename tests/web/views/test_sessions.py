"""Where somebody is signed in: seen and, after signing in anew, ended by themselves; ended by an administrator."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.test import Client

from vanguard import clock
from vanguard.access import policy
from vanguard.access.models import Citizen, Session
from vanguard.access.sessions import CITIZEN, PROVED, SEEN, UNTIL, SessionStore
from vanguard.web.demo_users import DEMO_PASSWORD

SignedIn = Callable[[str], Client]


def on_record(place: Path) -> list[tuple[str, str, str, int]]:
    lines = [orjson.loads(line) for file in (place / "audit").glob("2*.jsonl") for line in file.open("rb")]
    return [
        (one["who"], one["whom"], one["outcome"], one["rows"])
        for one in lines
        if one["what"] == "sign_out" and "rows" in one
    ]


def is_in(client: Client) -> bool:
    return client.get("/people/next").status_code == 200


def aged(client: Client, minutes: int) -> None:
    """The session as if its user had shown so long ago who they are."""
    store = SessionStore(client.cookies["sessionid"].value)
    store[PROVED] = store[PROVED] - minutes * 60
    store.save()


def test_others_are_ended_by_who_has_just_signed_in(small_place: object, signed_in: SignedIn, place: Path) -> None:
    ward, desk, here, colleague = signed_in("gp"), signed_in("gp"), signed_in("gp"), signed_in("nurse")
    page = here.get("/sessions").content.decode()
    assert "3 places" in page and page.count("This one") == 1
    for client in (ward, desk, here, colleague):
        assert client.cookies["sessionid"].value not in page
    marks = page.split('name="mark" value="')[1:]
    assert len(marks) == 2

    # Long after signing in a session may have been left to somebody else: it sees, and ends nothing.
    aged(here, policy().sign_in.minutes_proved)
    told = here.get("/sessions").content.decode()
    assert "show again that it is you" in told and 'name="mark"' not in told
    assert here.post("/sessions").status_code == 403
    assert is_in(ward) and is_in(desk)

    anew = signed_in("gp")
    of_a_colleague = colleague.get("/sessions").content.decode()
    assert "1 place" in of_a_colleague and 'name="mark"' not in of_a_colleague
    assert anew.post("/sessions", {"mark": "0" * 16}).status_code == 302
    assert is_in(ward) and is_in(desk) and is_in(here)
    one = anew.get("/sessions").content.decode().split('name="mark" value="')[1].partition('"')[0]
    anew.post("/sessions", {"mark": one})
    assert [is_in(client) for client in (ward, desk, here)].count(False) == 1
    anew.post("/sessions")
    assert not any(is_in(client) for client in (ward, desk, here)) and is_in(anew) and is_in(colleague)
    assert on_record(place) == [("gp", "gp", "out", 0), ("gp", "gp", "out", 1), ("gp", "gp", "out", 2)]


def test_an_administrator_ends_anybody_s_and_everybody_s(small_place: object, signed_in: SignedIn, place: Path) -> None:
    gp, again, nurse, admin = signed_in("gp"), signed_in("gp"), signed_in("nurse"), signed_in("admin")
    assert nurse.post("/users", {"end": "one", "username": "gp"}).status_code == 403
    assert admin.post("/users", {"end": "one", "username": ""}).status_code == 200
    assert is_in(gp) and is_in(again)
    assert "2 sessions ended" in admin.post("/users", {"end": "one", "username": "gp"}).content.decode()
    assert not is_in(gp) and not is_in(again) and is_in(nurse)
    signed_in("gp")
    page = admin.get("/users").content.decode()
    assert 'value="nurse"' in page and 'value="admin"' not in page and 'href="/sessions">Your own sessions' in page
    assert "2 sessions ended" in admin.post("/users", {"end": "everybody"}).content.decode()
    assert not is_in(nurse) and admin.get("/users").status_code == 200
    assert on_record(place)[-2:] == [("admin", "gp", "out", 2), ("admin", "", "out", 2)]


def test_an_administrator_closes_the_account_of_who_leaves(
    small_place: object, signed_in: SignedIn, place: Path
) -> None:
    gp, nurse, admin = signed_in("gp"), signed_in("nurse"), signed_in("admin")
    assert nurse.post("/users", {"end": "close", "username": "gp"}).status_code == 403 and is_in(gp)
    for nobody in ("admin", "no-one", ""):
        assert "can no longer" not in admin.post("/users", {"end": "close", "username": nobody}).content.decode()
    assert "gp can no longer sign in" in admin.post("/users", {"end": "close", "username": "gp"}).content.decode()
    assert not is_in(gp) and is_in(nurse) and admin.get("/users").status_code == 200
    again = {"username": "gp", "password": DEMO_PASSWORD}
    assert Client().post("/sign-in", again).status_code != 302
    assert "gp can sign in again" in admin.post("/users", {"end": "open", "username": "gp"}).content.decode()
    assert not is_in(gp) and Client().post("/sign-in", again).status_code == 302
    lines = [orjson.loads(line) for file in (place / "audit").glob("2*.jsonl") for line in file.open("rb")]
    assert [(one["who"], one["whom"], one["outcome"]) for one in lines if one["what"] == "account"] == [
        ("nurse", "gp", "refused"),
        ("admin", "gp", "closed"),
        ("admin", "gp", "opened"),
    ]


@pytest.mark.sqlite_only
def test_one_more_session_than_an_account_may_have_ends_the_one_unused_longest(
    small_place: object, signed_in: SignedIn
) -> None:
    first, nurse = signed_in("gp"), signed_in("nurse")
    Session.objects.filter(pk=first.cookies["sessionid"].value).update(seen=int(clock.now().timestamp()) - 60)
    others = [signed_in("gp") for _ in range(policy().sign_in.sessions_at_once - 1)]
    assert is_in(first)
    Session.objects.filter(pk=first.cookies["sessionid"].value).update(seen=int(clock.now().timestamp()) - 60)
    last = signed_in("gp")
    assert not is_in(first) and all(is_in(one) for one in (*others, last, nurse))


@pytest.mark.sqlite_only
def test_the_public_see_and_end_their_own(small_place: object, place: Path) -> None:
    citizens = [Citizen.objects.create(issuer="https://public.example", subject=str(n), name=f"C {n}") for n in (1, 2)]
    clients = []
    seen = int(clock.now().timestamp())
    for citizen in (citizens[0], citizens[0], citizens[1]):
        store = SessionStore()
        until = seen + int(timedelta(hours=1).total_seconds())
        store.update({CITIZEN: citizen.pk, SEEN: seen, PROVED: seen, UNTIL: until})
        store.create()
        clients.append(Client())
        clients[-1].cookies["sessionid"] = store.session_key
    assert "2 places" in clients[0].get("/sessions").content.decode()
    assert clients[0].post("/sessions").status_code == 302
    assert [one.get("/me").status_code for one in clients] == [200, 302, 200]
    [(who, whom, outcome, rows)] = on_record(place)
    assert (who, outcome, rows) == ("", "out", 1) and whom.startswith(":1:")
    assert Client().get("/sessions").headers["Location"].startswith("/sign-in")
