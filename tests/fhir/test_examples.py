"""Example files of NHS standards: rows or a sentence, never a traceback."""

from datetime import UTC, datetime

import pytest

from tests.fhir.bundles import NEEDS_OPEN_DATA, OPEN_DATA, rows_of
from vanguard.errors import BadInput

pytestmark = NEEDS_OPEN_DATA
TODAY = datetime(2026, 11, 1, tzinfo=UTC)
FILES_REFUSED = {"fhir_bars_r4": 1, "fhir_pds_r4": 0, "fhir_ukcore_r4": 107, "fhir_gpconnect_stu3": 9}


@pytest.mark.parametrize("folder", FILES_REFUSED)
def test_examples_of_others_give_rows_or_a_sentence(folder):
    said = 0
    for path in sorted((OPEN_DATA / folder).iterdir()):
        if path.suffix not in (".json", ".xml"):
            continue
        try:
            rows_of(path, now=TODAY)
        except BadInput as problem:
            said += 1
            assert path.name in str(problem)
    assert said == FILES_REFUSED[folder]


def test_a_patient_of_the_demographics_service():
    rows = rows_of(OPEN_DATA / "fhir_pds_r4" / "get-patient-response.json", now=TODAY)
    (row,) = rows.persons
    assert (row["source"], row["source_id"], row["nhs_number"]) == (
        "https://fhir.nhs.uk/Id/nhs-number",
        "9000000009",
        "9000000009",
    )
    assert (row["given_name"], row["family_name"], row["practice"], row["postcode"]) == (
        "Jane",
        "Smith",
        "Y12345",
        "LS1 6AE",
    )


def test_nothing_of_the_older_standard_is_taken_for_r4():
    taken = 0
    for path in sorted((OPEN_DATA / "fhir_gpconnect_stu3").glob("*.json")):
        try:
            taken += len(rows_of(path, now=TODAY).events)
        except BadInput as problem:
            assert "STU3" in str(problem)
    assert taken == 0
