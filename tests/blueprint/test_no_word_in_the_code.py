"""A care model is data: no id and no label of a shipped blueprint occurs in the Python."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vanguard
from vanguard.blueprint import read, shipped

SOURCE = Path(vanguard.__file__).parent


def words_of(name: str) -> set[str]:
    """Every id and label of a blueprint, its own first."""
    blueprint = read(name)
    elements = [
        blueprint,
        *blueprint.roles.values(),
        *blueprint.tiers.values(),
        *blueprint.cohorts.values(),
        *blueprint.sources.values(),
    ]
    return {element.id for element in elements} | {element.label for element in elements if hasattr(element, "label")}


def said_in(file: Path) -> Iterator[str]:
    """Every name and every text of a Python file, docstrings too."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            yield from (str(getattr(node, part)) for part in ("id", "attr", "name", "arg") if hasattr(node, part))


@pytest.mark.parametrize("name", shipped())
def test_no_word_of_a_shipped_blueprint_is_in_the_code(name):
    words = {word.lower() for word in words_of(name)}
    found = [
        (str(file.relative_to(SOURCE)), word)
        for file in SOURCE.rglob("*.py")
        for said in said_in(file)
        for word in words
        if word in said.lower()
    ]
    assert len(words) > 10
    assert found == []
