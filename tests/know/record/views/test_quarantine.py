"""Rows that could not be used: downloaded, put right on the page, and what the data pages say."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from tests.know.intake.partner import stay
from tests.small_place import NOW, fill_place, make_people

from vanguard.know.intake import feeds
from vanguard.know.record.data import Day
from vanguard.know.record.views.why_empty import changed, why_empty
from vanguard.lake import Lake
from vanguard.web.demo_users import DEMO_PASSWORD

ROW = stay(SEX="Q", SPELL_ID="S9")
AT = NOW - timedelta(days=1)
BAD = {
    "row_id": "q1", "feed": "inpatient_spells", "file": "inpatient_spells_20180801.csv", "line": 17, "column": "SEX",
    "reason": "SEX is Q; expected one of 1, 2, 0, 9.", "row": json.dumps(ROW), "load_id": "a1",
    "extracted_at": AT.replace(microsecond=0),
}  # fmt: skip


def signed_in(username: str) -> Client:
    client = Client()
    client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD})
    return client


def audited(place: Path, what: str) -> list[dict[str, Any]]:
    lines = [
        orjson.loads(line) for file in (place / "audit").glob("*.jsonl") for line in file.read_bytes().splitlines()
    ]
    return [line for line in lines if what in line["what"]]


@pytest.mark.django_db(transaction=True)
def test_a_row_is_put_right_by_who_may(place: Path) -> None:
    fill_place(place, make_people(3), [BAD])
    assert signed_in("gp").get("/data/quarantine/q1").status_code == 403
    assert signed_in("analyst").get("/data/quarantine.csv").status_code == 403
    admin = signed_in("admin")
    file = admin.get("/data/quarantine.csv?for=mending")
    assert file.content.decode().splitlines()[0] == "feed,file,line,column,reason,row"
    assert audited(place, "export quarantine")[-1]["rows"] == 1
    form = admin.get("/data/quarantine/q1").content.decode()
    assert "SEX is Q; expected one of 1, 2, 0, 9." in form and "How the person was admitted." in form
    names = list(feeds()["inpatient_spells"].columns)
    typed = {f"column-{n}": ROW.get(name, "") for n, name in enumerate(names)}
    again = admin.post("/data/quarantine/q1", typed)
    assert again.status_code == 400 and "There is a problem" in again.content.decode()
    done = admin.post("/data/quarantine/q1", typed | {f"column-{names.index('SEX')}": "2"}, follow=True)
    assert "The row was loaded." in done.content.decode()
    with Lake(place).connect() as con:
        held = con.execute("SELECT key, file, line FROM source_event").fetchall()
        mended = con.execute("SELECT row_id, mended_by FROM mended_row").fetchall()
    assert held == [("S9", BAD["file"], 17)]
    assert mended == [("q1", "admin")]
    assert {line["why"] for line in audited(place, "quarantine") if line["whom"] == ["q1"]} >= {"mend_rows"}
    assert admin.get("/data/quarantine/q1").status_code == 404


def day(number: int, rows: int, **counts: int) -> Day:
    said = {"accepted": 0, "quarantined": 0, "superseded": 0, "duplicate": 0} | counts
    return Day(date(2018, 8, number), 1, rows, **said)


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (day(1, 5, accepted=5), ""),
        (day(1, 0), "has a header and no rows"),
        (day(1, 5, quarantined=5), "has 5 rows, and none could be used"),
        (day(1, 5, duplicate=5), "says only what was held already"),
        (day(1, 5, superseded=4, duplicate=1), "was overtaken"),
    ],
)
def test_why_something_is_empty_is_said_in_words(last: Day, sentence: str) -> None:
    known = {"inpatient_spells": feeds()["inpatient_spells"]}
    found = why_empty(known, {"inpatient_spells": (last,)}, date(2018, 8, 2))
    assert [sentence in one.sentence for one in found] == [True] * bool(sentence)
    [never] = why_empty(known, {}, date(2018, 8, 2))
    assert never.feed == "Hospital stays" and "inpatient_spells_YYYYMMDD" in never.sentence
    late = why_empty(known, {"inpatient_spells": (last,)}, datetime(2019, 8, 2).date())
    assert late, "what came a year ago is pointed out"


def test_what_changed_since_the_extract_before_is_said_in_words() -> None:
    assert changed(day(1, 5), None) == "The first that is known"
    assert changed(day(2, 8, quarantined=1), day(1, 5)) == "3 rows more; 1 could not be used, 0 before"
    assert changed(day(2, 4), day(1, 5)) == "1 row fewer"
    assert changed(day(2, 5), day(1, 5)) == "As many rows"
