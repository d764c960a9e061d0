"""No file ends in a traceback: whatever stands where in a resource, each entry is counted."""

import copy
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fhir.bundles import bundle, patient, read_json
from vanguard.errors import BadInput
from vanguard.fhir.r4 import known_types, nobody_types, shape, table

REF = {"reference": "Patient/p1"}
CODED = {"coding": [{"system": "http://loinc.org", "code": "1", "display": "One"}], "text": "one"}
FULL: dict[str, Any] = {
    **dict.fromkeys(("subject", "patient", "beneficiary", "for", "individual", "encounter", "context"), REF),
    **{name: [CODED] for name in ("code", "type", "category", "reasonCode", "serviceType")},
    **{name: {"start": "2024-01-01", "end": "2024-02"} for name in ("period", "effectivePeriod", "billablePeriod")},
    **dict.fromkeys(("date", "issued", "authoredOn", "recordedDate", "onsetDateTime"), "2024-01-01T10:00:00Z"),
    "id": "x",
    "meta": {
        "lastUpdated": "2024-01-01T00:00:00Z",
        "versionId": "1",
        "profile": ["http://x"],
        "security": [{"code": "R"}],
    },
    "implicitRules": "http://example.org/rules",
    "participant": [{"actor": REF}],
    "target": [REF],
    "valueQuantity": {"value": 1.5, "unit": "g"},
    "component": [{"code": CODED, "valueInteger": 3}],
    "note": [{"text": "noted"}],
    "total": {"value": 10.0, "currency": "GBP"},
    "performer": [REF],
    "location": [{"location": REF}],
    "partOf": [REF],
    "diagnosis": [{"condition": REF}],
    "identifier": [{"system": "urn:x", "value": "1"}],
    "name": [{"family": "A", "given": ["B"]}],
    "address": [{"line": ["x"], "postalCode": "HP1 1AA"}],
    "telecom": [{"system": "phone", "value": "1"}],
    "contained": [{"resourceType": "Medication", "id": "m", "code": CODED}],
    "extension": [{"url": "http://x", "valueString": "y"}],
    "medicationReference": {"reference": "#m"},
}
JUNK = st.sampled_from(
    [
        None,
        5,
        -1.5,
        True,
        "",
        "text",
        [],
        {},
        [[]],
        [None],
        [{}],
        {"coding": 5},
        {"reference": 5},
        ["a", 1],
        "2087-01-01",
    ]
)


@given(
    st.sampled_from(sorted(known_types())),
    st.randoms(use_true_random=False),
    st.lists(JUNK, min_size=1, max_size=4),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_anywhere_is_counted_and_never_crashes(tmp_path, resource_type, rng, junk):
    resource = {"resourceType": resource_type, **copy.deepcopy(FULL)}
    for value in junk:
        _spoil(resource, rng, value)
    resource["resourceType"] = resource_type
    try:
        rows = read_json(tmp_path, bundle(patient(), resource))
    except BadInput:
        return
    assert len(rows.resources) + len(rows.quarantine) + rows.duplicates == 2


def _spoil(node: Any, rng: random.Random, value: Any) -> None:
    """Put `value` somewhere in the tree."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        if not isinstance(node[key], dict | list) or not node[key] or rng.random() < 0.3:
            node[key] = copy.deepcopy(value)
            return
        node = node[key]


@pytest.mark.parametrize("resource_type", sorted(known_types() - nobody_types() - {"Patient"}))
def test_every_type_about_a_person_leads_to_one(tmp_path, resource_type):
    way = shape(resource_type).person[0]
    content: Any = REF
    for names in reversed(way):
        content = {names[0]: content}
    resource = {"resourceType": resource_type, "id": "x", **content}
    rows = read_json(tmp_path, bundle(patient(), resource))
    assert (rows.event["kind"], rows.event["source_id"]) == (resource_type, "p1")


def test_the_tables_name_every_type_of_r4_once():
    types = table("types")
    assert len(known_types()) == len(types["about_nobody"]) + len(types["about_a_person"]) + 1 == 146
    assert set(types["looked_up"]) <= known_types()
