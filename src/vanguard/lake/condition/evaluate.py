"""The slow plain-Python meaning of conditions and sayings: what every engine is tested against."""

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from vanguard.lake.condition.saying import Saying, Sentence
from vanguard.lake.condition.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Between,
    ColumnRef,
    Compare,
    Condition,
    Constant,
    DaysBetween,
    Expression,
    FirstKnown,
    Has,
    HowMany,
    IsNull,
    Negative,
    Not,
    OneOf,
)

Row = Mapping[str, Any]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition, row: Row) -> bool | None:
    """Whether the condition holds for a row of values by column: True, False, or None for neither."""
    found = _evaluate(condition.tree, row)
    assert found is None or isinstance(found, bool)
    return found


def words(saying: Saying, row: Row) -> str:
    """What is said about a row."""
    if saying.one is not None and saying.count is not None and row[saying.count.name] == 1:
        return _said(saying.one, row)
    return _said(saying.many, row)


def _said(sentence: Sentence, row: Row) -> str:
    return "".join(part if isinstance(part, str) else _shown(part, row[part.name]) for part in sentence.parts)


def _shown(column: ColumnRef, value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return f"{value:.1f}" if column.type == "number" and not column.whole else str(value)


def _evaluate(tree: Expression, row: Row) -> Any:
    if isinstance(tree, AllOf):
        return _all([_evaluate(part, row) for part in tree.of])
    if isinstance(tree, AnyOf):
        return _not(_all([_not(_evaluate(part, row)) for part in tree.of]))
    if isinstance(tree, Not):
        return _not(_evaluate(tree.of, row))
    if isinstance(tree, IsNull):
        return _compared(tree.of, row) is None
    if isinstance(tree, Compare):
        return _compare(tree.sign, _compared(tree.left, row), _compared(tree.right, row))
    if isinstance(tree, Between):
        of = _compared(tree.of, row)
        return _all([_compare(">=", of, _compared(tree.low, row)), _compare("<=", of, _compared(tree.high, row))])
    if isinstance(tree, OneOf):
        of = _compared(tree.of, row)
        return None if of is None else any(of == value.value for value in tree.values)
    if isinstance(tree, Has):
        held = row[tree.of.name]
        return None if held is None else any(value in held for value in tree.values)
    return _value(tree, row)


def _value(tree: Expression, row: Row) -> Any:
    if isinstance(tree, ColumnRef):
        return row[tree.name]
    if isinstance(tree, Constant):
        return tree.value
    if isinstance(tree, HowMany):
        held = row[tree.of.name]
        return None if held is None else len(held)
    if isinstance(tree, FirstKnown):
        return next((value for part in tree.of if (value := _evaluate(part, row)) is not None), None)
    if isinstance(tree, DaysBetween):
        first, second = _evaluate(tree.first, row), _evaluate(tree.second, row)
        return None if first is None or second is None else (second - first).days
    if isinstance(tree, Negative):
        of = _evaluate(tree.of, row)
        return None if of is None else -float(of)
    assert isinstance(tree, Arithmetic)
    left, right = _evaluate(tree.left, row), _evaluate(tree.right, row)
    return None if left is None or right is None else _arithmetic(tree.sign, float(left), float(right))


def _arithmetic(sign: str, left: float, right: float) -> float | None:
    if sign == "/":
        return None if right == 0 else left / right
    if sign == "*":
        return left * right
    return left + right if sign == "+" else left - right


def _compared(tree: Expression, row: Row) -> Any:
    value = _evaluate(tree, row)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _compare(sign: str, left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else COMPARE[sign](left, right)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True
