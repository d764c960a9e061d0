"""Writes the pages of docs/generated, whose truth lives in the code."""

from pathlib import Path

from vanguard.codes.page import markdown as code_sets
from vanguard.lake.dictionary import markdown as data_dictionary

generated = Path(__file__).resolve().parent.parent / "docs" / "generated"
generated.mkdir(exist_ok=True)
(generated / "data-dictionary.md").write_text(data_dictionary(), "utf-8")
(generated / "code-sets.md").write_text(code_sets(), "utf-8")
