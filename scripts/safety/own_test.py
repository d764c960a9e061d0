"""A test's file without the other tests in it, so that a trial holds when only a test beside its own has changed."""

import ast
from typing import TypeGuard


def without_other_tests(text: str, test: str) -> str:
    """The file's code, but for comments and layout; `test` as pytest names it in the file, as in `TestIt::test_a`."""
    tree = ast.parse(text)
    _keep(tree, test.split("::"))
    return ast.dump(tree)


def _keep(within: ast.Module | ast.ClassDef, path: list[str]) -> None:
    within.body = [one for one in within.body if not _is_test(one) or one.name in path[:1]]
    for one in within.body:
        if isinstance(one, ast.ClassDef) and one.name in path[:1]:
            _keep(one, path[1:])


def _is_test(one: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    return (isinstance(one, ast.FunctionDef) and one.name.startswith("test_")) or (
        isinstance(one, ast.ClassDef) and one.name.startswith("Test")
    )
