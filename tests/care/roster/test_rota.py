"""Shifts, imported or typed: local times through the change of the clocks, all mistakes at once, who is there when."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from tests.care.roster.conftest import NIGHT_BEFORE, ROTA
from tests.small_place import fill_place, make_people

from vanguard import clock
from vanguard.care import outbox
from vanguard.care.outbox.models import Outgoing
from vanguard.care.roster import candidates, import_shifts, next_on_shift
from vanguard.care.roster.models import Shift
from vanguard.care.roster.telling import tell
from vanguard.clock import LONDON
from vanguard.errors import BadInput
from vanguard.know.timeline import build
from vanguard.lake import Lake
from vanguard.web.demo_users import DEMO_PASSWORD

WRONG = """professional,name,employer,skills,pool,team,start,end
,Ada,TRUST,flying,response_teams,,2026-11-02 07:30,2026-11-02 07:00
N1,Ada,TRUST,,canteen,west-team,2 November,2026-11-02 25:00
N2,Bea,TRUST,,night_teams,north-team,2026-11-02 21:00,2026-11-04 07:30
N3,Cleo,TRUST,,night_teams,north-team,2026-11-02 21:00,2026-11-03 07:30
N3,Cleo,TRUST,,night_teams,north-team,2026-11-03 06:00,2026-11-03 09:00
"""
SOMEBODY_ELSE = """professional,name,employer,skills,pool,team,start,end,username
N8,Fay,TRUST,,night_teams,north-team,2026-12-02 21:00,2026-12-03 07:30,visit
N9,Ann,TRUST,,night_teams,north-team,2026-12-02 21:00,2026-12-03 07:30,new
N9,Fay,TRUST,,night_teams,north-team,2026-12-03 21:00,2026-12-04 07:30,
N8,Fay,TRUST,,night_teams,north-team,2026-12-03 21:00,2026-12-04 07:30,new
N7,Ann,COUNCIL,,night_teams,north-team,2026-12-05 21:00,2026-12-06 07:30,new
"""


def test_a_night_on_which_the_clocks_go_back_is_one_hour_longer(rota) -> None:
    assert (rota.new, rota.same) == (6, 0)
    night = Shift.objects.order_by("start")[0]
    assert night.end - night.start == timedelta(hours=11, minutes=30)
    for hour in (20, 23, 25, 31):  # 21:00 to 07:00 local time
        at = datetime(2026, 10, 24, tzinfo=UTC) + timedelta(hours=hour)
        assert [one.name for one in candidates("night_teams", at)] == ["Eve Night"], at.astimezone(LONDON)
    assert candidates("night_teams", night.end) == ()
    following = next_on_shift("night_teams", night.end)
    assert following and following.start == datetime(2026, 11, 2, 21, tzinfo=UTC)


def test_every_mistake_is_said_with_its_line(rota, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(WRONG)
    with pytest.raises(BadInput) as said:
        import_shifts(file, NIGHT_BEFORE)
    told = [line.removeprefix(f"{file}, ").partition(". There are")[0] for line in str(said.value).splitlines()]
    assert told == [
        "line 2, column professional: The cell is empty. Every shift needs one.",
        "line 2, column skills: There is no skill flying",
        "line 2, column team: The response team of the locality is of one locality. Name its team.",
        "line 2, column end: The shift ends before it begins.",
        "line 3, column pool: There is no pool canteen",
        "line 3, column team: There is no team west-team",
        "line 3, column start: 2 November is no local time. Write it like 2026-11-22 07:30.",
        "line 3, column end: 2026-11-02 25:00 is no local time. Write it like 2026-11-22 07:30.",
        "line 4, column end: The shift is longer than a day. Make two of it.",
        "line 6, column start: Cleo is on another shift then: that of line 5. Nobody is in two places.",
    ]
    assert Shift.objects.count() == 6
    file.write_text(ROTA.replace("2026-", "0026-"))
    with pytest.raises(BadInput, match="line 2, column start: The year 26 cannot"):
        import_shifts(file, NIGHT_BEFORE)
    file.write_text(ROTA.replace("Ada", "A\0da"))
    with pytest.raises(BadInput, match="line 2: A character here is in no text"):
        import_shifts(file, NIGHT_BEFORE)
    # Nobody is sent, or sees records, in another's place.
    file.write_text(SOMEBODY_ELSE)
    with pytest.raises(BadInput) as said:
        import_shifts(file, NIGHT_BEFORE)
    assert [line.removeprefix(f"{file}, ") for line in str(said.value).splitlines()] == [
        "line 2, column username: visit is the user name of Ada North on the rota. Check who signs in so.",
        "line 4, column professional: N9 is Ann in line 3. Give each person a code of their own.",
        "line 5, column username: new is the user name of Ann in line 3. Check who signs in so.",
    ]
    assert Shift.objects.count() == 6
    (tmp_path / "again.csv").write_text(ROTA)
    again = import_shifts(tmp_path / "again.csv", NIGHT_BEFORE)
    assert (again.new, again.same) == (0, 6)


def test_the_pages_of_the_rota(db: None, place: Path) -> None:
    fill_place(place, make_people(3))
    lead, nurse = Client(), Client()
    lead.post("/sign-in", {"username": "lead", "password": DEMO_PASSWORD})
    nurse.post("/sign-in", {"username": "visit", "password": DEMO_PASSWORD})
    day = clock.local_date(clock.now())
    typed = {"professional": "K1", "name": "Eve Night", "employer": "TRUST", "pool": "night_teams", "day": f"{day}"}
    wrong = lead.post("/rota/new", typed | {"start": "21:00", "end": "07:30"})
    assert wrong.status_code == 400 and "Name its team" in wrong.content.decode()
    night = {"start": "21:00", "end": "07:30", "team": "north-team"}
    new = lead.post("/rota/new", typed | night)
    assert new.status_code == 400 and "There is no employer TRUST yet" in new.content.decode()
    assert lead.post("/rota/new", typed | night | {"employer_name": "The Trust"}).status_code == 302
    slip = lead.post("/rota/new", typed | night | {"name": "Ada North", "day": f"{day + timedelta(days=1)}"})
    assert slip.status_code == 400 and "This is the staff number of Eve Night" in slip.content.decode()
    shift = Shift.objects.get()
    assert clock.local_date(shift.end) == day + timedelta(days=1)
    shown = nurse.get("/rota").content.decode()
    assert "Eve Night" in shown and "9pm to 7.30am the next day" in shown and "Take back" not in shown
    # A day at a time: who goes on to the next sees the same night as the one before.
    assert f'href="/rota?day={day + timedelta(days=1)}" rel="next"' in shown
    assert "9pm the day before to 7.30am" in nurse.get(f"/rota?day={day + timedelta(days=1)}").content.decode()
    assert nurse.get("/rota/new").status_code in (403, 404)
    assert nurse.post(f"/rota/{shift.pk}/back").status_code in (403, 404)
    for _ in range(2):
        assert lead.post(f"/rota/{shift.pk}/back").headers["Location"] == f"/rota?day={day}"
    assert "Nobody is on the rota that day" in lead.get("/rota?day=nonsense").content.decode()


def test_every_version_of_a_shift_is_in_the_lake(rota, place: Path, tmp_path: Path) -> None:
    lake = Lake(place)
    assert outbox.send(lake, NIGHT_BEFORE) == rota.new == lake.rows("shift")
    assert import_shifts(tmp_path / "rota.csv", NIGHT_BEFORE).new == 0
    assert outbox.send(lake, NIGHT_BEFORE) == 0
    shift = Shift.objects.get(professional_id="K1", start__lt=NIGHT_BEFORE + timedelta(days=1))
    Shift.objects.filter(pk=shift.pk).update(withdrawn_at=NIGHT_BEFORE)
    assert tell([shift.pk, shift.pk], NIGHT_BEFORE) == 1 == outbox.send(lake, NIGHT_BEFORE)
    build(lake, NIGHT_BEFORE)
    with lake.connect() as con:
        found = con.execute(
            """SELECT professional, employer, pool, team, locality, skills, "start", "end", withdrawn_at
               FROM shift WHERE shift = ? ORDER BY number""",
            [str(shift.pk)],
        ).fetchall()
        [(skills,)] = con.execute("SELECT DISTINCT skills FROM shift WHERE professional = 'T1'").fetchall()
    night = ("K1", "TRUST", "night_teams", "north-team", "north", [], datetime(2026, 10, 24, 20))
    taken_back = NIGHT_BEFORE.replace(tzinfo=None)
    assert found == [(*night, datetime(2026, 10, 25, 7, 30), back) for back in (None, taken_back)]
    assert skills == ["therapist_leads"] and lake.rows("shift") == rota.new + 1
    assert lake.rows("care_event") == 0


def test_shifts_from_before_an_upgrade_are_sent_once(rota, place: Path) -> None:
    lake = Lake(place)
    earlier = import_module("vanguard.care.roster.migrations.0002_tell_earlier_shifts")
    spoken = Outgoing.objects.order_by("pk").first()
    # All but one were entered before there was a way to the lake.
    Outgoing.objects.exclude(pk=spoken.pk).delete()
    for sent in (rota.new, 0):
        earlier.tell_earlier(apps, None)
        assert outbox.send(lake, NIGHT_BEFORE) == sent
    assert lake.rows("shift") == rota.new
    # What is said of them then is what would have been said: nothing is new.
    assert tell(Shift.objects.values_list("pk", flat=True), NIGHT_BEFORE) == 0
