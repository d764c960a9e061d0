"""Writes the pages of docs/generated, whose truth lives in the code."""

from pathlib import Path

from vanguard.blueprint.json_schema import write_schemas
from vanguard.blueprint.reference import markdown as blueprint_reference
from vanguard.lake.dictionary import markdown

generated = Path(__file__).resolve().parent.parent / "docs" / "generated"
generated.mkdir(exist_ok=True)
(generated / "data-dictionary.md").write_text(markdown(), "utf-8")
(generated / "blueprint-reference.md").write_text(blueprint_reference(), "utf-8")
write_schemas(generated / "schemas")
write_schemas(generated / "schemas" / "site", site=True)
