"""The JSON Schemas accept what we accept, and catch while typing what an editor can."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.blueprint.owls import OWLS, TOWN, copy, mistakes

from vanguard.blueprint import shipped
from vanguard.blueprint.document import read_document
from vanguard.blueprint.elements import FILES
from vanguard.blueprint.json_schema import schemas, write_schemas

WHOLE = [OWLS, *(folder for folder in shipped().values())]
CASES = [
    ("blueprint.yaml", "type: uec", "type: emergency"),
    ("blueprint.yaml", "label: Night owls\n", ""),
    ("blueprint.yaml", "version: 1.2.3", "version: one"),
    ("blueprint.yaml", "  owl: {label", "  Owl: {label"),
    ("blueprint.yaml", "what: Sits up at night", "wath: Sits up at night"),
    ("cohorts.yaml", "every: P1M", "every: monthly"),
    ("cohorts.yaml", "points: 3", "points: three"),
    ("cohorts.yaml", "by: [owl]", "by: []"),
    ("pathways.yaml", "scope: place", "scope: village"),
    ("plans.yaml", "kind: time", "kind: clock"),
    ("measures.yaml", "direction: neither", "direction: sideways"),
    ("simulate.yaml", "kind: lognormal", "kind: normal"),
    ("simulate.yaml", "weekdays: [1, ", "weekdays: ["),
    ("access.yaml", "caseload: {", "case_load: {"),
    ("contract.yaml", "per_head_pence: 12050", "per_head_pence: 120.5"),
    ("evaluation.yaml", "units: practice", "units: practise"),
    ("contract.yaml", "growth: 0.02", "growth: 1.02"),
    ("contract.yaml", "paid_to: {barn: 1}", "paid_to: {barn: 2}"),
    ("contract.yaml", "weight: 0.7", "weight: -0.7"),
    ("contract.yaml", "at_most: 0.05", "at_most: 5"),
    ("pathways.yaml", "within: PT2H", "within: PT0H"),
    ("pathways.yaml", "within: PT2H", "within: PT"),
    ("pathways.yaml", "stop: go.arrived", "stop: go.left"),
    ("pathways.yaml", "stop: go.arrived", "stop: []"),
    ("pathways.yaml", "next: rest", "next: Go to rest"),
    ("pathways.yaml", "nights: Mo-Su 21:00-07:30", 'nights: ""'),
    ("plans.yaml", "lasts: P4W", "lasts: P0D"),
    ("plans.yaml", "lasts: P4W", "lasts: P"),
    ("measures.yaml", "within: P30D", "within: P0D"),
    ("measures.yaml", "within: P30D", "within: a month"),
    ("cohorts.yaml", "one: Once", "one: null"),
    ("cohorts.yaml", "one: Once", 'one: ""'),
    ("cohorts.yaml", "count: emergency_admissions_12m", "count: sex"),
    ("cohorts.yaml", "by: age", "by: sex"),
]


def errors(schema: dict, data: object) -> list[str]:
    plain = json.loads(json.dumps(data, default=date.isoformat))
    return [error.message for error in Draft202012Validator(schema).iter_errors(plain)]


@pytest.mark.parametrize("file", FILES)
def test_each_schema_is_one(file):
    for site in (False, True):
        Draft202012Validator.check_schema(schemas(site=site)[file])


@pytest.mark.parametrize("folder", WHOLE, ids=lambda folder: folder.name)
def test_whole_blueprints_fit(folder):
    for file, schema in schemas().items():
        if (folder / file).exists():
            assert errors(schema, read_document(folder / file).data) == []


def test_a_sites_files_fit_the_schemas_of_sites():
    for file, schema in schemas(site=True).items():
        if (TOWN / file).exists():
            assert errors(schema, read_document(TOWN / file).data) == []
    assert errors(schemas()["cohorts.yaml"], read_document(TOWN / "cohorts.yaml").data)


@pytest.mark.parametrize(("file", "right", "wrong"), CASES)
def test_what_is_wrong_does_not_fit(tmp_path, file, right, wrong):
    text = (OWLS / file).read_text("utf-8")
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong, 1), "utf-8")
    assert errors(schemas()[file], read_document(tmp_path / file).data)


@pytest.mark.parametrize(("file", "right", "wrong"), CASES)
def test_what_does_not_fit_is_refused_when_read(tmp_path, file, right, wrong):
    assert mistakes(copy(tmp_path / "owls", (file, right, wrong)))


def test_what_is_taken_where_nothing_is_written_fits():
    capitation = schemas()["contract.yaml"]["$defs"]["Capitation"]["properties"]["growth"]
    assert errors(capitation, capitation["default"]) == []


def test_they_are_written_one_for_each_file(tmp_path):
    assert [path.name for path in write_schemas(tmp_path)] == [f"{Path(file).stem}.json" for file in FILES]
