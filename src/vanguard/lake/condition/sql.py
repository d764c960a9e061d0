"""Conditions and sayings as DuckDB SQL."""

import math
from datetime import date

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
    type_of,
)


def condition_sql(condition: Condition) -> str:
    """A DuckDB boolean expression over the columns by their bare names; null where the condition is null."""
    return _sql(condition.tree)


def saying_sql(saying: Saying) -> str:
    """A DuckDB text expression, never null."""
    if saying.one is None or saying.count is None:
        return _sentence(saying.many)
    count, one, many = _name(saying.count), _sentence(saying.one), _sentence(saying.many)
    return f"CASE WHEN {count} = 1 THEN {one} ELSE {many} END"


def _sentence(sentence: Sentence) -> str:
    return "(" + " || ".join(_text(p) if isinstance(p, str) else _said(p) for p in sentence.parts) + ")"


def _said(column: ColumnRef) -> str:
    name = _name(column)
    if column.type == "date":
        shown = f"strftime({name}, '%-d %B %Y')"
    elif column.type == "number" and not column.whole:
        shown = f"printf('%.1f', {name})"
    else:
        shown = f"CAST({name} AS VARCHAR)"
    return f"coalesce({shown}, 'unknown')"


def _sql(tree: Expression) -> str:
    if isinstance(tree, ColumnRef):
        return _name(tree)
    if isinstance(tree, Constant):
        return _constant(tree)
    if isinstance(tree, AllOf | AnyOf):
        word = " AND " if isinstance(tree, AllOf) else " OR "
        return "(" + word.join(_sql(part) for part in tree.of) + ")"
    if isinstance(tree, Not):
        return f"(NOT {_sql(tree.of)})"
    if isinstance(tree, IsNull):
        return f"({_compared(tree.of)} IS NULL)"
    if isinstance(tree, Compare):
        return f"({_compared(tree.left)} {tree.sign} {_compared(tree.right)})"
    if isinstance(tree, Between):
        return f"({_compared(tree.of)} BETWEEN {_compared(tree.low)} AND {_compared(tree.high)})"
    if isinstance(tree, OneOf):
        return f"({_compared(tree.of)} IN ({', '.join(_constant(value) for value in tree.values)}))"
    if isinstance(tree, Has):
        return "(" + " OR ".join(f"list_contains({_name(tree.of)}, {_text(v)})" for v in tree.values) + ")"
    return _value(tree)


def _value(tree: Expression) -> str:
    if isinstance(tree, HowMany):
        return f"len({_name(tree.of)})"
    if isinstance(tree, DaysBetween):
        return f"({_sql(tree.second)} - {_sql(tree.first)})"
    if isinstance(tree, FirstKnown):
        return f"coalesce({', '.join(_sql(part) for part in tree.of)})"
    if isinstance(tree, Negative):
        return f"(-{_double(tree.of)})"
    assert isinstance(tree, Arithmetic)
    if tree.sign == "/":
        return f"({_double(tree.left)} / nullif({_double(tree.right)}, 0))"
    return f"({_double(tree.left)} {tree.sign} {_double(tree.right)})"


def _compared(tree: Expression) -> str:
    """A value about to be compared: what arithmetic made too large for a double becomes null."""
    if type_of(tree) == "number" and isinstance(tree, Arithmetic | Negative | FirstKnown):
        value = _double(tree)
        return f"(CASE WHEN isfinite({value}) THEN {value} END)"
    return _sql(tree)


def _double(tree: Expression) -> str:
    """A number in double precision: DuckDB would add integers as integers and decimals as decimals."""
    if isinstance(tree, Constant):
        assert isinstance(tree.value, int | float)
        return _float(float(tree.value))
    if isinstance(tree, Arithmetic | Negative):
        return _sql(tree)
    return f"CAST({_sql(tree)} AS DOUBLE)"


def _constant(constant: Constant) -> str:
    value = constant.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    return f"DATE '{value.isoformat()}'" if isinstance(value, date) else _text(value)


def _float(value: float) -> str:
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    return f"({sign}{mantissa}e{exponent or 0})"


def _name(column: ColumnRef) -> str:
    return f'"{column.name}"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
