"""What our tables say of a resource."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fhir.bundles import about, bundle, entries, patient, read_json
from vanguard.fhir.circles import circles
from vanguard.fhir.codes import short
from vanguard.fhir.dates import NoDate, moment
from vanguard.fhir.r4 import table
from vanguard.lake import tables

NHS = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"


def instant(written: str) -> datetime:
    """An instant as the lake has it, UTC without a zone."""
    return datetime.fromisoformat(written)


def coded(system: str, code: str, display: str = "") -> dict:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def test_what_we_make_of_a_resource_is_what_the_schema_says_that_events_hold():
    event, made = tables()["event"], table("settings")
    assert set(event.words("kind")) == set(table("types")["about_a_person"])
    assert set(event.words("setting")) >= set(made["setting"].values())
    assert set(event.words("method")) >= set(made["method"].values())


def test_a_patient_as_a_person(tmp_path):
    person = patient(
        identifier=[
            {"system": "https://gp.example/ids", "value": "p1"},
            {"system": NHS, "value": "943 476 5919"},
        ],
        name=[
            {"use": "old", "family": "Jones"},
            {"use": "usual", "family": "Smith", "given": ["Jan", None, "Ann"]},
            {"use": "official", "family": "Brown", "given": ["Jane"], "period": {"end": "2001-01-01"}},
        ],
        birthDate="1944-02-29",
        gender="female",
        address=[{"line": ["1 High  Street"], "city": "Aylesbury", "postalCode": "hp201ab"}],
        telecom=[{"system": "email", "value": "j@example.org"}, {"system": "phone", "value": "01296 000000"}],
        deceasedDateTime="2024-01-02T23:30:00-05:00",
        generalPractitioner=[{"reference": "Organization/o1"}],
    )
    practice = {
        "resourceType": "Organization",
        "id": "o1",
        "identifier": [{"system": ODS.lower(), "value": "K82001"}],
    }
    (row,) = read_json(tmp_path, bundle(person, practice)).persons
    assert row["source"] == "https://gp.example/ids"
    assert row["source_id"] == "p1"
    assert row["nhs_number"] == "9434765919"
    assert (row["given_name"], row["family_name"]) == ("Jan Ann", "Smith")
    assert (row["birth_date"], row["death_date"]) == (date(1944, 2, 29), date(2024, 1, 3))
    assert (row["sex"], row["address"], row["postcode"]) == ("female", "1 High Street, Aylesbury", "HP20 1AB")
    assert (row["phone"], row["practice"], row["area"]) == ("01296 000000", "K82001", None)


@pytest.mark.parametrize("born", [{"birthDate": "1944"}, {"birthDate": "1944-02"}, {"_birthDate": {"extension": []}}])
def test_a_birth_date_not_known_to_the_day_is_left_empty(tmp_path, born):
    assert read_json(tmp_path, bundle(patient(**born))).persons[0]["birth_date"] is None


@pytest.mark.parametrize(
    ("person", "full_url", "source"),
    [
        (
            {"identifier": [{"system": "urn:local", "value": "p1"}]},
            "https://a.example/fhir/Patient/p1",
            "urn:local",
        ),
        ({}, "https://a.example/fhir/Patient/p1", "https://a.example/fhir"),
        ({"meta": {"source": "https://b.example#v1"}}, "urn:uuid:p1", "https://b.example"),
        (
            {"identifier": [{"system": NHS, "value": "9434765919"}, {"system": "urn:x", "value": "7"}]},
            "",
            "urn:x",
        ),
        ({"identifier": [{"system": NHS, "value": "9434765919"}]}, "", "fhir"),
    ],
)
def test_whose_numbering_it_is(tmp_path, person, full_url, source):
    entry = {"fullUrl": full_url, "resource": patient(**person)}
    rows = read_json(tmp_path, bundle(entry=[entry, *entries(about("Flag", status="active", code={"text": "x"}))]))
    assert rows.persons[0]["source"] == source
    assert (rows.event["source"], rows.event["source_id"]) == (source, "p1")


def test_the_feed_description_decides_whose_numbering_it_is(tmp_path):
    rows = read_json(tmp_path, bundle(patient(), about("Flag")), source="acute")
    assert {rows.persons[0]["source"], rows.event["source"]} == {"acute"}


@pytest.mark.parametrize(
    ("subject", "source", "source_id"),
    [
        ({"reference": "urn:uuid:11"}, "https://a.example/fhir", "p1"),
        ({"reference": "Patient/p1"}, "https://a.example/fhir", "p1"),
        ({"reference": "Patient/p1/_history/4"}, "https://a.example/fhir", "p1"),
        ({"reference": "https://a.example/fhir/Patient/p1"}, "https://a.example/fhir", "p1"),
        ({"reference": "Patient?identifier=urn:mrn|77"}, "https://a.example/fhir", "p1"),
        ({"identifier": {"system": "urn:mrn", "value": "77"}}, "https://a.example/fhir", "p1"),
        ({"reference": "https://b.example/fhir/Patient/p1"}, "https://b.example/fhir", "p1"),
        ({"reference": "Patient/elsewhere"}, None, "elsewhere"),
        ({"identifier": {"system": "urn:other", "value": "5"}}, "urn:other", "5"),
        ({"type": "Patient", "identifier": {"system": NHS, "value": "943 476 5919"}}, NHS, "9434765919"),
        ({"reference": "#in"}, NHS, "9434765919"),
    ],
)
def test_every_form_of_reference_leads_to_the_person(tmp_path, subject, source, source_id):
    held = patient(identifier=[{"system": "urn:mrn", "value": "77"}], meta={"source": "https://a.example/fhir"})
    full_url = "urn:uuid:11" if "urn:uuid:11" in subject.values() else "https://a.example/fhir/Patient/p1"
    inside = patient("in", identifier=[{"system": NHS, "value": "9434765919"}])
    flag = about("Flag", contained=[inside]) | {"subject": subject}
    rows = read_json(tmp_path, bundle(entry=[{"fullUrl": full_url, "resource": held}, {"resource": flag}]))
    assert (rows.event["source"], rows.event["source_id"]) == (source, source_id)


def test_a_person_named_by_nhs_number_alone_can_still_be_linked(tmp_path):
    report = about("DocumentReference", status="current") | {
        "subject": {"identifier": {"system": NHS, "value": "9434765919"}}
    }
    rows = read_json(tmp_path, bundle(report, report | {"id": "x2"}))
    assert [(row["source"], row["source_id"], row["nhs_number"]) for row in rows.persons] == [
        (NHS, "9434765919", "9434765919")
    ]
    assert len(rows.events) == 2


def test_the_person_behind_a_sample_or_an_encounter(tmp_path):
    visit = about("Encounter", status="finished", **{"class": {"code": "EMER"}}) | {"id": "e"}
    observation = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "encounter": {"reference": "Encounter/e"},
    }
    mark = {
        "resourceType": "Provenance",
        "id": "m",
        "target": [{"reference": "Observation/o"}],
        "recorded": "2024-05-01T00:00:00Z",
    }
    rows = read_json(tmp_path, bundle(patient(), visit, observation, mark))
    assert [(row["kind"], row["source_id"]) for row in rows.events] == [
        ("Encounter", "p1"),
        ("Observation", "p1"),
        ("Provenance", "p1"),
    ]
    assert rows.events[1]["setting"] == "emergency_department"


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        *(
            ("AMB", "outpatient"),
            ("IMP", "inpatient"),
            ("ACUTE", "inpatient"),
            ("EMER", "emergency_department"),
        ),
        *(("HH", "community"), ("VR", "virtual"), ("ZZ", None)),
    ],
)
def test_the_setting_of_an_encounter(tmp_path, code, setting):
    rows = read_json(tmp_path, bundle(about("Encounter", status="finished", **{"class": {"code": code}})))
    assert rows.event["setting"] == setting


def test_an_emergency_admission(tmp_path):
    method = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
        "valueCodeableConcept": {"coding": [{"code": "2A"}]},
    }
    stay = about(
        "Encounter",
        status="finished",
        **{"class": {"code": "IMP"}},
        type=[coded("http://snomed.info/sct", "183452005", "Emergency admission")],
        period={"start": "2024-03-31T00:30:00Z", "end": "2024-04-02"},
        hospitalization={"extension": [method]},
        serviceProvider={"reference": "Organization/o", "display": "The hospital"},
    )
    rows = read_json(
        tmp_path,
        bundle(stay, {"resourceType": "Organization", "id": "o", "identifier": [{"system": ODS, "value": "RXQ"}]}),
    )
    row = rows.event
    assert (row["setting"], row["method"], row["place"]) == ("inpatient", "emergency", "RXQ")
    assert (row["start"], row["date"], row["timed"]) == (
        instant("2024-03-31T00:30"),
        date(2024, 3, 31),
        True,
    )
    assert (row["end"], row["end_date"]) == (instant("2024-04-01T23:00"), date(2024, 4, 2))
    assert (row["codes"], row["display"]) == (["snomed:183452005"], "Emergency admission")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {
                "valueQuantity": {
                    "value": 1.0,
                    "unit": "kilos",
                    "system": "http://unitsofmeasure.org",
                    "code": "kg",
                }
            },
            (1.0, "kg", None),
        ),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}}, (None, "mg/L", "<5 mg/L")),
        ({"valueQuantity": {"unit": "mg/L"}}, (None, "mg/L", None)),
        ({"valueInteger": 7}, (7.0, None, None)),
        ({"valueBoolean": False}, (None, None, "no")),
        ({"valueString": "trace"}, (None, None, "trace")),
        ({"valueCodeableConcept": {"text": "Never smoked"}}, (None, None, "Never smoked")),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "h"}}}, (None, None, "1 to 2 h")),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, (None, None, "1 / 128")),
        ({"valueDateTime": "2024-01"}, (None, None, "2024-01")),
        ({"note": [{"text": "not done"}]}, (None, None, "not done")),
    ],
)
def test_results(tmp_path, value, expected):
    row = read_json(tmp_path, bundle(about("Observation", status="final", code={"text": "x"}, **value))).event
    assert (row["value"], row["unit"], row["text"]) == expected


def test_results_in_parts(tmp_path):
    parts = [
        {"code": coded("http://loinc.org", code, name), "valueQuantity": {"value": value, "unit": "mmHg"}}
        for code, name, value in (("8480-6", "Systolic", 120), ("8462-4", "Diastolic", 80.5))
    ]
    row = read_json(
        tmp_path,
        bundle(about("Observation", status="final", code={"text": "Blood pressure"}, component=parts)),
    ).event
    assert row["text"] == "Systolic 120 mmHg; Diastolic 80.5 mmHg"
    assert json.loads(row["detail"])["components"][0] == {
        "codes": ["loinc:8480-6"],
        "display": "Systolic",
        "value": 120.0,
        "unit": "mmHg",
    }


def test_medicine_by_reference_in_the_bundle_and_contained(tmp_path):
    medicine = {
        "resourceType": "Medication",
        "id": "m",
        "code": coded("https://dmd.nhs.uk", "42109611000001109", "Amoxicillin"),
    }
    request = about("MedicationRequest", status="active", intent="order", dosageInstruction=[{"text": "one daily"}])
    rows = read_json(
        tmp_path,
        bundle(
            medicine,
            request | {"id": "a", "medicationReference": {"reference": "Medication/m"}},
            request | {"id": "b", "medicationReference": {"reference": "#m"}, "contained": [medicine]},
        ),
    )
    assert [(row["codes"], row["display"]) for row in rows.events] == [(["dmd:42109611000001109"], "Amoxicillin")] * 2
    assert json.loads(rows.events[0]["detail"])["dosage"] == "one daily"


@pytest.mark.parametrize(
    ("clinical", "verification", "status"),
    [
        ("active", "confirmed", "active"),
        ("active", "entered-in-error", "entered-in-error"),
        (None, "refuted", "refuted"),
        (None, None, None),
    ],
)
def test_the_status_of_a_condition(tmp_path, clinical, verification, status):
    given_status = {
        name: {"coding": [{"code": code}]}
        for name, code in (("clinicalStatus", clinical), ("verificationStatus", verification))
        if code
    }
    assert read_json(tmp_path, bundle(about("Condition", **given_status))).event["status"] == status


@pytest.mark.parametrize(
    ("money", "pence"),
    [({"value": 77.49, "currency": "GBP"}, 7749), ({"value": 77.49, "currency": "USD"}, None)],
)
def test_only_pounds_are_a_cost(tmp_path, money, pence):
    claim = {"resourceType": "Claim", "patient": {"reference": "Patient/p1"}, "total": money}
    assert read_json(tmp_path, bundle(claim)).event["cost_pence"] == pence


def test_a_partial_date_says_how_far_it_goes(tmp_path):
    row = read_json(tmp_path, bundle(about("Condition", onsetDateTime="2019", abatementDateTime="2020-02"))).event
    assert (row["date"], row["end_date"], row["timed"]) == (date(2019, 1, 1), date(2020, 2, 29), False)
    assert json.loads(row["detail"])["date"] == "2019"


def test_a_resource_without_an_id_is_known_by_its_request_or_its_content(tmp_path):
    flag = {"resourceType": "Flag", "subject": {"reference": "Patient/p1"}}
    entry = {"resource": flag, "request": {"method": "PUT", "url": "Flag/f1"}}
    rows = read_json(tmp_path, bundle(entry=[entry, {"resource": flag, "fullUrl": "urn:uuid:77"}, {"resource": flag}]))
    keys = [row["key"] for row in rows.events]
    assert keys[:2] == ["Flag/f1", "Flag/77"]
    assert len(keys[2]) == len("Flag/") + 32


@pytest.mark.parametrize(
    ("written", "utc", "day", "last"),
    [
        ("2024-07-01T00:30:00+01:00", "2024-06-30T23:30", "2024-07-01", "2024-07-01"),
        ("2024-06-30T23:30:00.123456789Z", "2024-06-30T23:30:00.123456", "2024-07-01", "2024-07-01"),
        ("2016-12-31T23:59:60Z", "2017-01-01", "2017-01-01", "2017-01-01"),
        ("2024-07-01T09:00", "2024-07-01T08:00", "2024-07-01", "2024-07-01"),
        ("2024-07-01", "2024-06-30T23:00", "2024-07-01", "2024-07-01"),
        ("2024-02", "2024-02-01", "2024-02-01", "2024-02-29"),
        ("2023", "2023-01-01", "2023-01-01", "2023-12-31"),
    ],
)
def test_dates_of_every_precision(written, utc, day, last):
    found = moment(written)
    assert datetime.fromisoformat(utc).replace(tzinfo=UTC) == datetime.fromtimestamp(0, UTC) + timedelta(
        microseconds=found.at
    )
    assert [date.fromordinal(719163 + number).isoformat() for number in (found.day, found.last_day)] == [
        day,
        last,
    ]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2024-1-1",
        "20240101",
        "2024-02-30",
        "24",
        "2024-01-01T25:00:00Z",
        "0000",
        "0001-01-01T00:00:00+14:00",
        "2024-01-01 10:00",
        "2024-01-01T10:00:00+15:00",
    ],
)
def test_what_is_no_date(written):
    with pytest.raises(NoDate):
        moment(written)


@given(st.datetimes(min_value=instant("1900-01-01"), max_value=instant("2100-01-01"), timezones=st.timezones()))
@settings(max_examples=100, deadline=None)
def test_instants_survive_whatever_their_offset(at):
    offset = at.utcoffset()
    if offset is None or offset.total_seconds() % 60:
        return
    assert (
        moment(at.isoformat()).at
        == int(at.astimezone(UTC).replace(tzinfo=UTC).timestamp() // 1) * 1_000_000 + at.microsecond
    )


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("http://snomed.info/sct", "38341003", "snomed:38341003"),
        ("http://snomed.info/sct/83821000000107/version/20240101", "38341003", "snomed:38341003"),
        ("http://hl7.org/fhir/sid/icd-10", "j44.1", "icd10:J441"),
        ("http://loinc.org/", "8480-6", "loinc:8480-6"),
        ("https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "W40", "opcs4:W40"),
        ("http://example.org/own", "a b", "http://example.org/own|a b"),
        ("", "x", "|x"),
    ],
)
def test_codes_with_their_systems(system, code, expected):
    assert short(system, code) == expected


@given(st.dictionaries(st.sampled_from("abcdefg"), st.sets(st.sampled_from("abcdefgh")), max_size=7))
def test_circles_are_exactly_the_keys_that_lead_back_to_themselves(parents):
    def reach(key: str) -> set[str]:
        seen, edge = set(), set(parents.get(key, ()))
        while edge - seen:
            seen |= edge
            edge = {to for at in edge for to in parents.get(at, ())}
        return seen

    found = circles(parents)
    assert set(found) == {key for key in parents if key in reach(key)}
    for key, way in found.items():
        assert way[0] == way[-1] == key
        assert all(to in parents[at] for at, to in itertools.pairwise(way))
