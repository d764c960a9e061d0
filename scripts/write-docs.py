"""Writes the pages of docs/generated, whose truth lives in the code."""

from pathlib import Path

from vanguard.lake import dictionary
from vanguard.lake.condition import manual

root = Path(__file__).resolve().parent.parent
generated = root / "docs" / "generated"
generated.mkdir(exist_ok=True)
(generated / "data-dictionary.md").write_text(dictionary.markdown(), "utf-8")
specs = manual.read_specs(root / "tests" / "lake" / "condition" / "specs")
(generated / "conditions.md").write_text(manual.markdown(specs), "utf-8")
