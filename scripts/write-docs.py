"""Writes the pages of docs/generated, whose truth lives in the code."""

from pathlib import Path

from vanguard.access import policy_page
from vanguard.lake import dictionary

generated = Path(__file__).resolve().parent.parent / "docs" / "generated"
generated.mkdir(exist_ok=True)
(generated / "data-dictionary.md").write_text(dictionary.markdown(), "utf-8")
(generated / "access-policy.md").write_text(policy_page.markdown(), "utf-8")
