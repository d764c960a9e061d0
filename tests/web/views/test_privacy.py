"""The privacy officer's pages, the reason for a watched record, and a person's choices, as they are used."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from vanguard.access.models import Choice, Mark, Opening, User
from vanguard.know.record.models import PersonIndex
from vanguard.web.demo_users import DEMO_USERS

pytestmark = pytest.mark.sqlite_in_every_run

SignIn = Callable[[str], Client]
PRIVATE = ("/privacy", "/privacy?show=done", "/privacy/1", "/privacy/marks")


def text(answer: Any) -> str:
    """What the page's main part says, in one line."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def patient(small_place: Path) -> PersonIndex:
    """Somebody of the GP's practice, alive."""
    return PersonIndex.objects.filter(practice=practice_of(), death_date=None).order_by("person_id")[0]


def as_typed(person: PersonIndex, **more: str) -> dict[str, str]:
    return {"nhs_number": person.nhs_number, "birth_date": person.birth_date.strftime("%d/%m/%Y")} | more


@pytest.mark.parametrize("username", [name for name, *_ in DEMO_USERS if name != "privacy"])
def test_nobody_else_has_these_pages(signed_in: SignIn, username: str) -> None:
    client = signed_in(username)
    for address in PRIVATE:
        assert client.get(address).status_code == 404, address
    for address in ("/privacy/1", "/privacy/marks", "/privacy/marks/1/end"):
        assert client.post(address, {"outcome": "good_reason", "kind": "staff"}).status_code == 404, address
    assert "/privacy" not in client.get("/").content.decode()


def test_an_emergency_is_followed_up(signed_in: SignIn, patient: PersonIndex) -> None:
    nurse, officer, gp = signed_in("nurse"), signed_in("privacy"), signed_in("gp")
    assert "No openings wait for you" in text(officer.get("/"))
    nurse.post("/people/emergency", as_typed(patient, reason="unconscious in our department"))
    nurse.get(f"/people/{patient.person_id}")
    assert "1 opening waits for you" in text(officer.get("/"))
    assert "unconscious in our department" in text(gp.get("/"))
    queue = officer.get("/privacy")
    assert "Tom Ellery (nurse)" in text(queue) and patient.family_name.upper() in text(queue)
    address = f"/privacy/{Opening.objects.get().pk}"
    assert f'href="{address}"' in queue.content.decode()
    page = text(officer.get(address))
    assert "What was seen The whole record with its timeline" in page and "Nothing yet" in page
    wrong = officer.post(address, {"outcome": ""})
    assert wrong.status_code == 400 and "Choose what came of it" in text(wrong)
    assert officer.post(address, {"outcome": "good_reason", "words": "Spoke to the ward"}).status_code == 302
    assert "There was a good reason: Spoke to the ward" in text(officer.get(address))
    assert "Nothing waits" in text(officer.get("/privacy"))
    assert "Tom Ellery" in text(officer.get("/privacy?show=done"))


def test_a_watched_record_asks_why(signed_in: SignIn, patient: PersonIndex) -> None:
    officer, gp = signed_in("privacy"), signed_in("gp")
    given = as_typed(patient, kind="staff", reason="Sister on ward 4 here")
    wrong = officer.post("/privacy/marks", given | {"birth_date": "1 January 1901"})
    assert wrong.status_code == 400 and "No record here has this NHS number" in text(wrong)
    assert officer.post("/privacy/marks", given).status_code == 302
    assert "Works for a partner of this place: Sister on ward 4 here" in text(officer.get("/privacy/marks"))
    person = f"/people/{patient.person_id}"
    for address in (person, f"{person}/choices"):
        answer = gp.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{person}/reason")
    stop = gp.get(f"{person}/reason")
    assert "this record is watched" in text(stop)
    assert "Sister" not in stop.content.decode() and patient.family_name.upper() not in stop.content.decode()
    assert gp.get(f"/api/persons/{patient.person_id}/record").status_code == 403
    short = gp.post(f"{person}/reason", {"reason": "because"})
    assert short.status_code == 400 and "at least 3 words" in text(short)
    assert gp.post(f"{person}/reason", {"reason": "rang about her results"}).headers["Location"] == person
    assert "This record is watched" in text(gp.get(person))
    assert gp.get(f"/api/persons/{patient.person_id}/record").status_code == 200
    assert "rang about her results" in text(officer.get("/privacy"))
    officer.post(f"/privacy/marks/{Mark.objects.get().pk}/end")
    assert "No record is watched" in text(officer.get("/privacy/marks"))


def test_a_choice_is_recorded_and_holds(signed_in: SignIn, patient: PersonIndex) -> None:
    gp, nurse = signed_in("gp"), signed_in("nurse")
    address = f"/people/{patient.person_id}/choices"
    assert f'href="{address}"' in gp.get(f"/people/{patient.person_id}").content.decode()
    form = text(gp.get(address))
    assert "No choice is recorded" in form and "The person is on no list of people to help" in form
    for form, says in [
        ({"sharing": "", "planning": "yes"}, "Choose what the person wants to share"),
        ({"sharing": "nothing"}, "Choose whether their data may be used"),
        ({"sharing": "nothing", "planning": "no", "words": "w" * 501}, "at most 500 letters"),
    ]:
        answer = gp.post(address, form)
        assert answer.status_code == 400 and says in text(answer)
    assert not Choice.objects.exists()
    saved = gp.post(address, {"sharing": "key_information", "planning": "no", "words": "Told me today"})
    assert "The choice is recorded" in text(saved)
    assert "Share key information only. Not for planning. Recorded by Dr Amara Okafor (GP)" in text(saved)
    page = text(nurse.get(f"/people/{patient.person_id}"))
    assert "share key information only" in page and "Timeline" not in page
    body = nurse.get(f"/api/persons/{patient.person_id}/record")
    assert body.headers["Vanguard-Item"] == "summary" and "entries" not in body.json()
    answer = nurse.post(address, {"sharing": "nothing", "planning": "no"})
    assert answer.status_code == 200 and "holds from now on, for you too" in text(answer)
    assert nurse.get(address).status_code == nurse.get(f"/people/{patient.person_id}").status_code == 404
    back = gp.post(address, {"sharing": "share_all", "planning": "yes"})
    assert "Choices before" in text(back)
    assert nurse.get(f"/people/{patient.person_id}").status_code == 200


def test_what_is_never_shown_is_said_on_every_record_alike(signed_in: SignIn, place: Path) -> None:
    """Said only where something is kept back, it would tell that there is something."""
    said = set()
    nurse = signed_in("nurse")
    for person in PersonIndex.objects.filter(locality="north")[:10]:
        page = text(nurse.get(f"/people/{person.person_id}"))
        said.add(page[page.index("Entries about sexual health") :])
        body = nurse.get(f"/api/persons/{person.person_id}/record")
        assert body.headers["Vanguard-Kept-Back"].startswith("sexual_health, ")
    assert len(said) == 1
    gp = signed_in("gp")
    assert "Entries about" not in text(gp.get(f"/people/{PersonIndex.objects.filter(practice=practice_of())[0].pk}"))


def practice_of() -> str:
    return str(User.objects.get(username="gp").practice_id)
