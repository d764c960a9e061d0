"""Every entry is counted once: accepted, superseded, a duplicate or quarantined with its reason."""

import json

import pytest

from tests.fhir.bundles import about, bundle, entries, patient, read_json

NHS = "https://fhir.nhs.uk/Id/nhs-number"
WEIGHT = about("Observation", status="final", code={"text": "Weight"}, effectiveDateTime="2024-05-01")


@pytest.mark.parametrize(
    ("entry", "column", "said"),
    [
        ({"fullUrl": "urn:uuid:1"}, "resource", "The entry has no resource"),
        ({"response": {"status": "201 Created"}}, "resource", "only reports the answer 201 Created"),
        ({"resource": {"id": "1"}}, "resourceType", "no resourceType"),
        ({"resource": {"resourceType": 5}}, "resourceType", "no resourceType"),
        ({"resource": {"resourceType": "Spaceship"}}, "resourceType", "knows no resource type Spaceship"),
        ({"resource": {"resourceType": "MedicationOrder"}}, "resourceType", "FHIR DSTU2"),
        ({"resource": {"resourceType": "NutritionIntake"}}, "resourceType", "R4B or R5"),
        ({"resource": WEIGHT | {"context": {"reference": "Encounter/1"}}}, "resourceType", "FHIR STU3"),
        ({"resource": about("Encounter", status="completed", **{"class": [{}]})}, "resourceType", "FHIR R5"),
        (
            {"resource": WEIGHT | {"effectiveDateTime": "2024-02-30"}},
            "effective",
            "2024-02-30 is no date that exists",
        ),
        ({"resource": WEIGHT | {"effectiveDateTime": "2024-13"}}, "effective", "no date"),
        ({"resource": WEIGHT | {"effectiveDateTime": "2087-01-01"}}, "effective", "lies after the extract"),
        ({"resource": WEIGHT | {"issued": "2087-01-01T00:00:00Z"}}, "issued", "lies after the extract"),
        ({"resource": WEIGHT | {"effectiveDateTime": 2024}}, "effective[x]", "should be a date"),
        ({"resource": WEIGHT | {"subject": "Patient/p1"}}, "reference", "should be an object"),
        ({"resource": WEIGHT | {"subject": {"reference": "urn:uuid:gone"}}}, "subject", "not in the file"),
        ({"resource": WEIGHT | {"subject": {"display": "Jane"}}}, "subject", "does not say whom"),
        ({"resource": {"resourceType": "Condition", "id": "c"}}, "subject", "does not say whom"),
        (
            {"resource": WEIGHT | {"subject": {"identifier": {"system": NHS, "value": "9991234560"}}}},
            "subject",
            "NHS number 9991234560 is not valid",
        ),
        (
            {"resource": about("Encounter", status="finished", period={"start": "2024-05-03", "end": "2024-05-02"})},
            "period",
            "ends before it begins",
        ),
        (
            {"resource": about("Encounter", status="finished", period={"start": "2024-05-03", "end": "2087-05-02"})},
            "period",
            "lies after",
        ),
        ({"resource": patient("p2", birthDate="2087-01-01")}, "birthDate", "after the day of the extract"),
        ({"resource": patient("p2", gender="M")}, "gender", "The gender M"),
        (
            {"resource": patient("p2", identifier=[{"system": NHS, "value": "999 123 4560"}])},
            "identifier",
            "999 123 4560 fails its check digit",
        ),
    ],
)
def test_what_cannot_be_used_is_kept_with_its_reason(tmp_path, entry, column, said):
    rows = read_json(tmp_path, bundle(entry=[*entries(patient()), entry]))
    assert said in rows.reason
    assert rows.quarantine[0]["column"] == column
    assert rows.quarantine[0]["line"] == 2
    assert json.loads(rows.quarantine[0]["row"]) == entry.get("resource", entry)
    assert rows.roles == ["person"], "the rest of the file is taken"


def test_a_resource_that_is_no_json_spoils_only_itself(tmp_path):
    good = json.dumps(WEIGHT)
    bad = '{"resourceType":"Basic","a":NaN}'
    text = f'{{"resourceType":"Bundle","entry":[{{"resource":{bad}}},{{"resource":{good}}}]}}'
    rows = read_json(tmp_path, text)
    assert rows.roles == ["event"]
    assert "This is not JSON" in rows.reason


def test_things_planned_may_lie_ahead_but_not_decades(tmp_path):
    booked = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": {"reference": "Patient/p1"}}],
    }
    rows = read_json(
        tmp_path,
        bundle(
            booked | {"id": "a", "start": "2024-09-01T10:00:00Z"},
            booked | {"id": "b", "start": "2087-09-01T10:00:00Z"},
        ),
    )
    assert [row["key"] for row in rows.events] == ["Appointment/a"]
    assert "lies after the extract" in rows.reason


