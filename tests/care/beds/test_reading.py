"""A list of beds: every mistake at once with its line, or all of it written; the same checks on the page."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.care.beds.conftest import BEDS, NOON, wants
from tests.small_place import fill_place, make_people

from vanguard.care import beds as door
from vanguard.care.beds.models import Bed
from vanguard.directory.models import PlaceOfCare
from vanguard.errors import BadInput
from vanguard.web.demo_users import DEMO_PASSWORD

WRONG = """place,locality,room,bed,kind,sex,meets,status,why
mill,north,Bay 1,3,bunk,male,,,
mill,nowhere,Bay 2,1,short_stay_bed,women,bed_with_view,closed,
,north,Bay 3,1,short_stay_bed,female,,,
mill,north,Bay 3,1,short_stay_bed,female,,,
mill,north,Bay 3,1,short_stay_bed,male,,cleaning,
"""


def test_every_mistake_is_said_with_its_line_and_nothing_is_written(beds: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(WRONG)
    with pytest.raises(BadInput) as said:
        door.import_beds(file, NOON)
    told = [line.removeprefix(f"{file}, ") for line in str(said.value).splitlines()]
    assert told == [
        "line 2, column kind: There is no kind of bed bunk. There are short_stay_bed.",
        "line 3, column sex: women is none of female, male and any.",
        "line 3, column meets: There is no need bed_with_view. "
        "There are plain_bed, bed_with_nursing, bed_with_company.",
        "line 3, column locality: There is no locality nowhere. There are north, south.",
        "line 3, column why: There is no reason why the bed is closed.",
        "line 4, column place: The cell is empty. Every bed needs one.",
        "line 6, column status: A new bed is open or closed. The rest is done on its page.",
        "line 6, column bed: The bed stands in line 5 already.",
        "line 6, column sex: The bed of line 5 in the same room is for another sex.",
    ]
    assert Bed.objects.count() == 4


def test_a_list_given_again_brings_up_to_date_what_is_free(beds: dict[str, int], keeps_beds, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text(BEDS.replace("Suite,short_stay_bed,female", "Suite,short_stay_bed,any"))
    done = door.import_beds(file, NOON)
    assert (done.new, done.changed, done.same) == (0, 1, 3)
    door.hold(beds["Suite"], wants(1, "male"), by=keeps_beds("Mary"), now=NOON)
    file.write_text(BEDS)
    with pytest.raises(BadInput, match="Oak House, Suite is held, and the list changes whom it is for"):
        door.import_beds(file, NOON + timedelta(hours=1))


def test_the_pages_of_beds(db: None, place: Path) -> None:
    """A bed is typed, shown, closed with a reason, opened again; nobody without the right sees any of it."""
    fill_place(place, make_people(3))
    lead, gp = Client(), Client()
    lead.post("/sign-in", {"username": "lead", "password": DEMO_PASSWORD})
    gp.post("/sign-in", {"username": "gp", "password": DEMO_PASSWORD})
    assert "There is no need elsewhere" in lead.post("/beds/new", TYPED | {"meets": "elsewhere"}).content.decode()
    assert lead.post("/beds/new", TYPED).status_code == 302
    bed = Bed.objects.get()
    assert PlaceOfCare.objects.get().name == "The Mill" and bed.meets == ["bed_with_nursing"]
    board = lead.get("/beds")
    page = board.content.decode()
    assert "Nursing day and night" in page and "For women" in page
    shown = lead.get("/beds", {"seen": page.partition("seen=")[2].partition("&")[0]}, headers={"HX-Request": "true"})
    assert shown.status_code == 204
    assert "No bed is on the list that matches" in lead.get("/beds?sex=male").content.decode()
    assert "that matches" not in lead.get("/beds?sex=female&need=bed_with_nursing&status=open").content.decode()
    close = {"status": "closed", "seen": "1", "why": ""}
    assert "There is no reason" in lead.post(f"/beds/{bed.pk}", close).content.decode()
    assert lead.post(f"/beds/{bed.pk}", close | {"why": "The call bell is broken"}).status_code == 302
    page = lead.get(f"/beds/{bed.pk}").content.decode()
    assert "The call bell is broken" in page and "Bridget Moss" in page
    assert lead.post(f"/beds/{bed.pk}", close | {"why": "Again"}).status_code == 409
    assert lead.post(f"/beds/{bed.pk}", {"status": "open", "seen": "2"}).status_code == 302
    assert "The Mill" in lead.get("/beds/use?weeks=1").content.decode()
    for path in ("/beds", "/beds/new", "/beds/use", f"/beds/{bed.pk}"):
        assert gp.get(path).status_code in (403, 404), path
    bay = TYPED | {"place": bed.place_id, "room": "Bay 2"}
    assert lead.post("/beds/new", bay).status_code == 302
    beside = lead.post("/beds/new", bay | {"bed": "2", "sex": "male"})
    assert beside.status_code == 400 and "beds for people of different sexes" in beside.content.decode()
    assert Bed.objects.count() == 2


TYPED = {
    "place_name": "The Mill",
    "locality": "north",
    "bed": "1",
    "kind": "short_stay_bed",
    "sex": "female",
    "meets": "bed_with_nursing",
}
