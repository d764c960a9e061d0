"""Which columns a condition speaks about, and where it turns on a number."""

from dataclasses import fields, is_dataclass

from vanguard.lake.condition.tree import Between, ColumnRef, Compare, Condition, Constant, IsNull, Negative, OneOf


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


def turning_points(condition: Condition, column: str) -> tuple[float, ...] | None:
    """The numbers at which what a column of numbers is may change whether a condition holds, ascending.

    None where that cannot be said so simply, because the column is part of a calculation or is compared with another.
    """
    found: set[float] = set()
    todo: list[object] = [condition.tree]
    while todo:
        part = todo.pop()
        sides = _compared(part)
        if any(isinstance(side, ColumnRef) and side.name == column for side in sides):
            others = [_number(side) for side in sides if not (isinstance(side, ColumnRef) and side.name == column)]
            if None in others:
                return None
            found.update(other for other in others if other is not None)
        elif isinstance(part, ColumnRef) and part.name == column:
            return None
        elif isinstance(part, tuple):
            todo.extend(part)
        elif is_dataclass(part):
            todo.extend(getattr(part, field.name) for field in fields(part))
    return tuple(sorted(found))


def _compared(part: object) -> tuple[object, ...]:
    match part:
        case Compare():
            return part.left, part.right
        case Between():
            return part.of, part.low, part.high
        case OneOf():
            return part.of, *part.values
        case IsNull():
            return (part.of,)
    return ()


def _number(side: object) -> float | None:
    if isinstance(side, Negative):
        of = _number(side.of)
        return None if of is None else -of
    if isinstance(side, Constant) and isinstance(side.value, int | float) and not isinstance(side.value, bool):
        return float(side.value)
    return None
