"""FHIR among the files of a folder: counted, settled against what the lake holds, tied across files."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.fhir.bundles import NEEDS_OPEN_DATA, OPEN_DATA, about, bundle, patient

from vanguard.errors import BadInput
from vanguard.know.intake import LoadResult, current_events, load
from vanguard.lake import Lake

NOW = datetime(2024, 6, 1, 9, tzinfo=UTC)
PERSON = patient(identifier=[{"system": "urn:partner", "value": "p1"}], name=[{"family": "Smith"}])
WEIGHT = about("Observation", status="final", code={"text": "Weight"}, valueInteger=70)
WARD = {"resourceType": "Organization", "id": "o"}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "place")


def delivered(folder: Path, *, days: int = 0, **files: Any) -> Path:
    """A folder of files: dicts as JSON, lists as NDJSON, made so many days later."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name}.{'ndjson' if isinstance(content, list) else 'json'}"
        lines = content if isinstance(content, list) else [content]
        path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        at = (NOW - timedelta(days=100 - days)).timestamp()
        os.utime(path, (at, at))
    return folder


def counts(result: LoadResult) -> tuple[int, int, int, int]:
    assert result.rows == result.accepted + result.quarantined + result.superseded + result.duplicate
    return result.accepted, result.quarantined, result.superseded, result.duplicate


def rows(lake: Lake, query: str) -> list[tuple[Any, ...]]:
    with lake.connect() as con:
        found: list[tuple[Any, ...]] = con.execute(query).fetchall()
    return found


def test_a_bundle_becomes_rows_of_the_lake(lake, tmp_path):
    result = load(lake, delivered(tmp_path / "in", a=bundle(PERSON, WEIGHT, WARD, {"id": "?"})), NOW)
    assert counts(result) == (3, 1, 0, 0)
    assert rows(lake, "SELECT feed, source, source_id, family_name FROM source_person") == [
        ("fhir", "urn:partner", "p1", "Smith")
    ]
    assert rows(lake, "SELECT key, kind, value FROM source_event") == [("Observation/x1", "Observation", 70.0)]
    assert rows(
        lake, "SELECT count(*), count(resource_id) FROM source_event JOIN source_resource USING (resource_id)"
    ) == [(1, 1)]
    assert rows(lake, "SELECT body FROM source_resource WHERE type = 'Observation'") == [(json.dumps(WEIGHT).encode(),)]
    assert rows(lake, 'SELECT line, "column", file FROM quarantine') == [(4, "resourceType", "a.json")]
    assert rows(lake, "SELECT rows, accepted, quarantined FROM received_file") == [(4, 3, 1)]


def test_the_same_file_again_says_nothing_new_and_under_another_name_neither(lake, tmp_path):
    content = bundle(PERSON, WEIGHT, WARD)
    load(lake, delivered(tmp_path / "in", a=content), NOW)
    before = lake.manifest().generation
    assert counts(load(lake, tmp_path / "in", NOW)) == (0, 0, 0, 3)
    assert lake.manifest().generation == before
    assert counts(load(lake, delivered(tmp_path / "other", b=content), NOW)) == (0, 0, 0, 3)
    assert rows(lake, "SELECT count(*) FROM source_resource") == [(3,)]


def test_a_later_extract_has_the_last_word_and_an_earlier_one_has_not(lake, tmp_path):
    newer = bundle(PERSON, WEIGHT | {"valueInteger": 72}, timestamp="2024-05-20T00:00:00Z")
    older = bundle(PERSON, WEIGHT | {"valueInteger": 68}, timestamp="2024-04-20T00:00:00Z")
    load(lake, delivered(tmp_path / "a", a=bundle(PERSON, WEIGHT, timestamp="2024-05-01T00:00:00Z")), NOW)
    assert counts(load(lake, delivered(tmp_path / "b", b=newer), NOW)) == (1, 0, 0, 1)
    assert counts(load(lake, delivered(tmp_path / "c", c=older), NOW)) == (0, 0, 1, 1)
    assert rows(lake, f"SELECT value FROM ({current_events()})") == [(72.0,)]
    assert rows(lake, "SELECT count(*) FROM source_event") == [(3,)]


def test_two_partners_may_use_the_same_ids(lake, tmp_path):
    other = PERSON | {"identifier": [{"system": "urn:other", "value": "p1"}]}
    load(
        lake,
        delivered(tmp_path / "in", a=bundle(PERSON, WEIGHT), b=bundle(other, WEIGHT | {"valueInteger": 80})),
        NOW,
    )
    assert rows(lake, f"SELECT source, value FROM ({current_events()}) ORDER BY 1") == [
        ("urn:other", 80.0),
        ("urn:partner", 70.0),
    ]


def test_an_export_in_several_files_is_about_the_same_person(lake, tmp_path):
    load(lake, delivered(tmp_path / "in", Observation=[WEIGHT], Patient=[PERSON]), NOW)
    assert rows(lake, "SELECT source, source_id FROM source_event") == [("urn:partner", "p1")]
    load(
        lake,
        delivered(
            tmp_path / "next",
            more=[WEIGHT | {"id": "x2"}, about("Flag") | {"subject": {"reference": "Patient/unknown"}}],
        ),
        NOW,
    )
    assert rows(lake, "SELECT source, source_id FROM source_event WHERE file = 'more.ndjson' ORDER BY 1") == [
        *(("fhir", "unknown"), ("urn:partner", "p1"))
    ]


def test_a_deletion_ends_what_the_lake_holds(lake, tmp_path):
    load(lake, delivered(tmp_path / "a", a=bundle(PERSON, WEIGHT)), NOW)
    gone = bundle(entry=[{"request": {"method": "DELETE", "url": "Observation/x1"}}], timestamp="2024-05-31T13:00:00Z")
    assert counts(load(lake, delivered(tmp_path / "b", b=gone), NOW)) == (1, 0, 0, 0)
    assert rows(lake, f"SELECT source, source_id, status FROM ({current_events()})") == [
        ("urn:partner", "p1", "entered-in-error")
    ]


def test_resources_shared_by_files_of_one_load_are_all_accepted(lake, tmp_path):
    result = load(lake, delivered(tmp_path / "in", a=bundle(PERSON, WARD), b=bundle(patient("p2"), WARD)), NOW)
    assert counts(result) == (4, 0, 0, 0)


def test_one_bad_file_leaves_the_lake_as_it_was(lake, tmp_path):
    folder = delivered(tmp_path / "in", a=bundle(PERSON, WEIGHT))
    (folder / "b.json").write_text('{"resourceType":"Bundle","entry":[', encoding="utf-8")
    (folder / "c.xml").write_text("<Bundle/>", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        load(lake, folder, NOW)
    assert "b.json, line 1, column 35" in str(error.value) and "c.xml: This is XML" in str(error.value)
    assert lake.manifest().generation == 0


class TestSynthea:
    pytestmark = NEEDS_OPEN_DATA

    def test_ten_bundles_load_without_loss(self, lake):
        result = load(lake, OPEN_DATA / "fhir_synthea_r4", datetime(2026, 12, 1, tzinfo=UTC))
        assert counts(result) == (4120, 0, 0, 0)
        assert rows(lake, "SELECT count(*) FROM source_resource") == [(4120,)]
        assert rows(lake, "SELECT count(*) FROM source_person") == [(10,)]
        assert rows(lake, "SELECT count(*), count(DISTINCT source_id) FROM source_event") == [(4058, 10)]
