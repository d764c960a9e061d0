"""A relative, from the practice's page to the end of it, over HTTP on both databases."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.access.test_standing import ENTRIES, NOTED
from tests.town import CAT, NOW, batches, body, make_users, publish_town, write_lake

from vanguard.access.models import Choice, Citizen, Invitation, Relationship, User
from vanguard.access.sessions import CITIZEN, SessionStore
from vanguard.directory.models import Practice
from vanguard.know.record import publish

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_in_every_run]
PAGE = "/people/cat/relatives"
ASKED = {"whom": "Jane Carter, daughter", "item": "full", "last_day": "today"}
CODE = re.compile(r"The code is ([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})")


@pytest.fixture
def practice(place: Path, db: None) -> Client:
    """Cat's GP at the page that lets relatives see her record."""
    publish_town(place)
    said = {"source": "gp", "known_from": "2018-08-01T00:00:00Z", "since": "2018-01-01"}
    record = body(
        CAT | {"address": "1 Ash Road"},
        entries=[said | one for one in ENTRIES],
        conditions=[said | one for one in NOTED],
    )
    publish(write_lake(place), NOW, batches({"cat": record}))
    users = make_users()
    User.objects.filter(pk=users["gp"].pk).update(practice=Practice.objects.get(code="P3"))
    client = Client()
    client.force_login(users["gp"])
    return client


def citizen(number: int) -> Client:
    """A member of the public who is signed in."""
    account = Citizen.objects.create(issuer="https://public.example", subject=str(number), name=f"Citizen {number}")
    session = SessionStore()
    session[CITIZEN] = account.pk
    session.create()
    client = Client()
    client.cookies["sessionid"] = session.session_key
    return client


def code_from(practice: Client, **changes: str) -> str:
    from vanguard import clock

    today = clock.local_date(clock.now()).isoformat()
    answer = practice.post(PAGE, ASKED | {"last_day": today} | changes)
    found = CODE.search(answer.content.decode())
    assert answer.status_code == 200 and found
    return found[1]


def enters(client: Client, code: str, born: str = "5 April 1953") -> bool:
    return client.post("/me", {"code": code, "birth_date": born}).status_code == 302


def page(client: Client, path: str = "/me/records/cat") -> str:
    answer = client.get(path)
    return answer.content.decode() if answer.status_code == 200 else ""


def test_from_the_practice_s_code_to_the_end_of_it(
    practice: Client, on_record: Callable[[], list[dict[str, Any]]]
) -> None:
    jane, stranger = citizen(1), citizen(2)
    code = code_from(practice)
    assert code not in page(practice, PAGE) and "code not used yet" in page(practice, PAGE), "it is shown once"
    assert not Invitation.objects.filter(code__contains=code[:4]).exists()
    assert page(jane) == ""
    assert not enters(jane, code, "6 April 1953") and enters(jane, code.lower().replace("-", " "))
    assert not enters(stranger, code), "a code is one person's"
    assert "/me/records/cat" in page(jane, "/me") and "Carter" not in page(jane, "/me")
    seen = page(jane)
    assert "1 Ash Road" in seen and "plain" in seen
    assert "zsensitivez" not in seen and "zgenderz" not in seen, "sensitive sets are not a relative's"
    assert page(stranger) == "" and page(jane, "/people/cat") == ""

    recorder = User.objects.get(username="gp")
    Choice.objects.create(
        person_id="cat", sharing="key_information", planning=True, start=NOW, made_by=recorder, role="gp"
    )
    assert "1 Ash Road" in page(jane) and "What was recorded" not in page(jane)
    Choice.objects.update(sharing="nothing")
    assert page(jane) == ""
    Choice.objects.all().delete()

    [one] = Invitation.objects.all()
    assert practice.post(f"{PAGE}/{one.pk}/end").status_code == 302
    assert page(jane) == "" and "Nobody." in page(practice, PAGE)
    lines = [line for line in on_record() if line["what"] == "relative"]
    assert [(line["whom"], line["outcome"]) for line in lines] == [
        ("cat", "invited"), ("", "not found"), ("cat", "begun"), ("", "not found"), ("cat", "ended"),
    ]  # fmt: skip
    looks = [line for line in on_record() if line["role"] == "relative"]
    assert {(line["outcome"], line["why"]) for line in looks} == {
        ("shown", "relative"), ("refused", "not related"), ("refused", "the person's choice"),
    }  # fmt: skip


def test_what_is_given_is_the_most_that_is_seen_and_ends_by_itself(practice: Client) -> None:
    jane = citizen(1)
    assert enters(jane, code_from(practice, item="summary"))
    assert "1 Ash Road" in page(jane) and "What was recorded" not in page(jane)
    Relationship.objects.update(until=NOW)
    assert page(jane) == ""


def test_codes_cannot_be_tried(practice: Client) -> None:
    jane = citizen(1)
    code = code_from(practice)
    assert not any(enters(jane, f"AAAA-BBBB-CCC{one}") for one in "23456")
    assert not enters(jane, code), "nor the right one, after five"
    assert enters(citizen(2), code)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"whom": " "}, "Enter who they are"),
        ({"item": "identity"}, "Choose what they may see"),
        ({"last_day": "6 August 2018"}, "Enter a day from today on"),
        ({"last_day": "6 August 2999"}, "Enter a day from today on"),
        ({"last_day": "some day"}, "Enter a day from today on"),
    ],
)
def test_what_the_form_refuses(practice: Client, changes: dict[str, str], sentence: str) -> None:
    answer = practice.post(PAGE, ASKED | changes)
    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert not Invitation.objects.exists()


def test_only_with_the_right_and_only_of_one_s_own_people(practice: Client) -> None:
    nurse = Client()
    user = User.objects.get(username="nurse")
    user.teams.set(["south-team"])
    nurse.force_login(user)
    assert nurse.get("/people/cat").status_code == 200, "who cares for the person, without the right"
    code_from(practice)
    [one] = Invitation.objects.all()
    for client, path in ((nurse, PAGE), (practice, "/people/ann/relatives")):
        assert client.get(path).status_code == client.post(f"{path}/{one.pk}/end").status_code == 404
    assert Invitation.objects.filter(ended_at=None).exists()
