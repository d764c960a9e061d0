"""Writes the pages of docs/generated, whose truth lives in the code."""

from pathlib import Path

from vanguard.lake.dictionary import markdown

generated = Path(__file__).resolve().parent.parent / "docs" / "generated"
generated.mkdir(exist_ok=True)
(generated / "data-dictionary.md").write_text(markdown(), "utf-8")
