"""Writes the pages of docs/generated, whose truth lives in the code."""

import json
from pathlib import Path

from asvs import markdown as asvs
from measures_page import markdown as measures
from openapi import description
from openapi import markdown as api
from safety.log import hazard_log, matrix
from safety.picture import risk_picture

from safety import case_page, data_protection_page, retention_page
from vanguard.access.policy_page import markdown as access_policy
from vanguard.blueprint.json_schema import write_schemas
from vanguard.blueprint.reference import markdown as blueprint_reference
from vanguard.codes.page import markdown as code_sets
from vanguard.lake.condition import manual
from vanguard.lake.dictionary import markdown as data_dictionary

root = Path(__file__).resolve().parent.parent
generated = root / "docs" / "generated"
generated.mkdir(exist_ok=True)
(generated / "data-dictionary.md").write_text(data_dictionary(), "utf-8")
(generated / "blueprint-reference.md").write_text(blueprint_reference(), "utf-8")
(generated / "access-policy.md").write_text(access_policy(), "utf-8")
(generated / "measures.md").write_text(measures(root / "docs" / "not-measured.yaml"), "utf-8")
(generated / "code-sets.md").write_text(code_sets(), "utf-8")
write_schemas(generated / "schemas")
write_schemas(generated / "schemas" / "site", site=True)
specs = manual.read_specs(root / "tests" / "lake" / "condition" / "specs")
(generated / "conditions.md").write_text(manual.markdown(specs), "utf-8")
(generated / "asvs.md").write_text(asvs(root / "docs" / "security" / "asvs.yaml"), "utf-8")
(generated / "openapi.json").write_text(json.dumps(description(), indent=2) + "\n", "utf-8")
(generated / "api.md").write_text(api(), "utf-8")
for name, page in (
    ("safety-case", case_page),
    ("data-protection", data_protection_page),
    ("retention", retention_page),
):
    (generated / f"{name}.md").write_text(page.markdown(), "utf-8")
(generated / case_page.PICTURE).write_text(risk_picture(matrix(), hazard_log().hazards), "utf-8")