def encounter(name: str, part_of: str) -> dict:
    return about("Encounter", status="finished", partOf={"reference": f"Encounter/{part_of}"}) | {"id": name}


def test_parents_that_go_round_in_a_circle_are_refused(tmp_path):
    rows = read_json(
        tmp_path,
        bundle(patient(), encounter("a", "b"), encounter("b", "c"), encounter("c", "a"), encounter("d", "a")),
    )
    assert [row["key"] for row in rows.events] == ["Encounter/d"], "what hangs below a circle is not on it"
    assert "Encounter/a → Encounter/b → Encounter/c → Encounter/a" in rows.quarantine[0]["reason"]


def test_a_thing_that_is_part_of_itself_is_refused(tmp_path):
    ward = {"resourceType": "Location", "id": "w", "partOf": {"reference": "Location/w"}}
    assert "go round in a circle" in read_json(tmp_path, bundle(ward)).reason


def test_resources_that_name_each_other_are_sound(tmp_path):
    visit = about("Encounter", status="finished", diagnosis=[{"condition": {"reference": "Condition/c"}}]) | {"id": "e"}
    problem = about(
        "Condition",
        encounter={"reference": "Encounter/e"},
        code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "J44.1"}]},
    ) | {"id": "c"}
    old, new = (
        patient(name, link=[{"other": {"reference": f"Patient/{other}"}, "type": "seealso"}])
        for name, other in (("p1", "p2"), ("p2", "p1"))
    )
    rows = read_json(tmp_path, bundle(visit, problem, old, new))
    assert rows.quarantine == []
    assert rows.events[0]["codes"] == ["icd10:J441"], "an encounter carries the codes of its diagnoses"


def test_whom_it_concerns_going_round_in_a_circle(tmp_path):
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}
    rows = read_json(
        tmp_path,
        bundle(
            task | {"id": "a", "focus": {"reference": "Task/b"}},
            task | {"id": "b", "focus": {"reference": "Task/a"}},
        ),
    )
    assert len(rows.quarantine) == 2
    assert "go round in a circle" in rows.quarantine[0]["reason"]


def test_a_history_keeps_every_version_and_believes_the_newest(tmp_path):
    newest = WEIGHT | {"valueString": "71", "meta": {"versionId": "3"}}
    older = WEIGHT | {"valueString": "17", "meta": {"versionId": "2"}}
    rows = read_json(tmp_path, bundle(patient(), newest, older, older, type="history"))
    assert rows.event["text"] == "71"
    assert rows.roles == ["person", "event", "superseded"]
    assert rows.duplicates == 1


@pytest.mark.parametrize(("bundle_type", "believed"), [("collection", "second"), ("history", "first")])
def test_of_two_versions_without_a_number_the_place_decides(tmp_path, bundle_type, believed):
    first, second = (WEIGHT | {"valueString": word} for word in ("first", "second"))
    rows = read_json(tmp_path, bundle(first, second, type=bundle_type))
    assert rows.event["text"] == believed


def test_a_deletion_ends_the_resource(tmp_path):
    gone = {
        "request": {"method": "DELETE", "url": "Observation/x1"},
        "response": {"status": "204", "lastModified": "2024-05-20T10:00:00Z"},
    }
    before = {"resource": WEIGHT, "response": {"status": "201", "lastModified": "2024-05-01T10:00:00Z"}}
    rows = read_json(tmp_path, bundle(entry=[gone, before], type="history"))
    assert (rows.event["key"], rows.event["status"]) == ("Observation/x1", "entered-in-error")
    assert rows.roles == ["deleted", "superseded"]


def test_a_deleted_patient_is_not_forgotten(tmp_path):
    rows = read_json(tmp_path, bundle(entry=[{"request": {"method": "DELETE", "url": "Patient/p1"}}]))
    assert "the person is kept" in rows.reason


def test_about_nobody_is_kept_and_makes_no_event(tmp_path):
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": []}, "search": {"mode": "outcome"}}
    rows = read_json(
        tmp_path,
        bundle(
            entry=[
                outcome,
                *entries({"resourceType": "Organization", "id": "o"}, {"resourceType": "Medication", "id": "m"}),
            ]
        ),
    )
    assert rows.roles == ["nobody"] * 3
    assert rows.events == []


def test_nesting_too_deep_spoils_only_itself(tmp_path):
    deep = '{"resourceType":"Basic","id":"deep","extension":' + "[" * 3_000 + "]" * 3_000 + "}"
    text = f'{{"resourceType":"Bundle","entry":[{{"resource":{deep}}},{{"resource":{json.dumps(patient())}}}]}}'
    rows = read_json(tmp_path, text)
    assert rows.roles[-1] == "person"
    assert len(rows.resources) + len(rows.quarantine) == 2
