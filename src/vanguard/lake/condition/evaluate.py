"""The slow plain-Python meaning of conditions and sayings: what every engine is tested against."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

from vanguard.lake.condition import tree as t
from vanguard.lake.condition.functions import FUNCTIONS, round_away
from vanguard.lake.condition.saying import Saying, Sentence

Row = Mapping[str, Any]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: t.Condition, row: Row) -> bool | None:
    """Whether the condition holds for a row of values by column: True, False, or None for neither.

    A column that the row lacks is null. Instants without a zone are UTC.
    """
    found = _evaluate(condition.tree, row)
    assert found is None or isinstance(found, bool)
    return found


def words(saying: Saying, row: Row) -> str:
    """What is said about a row."""
    if saying.one is not None and saying.count is not None and row[saying.count.name] == 1:
        return _said(saying.one, row)
    return _said(saying.many, row)


def in_order(rows: Iterable[Row], name: str, first: Literal["highest", "lowest"]) -> list[Row]:
    """The rows by a column, those of equal value as they came, those without one last."""
    given = list(rows)
    known = [row for row in given if row[name] is not None]
    known.sort(key=lambda row: row[name], reverse=first == "highest")
    return known + [row for row in given if row[name] is None]


def _said(sentence: Sentence, row: Row) -> str:
    return "".join(part if isinstance(part, str) else _shown(part, row[part.name]) for part in sentence.parts)


def _shown(column: t.ColumnRef, value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, date):
        return f"{value.day} {value:%B} {value.year:04}"
    if column.type == "number" and not column.whole:
        # Adding zero takes the sign from a zero.
        return f"{round_away(value, 1) + 0.0:.1f}"
    return str(value)


def _evaluate(tree: t.Expression, row: Row) -> Any:
    match tree:
        case t.AllOf():
            return _all([_evaluate(part, row) for part in tree.of])
        case t.AnyOf():
            return _not(_all([_not(_evaluate(part, row)) for part in tree.of]))
        case t.Not():
            return _not(_evaluate(tree.of, row))
        case t.IsNull():
            return _finite(tree.of, row) is None
        case t.Compare():
            return _compare(tree.sign, _finite(tree.left, row), _finite(tree.right, row))
        case t.Between():
            of = _finite(tree.of, row)
            return _all([_compare(">=", of, _finite(tree.low, row)), _compare("<=", of, _finite(tree.high, row))])
        case t.OneOf():
            of = _finite(tree.of, row)
            return None if of is None else any(of == value.value for value in tree.values)
        case t.ColumnRef():
            return row.get(tree.name)
        case t.Constant():
            return tree.value
        case t.Call():
            return _call(tree, row)
        case t.Negative():
            of = _evaluate(tree.of, row)
            return None if of is None else -float(of)
        case t.Arithmetic():
            return _arithmetic(tree.sign, _evaluate(tree.left, row), _evaluate(tree.right, row))


def _call(tree: t.Call, row: Row) -> Any:
    function = FUNCTIONS[tree.name]
    of = [_finite(part, row) for part in tree.of]
    of = [_number(part, value) for part, value in zip(tree.of, of, strict=True)]
    return None if None in of and not function.passes_over_nulls else function.value(*of)


def _number(tree: t.Expression, value: Any) -> Any:
    return value if value is None or t.type_of(tree) != "number" else float(value)


def _arithmetic(sign: str, first: Any, second: Any) -> float | None:
    if first is None or second is None:
        return None
    left, right = float(first), float(second)
    if sign == "/":
        return None if right == 0 else left / right
    if sign == "*":
        return left * right
    return left + right if sign == "+" else left - right


def _finite(tree: t.Expression, row: Row) -> Any:
    """A value about to be compared or given to a function: null in place of what is too large for a double."""
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
