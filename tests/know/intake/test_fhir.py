"""Files of FHIR arrive in the same tables, with the same counts."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.know.intake.partner import ask, counts, take

from vanguard.errors import BadInput
from vanguard.know.intake import current_events, current_persons

OPEN_DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", "../shared/data/open")) / "fhir_synthea_r4"


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:a", "value": "1"}], **more}


def finding(value: float, *, updated: str = "2018-07-02T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": "o", "meta": {"lastUpdated": updated}, "status": "final",
        "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2018-07-01",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
        "valueQuantity": {"value": value}, **more,
    }  # fmt: skip


def send(folder: Path, *resources: dict[str, Any], name: str = "extract.ndjson") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(resource) + "\n" for resource in resources))
    return folder


def test_a_later_version_supersedes_and_the_same_again_is_a_duplicate(tmp_path: Path) -> None:
    assert counts(take(tmp_path, send(tmp_path / "a", patient(), finding(120)))) == (2, 2, 0, 0, 0)
    later = finding(130, updated="2018-07-03T10:00:00Z")
    assert counts(take(tmp_path, send(tmp_path / "b", patient(), later, name="b.ndjson"))) == (2, 1, 0, 0, 1)
    assert ask(tmp_path, f"SELECT value FROM ({current_events()})") == [130.0]
    assert counts(take(tmp_path, tmp_path / "a")) == (2, 0, 0, 0, 2)


def test_an_older_version_in_the_same_file_is_kept_as_superseded(tmp_path: Path) -> None:
    older, newer = finding(120), finding(130, updated="2018-07-03T10:00:00Z")
    assert counts(take(tmp_path, send(tmp_path / "a", patient(), newer, older))) == (3, 2, 0, 1, 0)
    assert ask(tmp_path, "SELECT value FROM source_event") == [130.0]
    assert ask(tmp_path, "SELECT count(*) FROM source_resource") == [3], "the bytes of both versions are kept"


def test_the_same_number_in_two_systems_is_two_things(tmp_path: Path) -> None:
    other = patient(identifier=[{"system": "urn:b", "value": "1"}])
    take(tmp_path, send(tmp_path / "a", patient(), finding(120)))
    take(tmp_path, send(tmp_path / "b", other, finding(90, updated="2018-07-04T10:00:00Z"), name="b.ndjson"))
    assert sorted(ask(tmp_path, f"SELECT value FROM ({current_events()})")) == [90.0, 120.0]
    assert len(ask(tmp_path, f"SELECT source FROM ({current_persons()})")) == 2


def test_what_cannot_be_used_is_kept_with_its_reason(tmp_path: Path) -> None:
    send(tmp_path / "in", patient(), finding(120, effectiveDateTime="2018-02-30"), {"resourceType": "Nonsense"})
    assert counts(take(tmp_path, tmp_path / "in")) == (3, 1, 2, 0, 0)
    assert ask(tmp_path, "SELECT line FROM quarantine ORDER BY line") == [2, 3]


def test_a_bundle_whose_references_go_round_is_no_endless_loop(tmp_path: Path) -> None:
    a = {"resourceType": "Location", "id": "a", "partOf": {"reference": "Location/b"}}
    b = {"resourceType": "Location", "id": "b", "partOf": {"reference": "Location/a"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": a}, {"resource": b}]}
    result = take(tmp_path, send(tmp_path / "in", bundle, name="bundle.json"))
    assert (result.rows, result.quarantined) == (2, 2)
    assert "circle" in ask(tmp_path, "SELECT reason FROM quarantine")[0]


def test_a_file_that_is_no_fhir_stops_the_load(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bundle.json").write_text('{"resourceType": "Bundle", "entry": [')
    with pytest.raises(BadInput, match=r"bundle.json"):
        take(tmp_path, tmp_path / "in")


@pytest.mark.open_data
def test_the_synthea_bundles_load_without_loss(tmp_path: Path) -> None:
    if not OPEN_DATA.is_dir():
        pytest.skip(f"no open data at {OPEN_DATA}")
    result = take(tmp_path, OPEN_DATA)
    assert len(result.files) == 10
    assert result.quarantined == 0
    assert ask(tmp_path, "SELECT count(*) FROM source_resource") == [result.accepted + result.superseded]
    assert ask(tmp_path, "SELECT count(*) FROM source_person") == [10]
    assert ask(tmp_path, "SELECT count(*) FROM source_event ANTI JOIN source_resource USING (resource_id)") == [0]
    assert counts(take(tmp_path, OPEN_DATA)) == (result.rows, 0, 0, 0, result.rows)
