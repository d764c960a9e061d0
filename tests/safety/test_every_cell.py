"""Every cell of role, relationship and choice over HTTP, as the files of the policy say, read slowly.

Roles are the platform's and the shipped blueprints'. Each is asked for one person's record through the service's own
interface in every cell; by the person page under every relationship; and by the page that needs identity alone.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.access.test_rules import POLICY, ROLES_BY_ID, expected
from tests.access.test_standing import ENTRIES, NOTED, check
from tests.town import CAT, LOCALITIES, NOW, PRACTICES, batches, body, publish_town, write_lake

from vanguard import clock
from vanguard.access.models import Choice, Relationship, User
from vanguard.directory import fill
from vanguard.know.record import publish

pytestmark = pytest.mark.sqlite_in_every_run

PAST = clock.now() - timedelta(hours=1)
SETS = set(POLICY["sensitive_sets"])
RECORDERS = {role for role, spec in ROLES_BY_ID.items() if "record_choices" in spec["rights"]}


@pytest.fixture
def town(place: Path, db: None) -> User:
    """Somebody with something in every part of the record; gives who recorded the choices."""
    publish_town(place)
    said = {"source": "gp", "known_from": "2018-08-01T00:00:00Z", "start": "2018-01-01T00:00:00Z", "timed": False}
    entries = [said | {"setting": "primary_care", "status": "final"} | one for one in ENTRIES]
    noted = [{"since": "2018-01-01", "source": "gp"} | one for one in NOTED]
    record = body(CAT | {"address": "1 Ash Road"}, entries=entries, conditions=noted)
    publish(write_lake(place), NOW, batches({"cat": record}))
    fill(LOCALITIES, PRACTICES)
    return User.objects.create_user("recorder", name="R", role="gp")


def test_every_cell_over_http(town: User) -> None:
    shown = 0
    for role in ROLES_BY_ID:
        shown += cells_of(role, town)
    assert shown > 150, "a walk that was shown nothing would prove nothing"


def cells_of(role: str, recorder: User) -> int:
    shown = 0
    for practice in (None, "P3"):
        user = User.objects.create_user(f"{role}{practice}", name="N", role=role, practice_id=practice)
        client = Client()
        client.force_login(user)
        for relationship in (
            ["registered"] if practice else [None, *(one for one in POLICY["relationships"] if one != "registered")]
        ):
            Relationship.objects.all().delete()
            if relationship not in (None, "registered"):
                Relationship.objects.create(
                    person_id="cat", kind=relationship, holder_kind="user", holder_id=str(user.pk), start=PAST
                )
            ties = {relationship: "full"} if relationship else {}
            for choice in [None, *POLICY["choices"]]:
                Choice.objects.all().delete()
                if choice:
                    Choice.objects.create(
                        person_id="cat", sharing=choice, planning=True, start=PAST, made_by=recorder, role="gp"
                    )
                where = (role, relationship, choice)
                told = expected(role, ties, choice, "full", False, False)
                answer = client.get("/api/persons/cat/record")
                assert answer.status_code == (200 if told.granted else 404), where
                if told.granted:
                    shown += 1
                    assert answer.headers["Vanguard-Item"] == told.item, where
                    kept_back = {one for one in answer.headers["Vanguard-Kept-Back"].split(", ") if one}
                    assert kept_back == SETS - told.sensitive, where
                    check(answer.json(), told.item, told.sensitive)
                if choice is None:
                    check_page(client.get("/people/cat"), told, where)
                if choice == "nothing":
                    may = role in RECORDERS and expected(role, ties, choice, "identity", False, False).granted
                    assert client.get("/people/cat/choices").status_code == (200 if may else 404), where
    return shown


def check_page(answer: Any, told: Any, where: object) -> None:
    """The page draws what the role may see, and nothing else."""
    assert answer.status_code == (200 if told.granted else 404), where
    page = answer.content.decode()
    assert ("Carter" in page or "CARTER" in page) == told.granted, where
    assert ("1 Ash Road" in page) == (told.item in ("summary", "full")), where
    assert ("zgenderz" in page) == (told.item == "full" and "gender_identity" in told.sensitive), where
    assert ("zsensitivez" in page) == (told.item in ("summary", "full") and "sexual_health" in told.sensitive), where
