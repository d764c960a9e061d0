"""The hazard log: every hazard is judged and controlled, and turning off a control makes its test fail."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from scripts.safety.disabling import PACKAGE, changed, copy_of_the_source, outcome
from scripts.safety.log import ROOT, Hazard, hazard_log, matrix
from scripts.safety.noted import holding
from scripts.safety.own_test import without_other_tests

from vanguard.own_yaml import data_of

CONTROLS = dict(hazard_log().controls)
SAMPLE = 2


def test_the_matrix_grows_with_severity_and_likelihood() -> None:
    rows = [matrix().matrix[one] for one in matrix().likelihood]
    assert all(list(row) == sorted(row) for row in rows)
    assert all(list(column) == sorted(column) for column in zip(*rows, strict=True))
    assert {one for row in rows for one in row} == set(matrix().classes) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("hazard", hazard_log().hazards, ids=lambda hazard: hazard.id)
def test_each_hazard_is_lowered_by_tested_controls(hazard: Hazard) -> None:
    assert matrix().risk(hazard.after) < 4, "a risk that must not stay"
    severities, likelihoods = list(matrix().severity), list(matrix().likelihood)
    before, after = (
        (severities.index(judged.severity), likelihoods.index(judged.likelihood))
        for judged in (hazard.before, hazard.after)
    )
    assert after != before and all(now <= then for now, then in zip(after, before, strict=True))
    for control in hazard.controls:
        assert control.test in named_in(control.test.partition("::")[0]), control.test


@pytest.mark.parametrize("name", CONTROLS)
def test_each_control_can_be_turned_off_here(name: str) -> None:
    """What a control names is in the source, once, and the source is still one without it."""
    texts: dict[str, str] = {}
    for change in CONTROLS[name].disable:
        before = texts.get(change.file) or (ROOT / PACKAGE / change.file).read_text("utf-8")
        texts[change.file] = changed(before, change)
        assert texts[change.file] != before
    for file, text in texts.items():
        if file.endswith(".py"):
            compile(text, file, "exec")
        elif file.endswith(".yaml"):
            data_of(text)


def test_turning_a_control_off_makes_its_test_fail(tmp_path: Path) -> None:
    """A few of them, which change as the source does; `make safety` tries them all."""
    harmless = CONTROLS["H09.4"].model_copy(update={"test": CONTROLS["H09.1"].test})
    with copy_of_the_source(tmp_path) as copy:
        for name in sample():
            result = outcome(copy, CONTROLS[name])
            assert result.noticed, f"{name}: {result.said}"
        assert not outcome(copy, harmless).noticed, "a test that shows nothing of a control is told apart"


def test_what_was_tried_by_hand_and_is_as_it_was_showed_its_control() -> None:
    assert [name for name, one in holding().items() if not one.noticed] == []


def test_a_trial_holds_until_its_own_test_changes_or_what_that_uses() -> None:
    file = """\
A = 1
def helper():
    return A
def test_a():
    assert helper()
class TestB:
    def test_c(self):
        pass
"""
    for test in ("test_a", "TestB::test_c"):
        before = without_other_tests(file, test)
        assert without_other_tests(file + "def test_more():\n    pass\n# A comment.\n", test) == before
        assert without_other_tests(file.replace("A = 1", "A = 2"), test) != before
        assert without_other_tests(file.replace("return A", "return 3"), test) != before
    assert without_other_tests(file.replace("pass", "assert A"), "test_a") == without_other_tests(file, "test_a")
    for test, old, new in (("test_a", "assert helper()", "helper()"), ("TestB::test_c", "pass", "assert A")):
        assert without_other_tests(file.replace(old, new), test) != without_other_tests(file, test)


def sample() -> list[str]:
    """The controls without a database whose name, hashed with the file that they lie in, comes first."""
    quick = [name for name, control in CONTROLS.items() if control.test.startswith(QUICK)]

    def drawn(name: str) -> str:
        source = (ROOT / PACKAGE / CONTROLS[name].disable[0].file).read_bytes()
        return hashlib.sha256(name.encode() + source).hexdigest()

    return sorted(quick, key=drawn)[:SAMPLE]


QUICK = (
    "tests/know/identity/test_place",
    "tests/know/intake/test_load",
    "tests/know/timeline/",
    "tests/know/population/test_features",
    "tests/access/test_audit_trail",
    "tests/access/test_rules",
    "tests/access/test_disclosure",
    "tests/lake/test_",
    "tests/flow/",
    "tests/web/presenters/",
    "tests/codes/",
    "tests/blueprint/",
)


@cache
def named_in(file: str) -> frozenset[str]:
    """The ids of a file's tests, as pytest names them; none for a file that is not there."""
    path = ROOT / file
    return frozenset(functions(ast.parse(path.read_text()), file)) if path.is_file() else frozenset()


def functions(node: ast.Module | ast.ClassDef, before: str) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, ast.ClassDef):
            yield from functions(one, f"{before}::{one.name}")
        elif isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            yield f"{before}::{one.name}"
