"""What each part of an element means: the docstring under its field, read when somebody asks for it.

Pydantic can keep them too (use_attribute_docstrings), but reads every source file at every start of every command.
"""

import ast
import inspect
import textwrap
from functools import cache


@cache
def meanings(model: type) -> dict[str, str]:
    """By the name of a field of `model`, its own or inherited: what stands under it."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if "__annotations__" in vars(kind) and kind.__module__.partition(".")[0] != "pydantic":
            found |= _own(kind)
    return found


def _own(kind: type) -> dict[str, str]:
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    said: dict[str, str] = {}
    for field, under in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(under, ast.Expr):
            words = ast.literal_eval(under.value)
            assert isinstance(words, str), f"{kind.__name__}.{field.target.id}"
            said[field.target.id] = inspect.cleandoc(words)
    return said
