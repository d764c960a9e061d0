"""Ten bundles that nobody here wrote: every resource is kept, each one about a person is an event."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache

from tests.fhir.bundles import NEEDS_OPEN_DATA, OPEN_DATA, Rows, rows_of

pytestmark = NEEDS_OPEN_DATA
NOBODY = {"Organization", "Practitioner", "Patient"}
STARTS = {
    "Observation": "effectiveDateTime",
    "Condition": "onsetDateTime",
    "MedicationRequest": "authoredOn",
    "Immunization": "occurrenceDateTime",
    "DiagnosticReport": "effectiveDateTime",
    "ImagingStudy": "started",
}


@cache
def delivered() -> list[tuple[dict, bytes, Rows]]:
    found = []
    for path in sorted((OPEN_DATA / "fhir_synthea_r4").glob("*.json.gz")):
        data = gzip.decompress(path.read_bytes())
        found.append((json.loads(data), data, rows_of(path)))
    return found


def test_every_entry_is_accepted_and_its_bytes_are_kept():
    assert len(delivered()) == 10
    for bundle, data, rows in delivered():
        assert not rows.quarantine and not rows.duplicates
        assert len(rows.resources) == len(bundle["entry"])
        at = 0
        for entry, row in zip(bundle["entry"], rows.resources, strict=True):
            assert json.loads(row["body"]) == entry["resource"]
            assert row["full_url"] == entry["fullUrl"]
            at = data.index(row["body"], at) + len(row["body"])


def test_ten_persons_and_an_event_for_each_resource_about_them():
    for bundle, _, rows in delivered():
        (person,) = rows.persons
        held = [entry["resource"] for entry in bundle["entry"]]
        (source_id,) = [resource["id"] for resource in held if resource["resourceType"] == "Patient"]
        expected = Counter(resource["resourceType"] for resource in held if resource["resourceType"] not in NOBODY)
        assert Counter(row["kind"] for row in rows.events) == expected
        assert {(row["source"], row["source_id"]) for row in rows.events} == {(person["source"], source_id)}
        assert person["source_id"] == source_id
        assert len({row["key"] for row in rows.events}) == len(rows.events)


def test_dates_are_those_of_the_source():
    checked = 0
    for bundle, _, rows in delivered():
        by_key = {row["key"]: row for row in rows.events}
        for entry in bundle["entry"]:
            resource = entry["resource"]
            row = by_key.get(f"{resource['resourceType']}/{resource['id']}")
            start = resource.get(STARTS.get(resource["resourceType"], ""))
            start = start or (resource.get("period") or {}).get("start")
            if row and start:
                checked += 1
                assert row["start"].replace(tzinfo=UTC) == datetime.fromisoformat(start)
                assert row["timed"]
    assert checked > 2_000


def test_results_codes_and_words_are_those_of_the_source():
    values = 0
    for bundle, _, rows in delivered():
        by_key = {row["key"]: row for row in rows.events}
        for entry in bundle["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] != "Observation":
                continue
            row = by_key[f"Observation/{resource['id']}"]
            assert row["codes"] == [f"loinc:{coding['code']}" for coding in resource["code"]["coding"]]
            assert row["display"] == resource["code"]["text"]
            if "valueQuantity" in resource:
                values += 1
                assert (row["value"], row["unit"]) == (
                    resource["valueQuantity"]["value"],
                    resource["valueQuantity"]["code"],
                )
    assert values > 500
