"""Which columns a condition speaks about."""

from dataclasses import fields, is_dataclass

from vanguard.lake.condition.tree import ColumnRef, Condition


def columns_of(condition: Condition) -> tuple[str, ...]:
    """The names of the columns, each once, in the order of the condition."""
    found: dict[str, None] = {}
    todo: list[object] = [condition.tree]
    while todo:
        part = todo.pop()
        if isinstance(part, ColumnRef):
            found[part.name] = None
        elif isinstance(part, tuple):
            todo.extend(reversed(part))
        elif is_dataclass(part):
            todo.extend(getattr(part, field.name) for field in reversed(fields(part)))
    return tuple(found)
