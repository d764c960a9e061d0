"""Which files are read, and what is said of those that are not FHIR R4."""

import gzip
import json

import pytest

from tests.fhir.bundles import about, bundle, patient, read_json
from vanguard.errors import BadInput

BUNDLE_TYPES = [
    *("collection", "transaction", "batch", "searchset", "history", "document", "message"),
    *("transaction-response", "batch-response"),
]
FLAG = about("Flag", status="active", code={"text": "Falls"})


@pytest.mark.parametrize("bundle_type", BUNDLE_TYPES)
def test_bundles_of_every_type_are_read(tmp_path, bundle_type):
    rows = read_json(tmp_path, bundle(patient(), FLAG, type=bundle_type))
    assert rows.roles == ["person", "event"]
    assert [row["line"] for row in rows.resources] == [1, 2]


def test_members_may_come_in_any_order(tmp_path):
    content = bundle(patient(), FLAG)
    rows = read_json(tmp_path, dict(reversed(content.items())))
    assert rows.roles == ["person", "event"]


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_ndjson_gzip_and_byte_order_mark(tmp_path, zipped, bom):
    lines = [json.dumps(patient()), "", json.dumps(FLAG), "{broken", json.dumps([1])]
    data = bom + "\n".join(lines).encode()
    name = "export.ndjson.gz" if zipped else "export.ndjson"
    rows = read_json(tmp_path, gzip.compress(data) if zipped else data, name)
    assert rows.roles == ["person", "event"]
    assert [row["line"] for row in rows.resources] == [1, 3]
    assert [row["line"] for row in rows.quarantine] == [4, 5]
    assert json.loads(rows.quarantine[0]["row"]) == {"line": "{broken"}
    assert rows.resources[1]["body"] == lines[2].encode()


def test_ndjson_is_known_by_its_content_too(tmp_path):
    rows = read_json(tmp_path, f"{json.dumps(patient())}\n{json.dumps(FLAG)}\n", "export.json")
    assert rows.roles == ["person", "event"]


def test_a_bundle_on_one_line_of_ndjson_gives_its_entries(tmp_path):
    rows = read_json(tmp_path, json.dumps(bundle(patient(), FLAG)) + "\n" + json.dumps(FLAG | {"id": "x2"}), "a.ndjson")
    assert [(row["type"], row["line"]) for row in rows.resources] == [
        *(("Bundle", 1), ("Patient", 1), ("Flag", 1)),
        ("Flag", 2),
    ]


def test_a_single_resource(tmp_path):
    rows = read_json(tmp_path, json.dumps(patient(), indent=2))
    assert rows.roles == ["person"]
    assert rows.resources[0]["body"] == json.dumps(patient(), indent=2).encode()


def test_the_bytes_are_those_received(tmp_path):
    odd = '{ "resourceType" : "Basic",\t"id":"é\\u00e9", "extension":[1.0, 1e2 ] }'
    text = f'{{"resourceType":"Bundle", "entry":[ {{"resource" : {odd} , "fullUrl":"urn:uuid:1"}} ]}}'
    rows = read_json(tmp_path, text)
    assert rows.resources[0]["body"] == odd.encode()


def test_bundles_within_bundles_count_with_their_entries(tmp_path):
    inner = bundle(FLAG)
    rows = read_json(tmp_path, bundle(patient(), inner))
    assert [(row["type"], row["role"]) for row in rows.resources] == [
        *(("Patient", "person"), ("Bundle", "nobody")),
        ("Flag", "event"),
    ]


def test_an_empty_bundle_has_no_rows(tmp_path):
    assert read_json(tmp_path, bundle()).resources == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty."),
        (" \n", "The file is empty."),
        ('<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', "This is XML"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        ('[{"resourceType":"Patient"}]', "JSON list"),
        ("patient_id,nhs_number\n1,2\n", "This is not JSON"),
        ('{"status":"pass"}', "no resourceType"),
        ('{"resourceType":"Bundle","entry":[\n{"resource":{"resourceType":"Pat', "line 2, column 29"),
        ('{"resourceType":"Bundle","entry":[]', "cut short"),
        ('{"resourceType":"Bundle","entry":[],}', "line 1, column 37"),
        ('{"resourceType":"Bundle"} trailing', "line 1, column 27"),
        (
            '{"resourceType":"Patient","meta":{"profile":["https://fhir.nhs.uk/STU3/StructureDefinition/X"]}}',
            "FHIR STU3",
        ),
        ('{"resourceType":"ReferralRequest"}', "FHIR STU3"),
        (
            '{"resourceType":"Bundle","timestamp":"2087-01-01T00:00:00Z","entry":[]}',
            "2087-01-01T00:00:00Z lies ahead",
        ),
        ('{"resourceType":"Bundle","timestamp":"yesterday","entry":[]}', "yesterday is no date"),
        (b'{"resourceType":"Patient",\n"name":[{"family":"Bront\xeb"}]}', "line 2, column 25"),
        (gzip.compress(b'{"resourceType":"Patient"}', mtime=0)[:-9], "gzip file is damaged"),
    ],
)
def test_what_is_not_fhir_is_said_in_a_sentence(tmp_path, content, said):
    with pytest.raises(BadInput) as error:
        read_json(tmp_path, content)
    assert said in str(error.value)
    assert "delivery.json" in str(error.value)
    assert error.value.do


def test_an_empty_ndjson_file(tmp_path):
    with pytest.raises(BadInput, match="The file is empty"):
        read_json(tmp_path, "\n\n", "export.ndjson")


def test_batches_hold_so_many_entries_and_lose_none(tmp_path):
    lines = [json.dumps(patient())] + [json.dumps(FLAG | {"id": f"x{n}"}) for n in range(25)]
    rows = read_json(tmp_path, "\n".join(lines), "export.ndjson", size=4)
    assert len(rows.events) == 25


@pytest.mark.parametrize(
    ("bundle_more", "resource_more", "expected"),
    [
        ({}, {}, "2024-05-31 12:00:00"),
        ({"timestamp": None}, {"meta": {"lastUpdated": "2024-03-01T10:00:00+01:00"}}, "2024-03-01 09:00:00"),
        ({"timestamp": None}, {"meta": {"lastUpdated": "2087-03-01T10:00:00Z"}}, "2024-06-01 09:00:00"),
        ({"timestamp": None}, {}, "2024-06-01 09:00:00"),
    ],
)
def test_when_the_extract_was_made(tmp_path, bundle_more, resource_more, expected):
    rows = read_json(tmp_path, bundle(patient(**resource_more), **bundle_more))
    assert str(rows.resources[0]["extracted_at"]) == expected
