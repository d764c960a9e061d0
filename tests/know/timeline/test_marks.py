"""A record's mark changes with the record, so that only records that changed need be made."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.know.timeline.told import NOW, extract, link, person, registered, store, told

from vanguard.know import timeline
from vanguard.lake import Lake

LINKS = [link("gp", "17", "P1"), link("gp", "18", "P2")]
TOLD = [
    registered("17", date(2011, 4, 1)),
    told("17", "e1", codes=["icd10:J44"], date=date(2018, 1, 1), end_date=date(2026, 8, 4), status="active"),
    told("18", "e2", codes=["icd10:I10"], date=date(2018, 1, 1)),
    told("18", "e2", codes=["icd10:I11"], date=date(2018, 1, 1), extracted_at=extract(date(2026, 8, 2))),
]
Rows = dict[str, list[dict[str, Any]]]


def said(batches: Any, column: str) -> dict[str, str]:
    return {
        person_id: value
        for batch in batches
        for person_id, value in zip(batch["person_id"].to_pylist(), batch[column].to_pylist(), strict=True)
    }


def told_of(lake: Lake, rows: Rows) -> tuple[dict[str, str], dict[str, str]]:
    """Marks and bodies of P1 and P2."""
    store(lake, **rows)
    timeline.build(lake, NOW)
    bodies = said(timeline.records(lake), "body")
    assert said(timeline.records(lake, ["P2"]), "body") == {"P2": bodies["P2"]}
    assert said(timeline.records(lake, []), "body") == {}
    return said(timeline.Records(lake).marks(), "mark"), bodies


def place() -> Rows:
    return {
        "person": [person("P1"), person("P2", given_name="Ann")],
        "person_link": [*LINKS],
        "source_event": [*TOLD],
        "source_end": [],
        "received_file": [],
    }


def received(day: date) -> dict[str, Any]:
    counts = dict.fromkeys(("rows", "accepted", "quarantined", "superseded", "duplicate"), 0)
    texts = dict.fromkeys(("load_id", "feed", "file", "sha256", "described_by"), "x")
    return {**texts, **counts, "extracted_at": extract(day)}


CHANGES: dict[str, Callable[[Rows], object]] = {
    "a name": lambda rows: rows["person"].__setitem__(1, person("P2", given_name="Anne")),
    "a new event": lambda rows: rows["source_event"].append(told("18", "e3", display="Fall", date=date(2019, 1, 1))),
    "a new version": lambda rows: rows["source_event"].append(
        told("18", "e2", codes=["icd10:I12"], date=date(2018, 1, 1), extracted_at=extract(date(2026, 8, 3)))
    ),
    "an end by a snapshot": lambda rows: rows["source_end"].append(
        {"feed": "gp_events", "source": "gp", "key": "e2", "extracted_at": extract(date(2026, 8, 3)), "load_id": "L2"}
    ),
    "a link": lambda rows: rows["person_link"].__setitem__(0, link("gp", "17", "P2")),
    "the day, past an end": lambda rows: rows["received_file"].append(received(date(2026, 8, 5))),
    "the day alone": lambda rows: rows["received_file"].append(received(date(2026, 8, 3))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_mark_changes_where_the_record_does(lake: Lake, change: str) -> None:
    rows = place()
    marks, bodies = told_of(lake, rows)
    assert told_of(lake, rows) == (marks, bodies)
    CHANGES[change](rows)
    marks_now, bodies_now = told_of(lake, rows)
    changed = {person_id for person_id in bodies if bodies[person_id] != bodies_now[person_id]}
    assert changed == {"a link": {"P1", "P2"}, "the day, past an end": {"P1"}, "the day alone": set()}.get(
        change, {"P2"}
    )
    assert {person_id for person_id in marks if marks[person_id] != marks_now[person_id]} == changed


def test_what_has_ended_is_shown_as_ended(lake: Lake) -> None:
    rows = place()
    CHANGES["an end by a snapshot"](rows)
    _, bodies = told_of(lake, rows)
    assert "ended: no longer in what the partner sends since 3 August 2026" in bodies["P2"]
    assert '"conditions":[]' in bodies["P2"]
