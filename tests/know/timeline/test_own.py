"""What our own service did, among what partners told: whose it is, which version stands, and where it is shown."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.know.timeline.told import NOW, extract, link, person, read, store, told

from vanguard.know import timeline
from vanguard.lake import Lake

MAY = datetime(2026, 5, 4, 9)


def did(referral: str, key: str, number: int, **said: Any) -> dict[str, Any]:
    """One row of `care_event`, about person p1 unless told otherwise."""
    return {
        "row_id": f"{key}{said.get('status', 'active')}-{number}",
        "number": number,
        "source": "referral_point",
        "source_id": referral,
        "key": f"{referral}/{key}",
        "person_id": "p1",
        "linking": 0,
        "told_at": MAY,
        "kind": "EpisodeOfCare",
        "status": "active",
        "start": MAY,
        "date": MAY.date(),
        "timed": True,
        "codes": ["step:visit"],
        "display": "A visit",
        **said,
    }


def change(number: int, was: str, became: str, *, remains: bool = False) -> dict[str, Any]:
    return {"number": number, "was": was, "became": became, "remains": remains, "at": extract(date(2026, 6, 1))}


def whose(lake: Lake) -> dict[str, str]:
    rows = read(lake, "SELECT e.person_id, c.source_id FROM event e JOIN care_event c ON c.row_id = e.event_id")
    return {row["source_id"]: row["person_id"] for row in rows}


def test_our_own_work_is_in_the_timeline_and_in_the_record_only_live(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    later = datetime(2026, 5, 6, 10)
    partner = told("1", "c1", date=date(2026, 5, 1), kind="Encounter", display="Seen")
    store(
        lake,
        person=[person("p1")],
        person_link=[link("gp", "1", "p1")],
        source_event=[partner],
        care_event=[did("7", "step", 1), did("8", "step", 2, person_id=None)],
    )
    before = [batch.to_pylist() for batch in timeline.Records(lake).marks()]
    with lake.write(NOW) as batch, lake.connect() as con:
        ended = "SELECT * REPLACE ('finished' AS status, 'step2-3' AS row_id, 3 AS number, "
        batch.append(
            "care_event",
            con,
            f"{ended} TIMESTAMP '{later}' AS told_at, TIMESTAMP '{later}' AS \"end\", "
            f"DATE '{later.date()}' AS end_date) FROM care_event WHERE source_id = '7'",
        )
    assert len(lake.manifest().tables["care_event"]) == 2
    timeline.build(lake, NOW)
    assert len(lake.manifest().tables["care_event"]) == 1
    own = read(
        lake, "SELECT status, age, nights, known_from, known_to FROM event WHERE feed = 'care_event' ORDER BY ALL"
    )
    assert own == [
        {"status": "active", "age": 86, "nights": None, "known_from": MAY, "known_to": later},
        {"status": "finished", "age": 86, "nights": 2, "known_from": later, "known_to": None},
    ]
    [record] = [json.loads(row["body"]) for batch in timeline.records(lake) for row in batch.to_pylist()]
    assert [entry["display"] for entry in record["entries"]] == ["Seen"]
    # What is only live makes no record be written anew at each refresh.
    with_partner = [batch.to_pylist() for batch in timeline.Records(lake).marks()]
    store(lake, care_event=[])
    timeline.build(lake, NOW)
    assert [batch.to_pylist() for batch in timeline.Records(lake).marks()] == with_partner != before


def test_our_own_work_goes_along_with_persons_as_the_service_will(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    store(
        lake,
        person=[person(one) for one in ("p1", "p3", "p5", "p6")],
        person_link=[link("gp", "1", "p1")],
        person_change=[
            change(1, "p2", "p9"),
            change(2, "p9", "p3"),
            change(2, "p4", "p5"),
            change(2, "p4", "p6"),
            change(3, "p1", "p5", remains=True),
        ],
        care_event=[
            did("joined twice", "step", 1, person_id="p2"),
            did("followed already", "step", 2, person_id="p3", linking=2),
            did("nobody knows which", "step", 3, person_id="p4"),
            did("stays with who remains", "step", 4),
            did("somebody said so since", "step", 5, person_id="p4"),
            did("somebody said so since", "step", 6, person_id="p6", linking=3),
            did("gone from the place", "step", 7, person_id="p0"),
        ],
    )
    timeline.build(lake, NOW)
    assert whose(lake) == {
        "joined twice": "p3",
        "followed already": "p3",
        "stays with who remains": "p1",
        "somebody said so since": "p6",
    }
