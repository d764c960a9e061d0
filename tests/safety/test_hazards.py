"""The hazard log: every hazard is described in full and controlled, and every control is shown by a test."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HAZARDS: list[dict[str, Any]] = yaml.safe_load((ROOT / "docs/safety/hazards.yaml").read_text())["hazards"]
SEVERITIES = {"minor", "significant", "considerable", "major", "catastrophic"}
LIKELIHOODS = {"very low", "low", "medium", "high", "very high"}


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_each_hazard_is_described_and_controlled(hazard: dict[str, Any]) -> None:
    assert set(hazard) == {"id", "hazard", "cause", "effect", "severity", "likelihood", "controls"}
    assert hazard["severity"] in SEVERITIES and hazard["likelihood"] in LIKELIHOODS
    assert hazard["controls"], "a hazard without a control"
    for control in hazard["controls"]:
        assert set(control) == {"what", "test"}
        assert control["test"] in named_in(control["test"].partition("::")[0]), control["test"]


def test_ids_are_unique() -> None:
    assert max(Counter(hazard["id"] for hazard in HAZARDS).values()) == 1


def named_in(file: str) -> set[str]:
    """The ids of a file's tests, as pytest names them; none for a file that is not there."""
    path = ROOT / file
    return set(functions(ast.parse(path.read_text()), file)) if path.is_file() else set()


def functions(node: ast.Module | ast.ClassDef, before: str) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, ast.ClassDef):
            yield from functions(one, f"{before}::{one.name}")
        elif isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            yield f"{before}::{one.name}"
