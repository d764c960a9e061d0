"""What the documentation shows works as it stands."""

import re
from pathlib import Path

from vanguard.blueprint import read
from vanguard.blueprint.elements import FILES
from vanguard.blueprint.reference import markdown

PAGE = Path(__file__).parents[2] / "docs" / "blueprints.md"


def test_the_first_blueprint_of_the_docs_is_right(tmp_path):
    text = re.search(r"```yaml\n(id: good-evenings.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "blueprint.yaml").write_text(text[1], "utf-8")
    assert read(tmp_path).label == "Good evenings"


def test_the_reference_names_every_file_and_says_what_is_needed():
    page = markdown()
    assert [file for file in FILES if f"\n## {file}\n" not in page] == []
    assert "| `within`\\* |" in page
