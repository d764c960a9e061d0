"""What a condition is once read: a tree of our own, typed, that no engine can read differently.

Meaning, the same on every engine:
- Logic has three values, as in SQL. A condition that is neither true nor false (null) holds for nobody.
- Arithmetic is in double precision, IEEE 754. Anything with null is null; division by zero is null; a result
  too large for a double counts as null wherever it is compared.
- Text is equal or not equal, letter by letter. It has no order.
- A list's own nulls are ignored by `has` and `has_any`, and counted by `how_many`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Type = Literal["number", "text", "bool", "date", "list of text"]


@dataclass(frozen=True)
class ColumnRef:
    """The value of a column. `whole` marks numbers that are always integers."""

    name: str
    type: Type
    whole: bool = False


@dataclass(frozen=True)
class Constant:
    """A number, text, truth value or day written in the condition."""

    value: float | int | str | bool | date
    type: Type


@dataclass(frozen=True)
class Negative:
    of: "Expression"


@dataclass(frozen=True)
class Arithmetic:
    """`sign` is one of + - * /."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class DaysBetween:
    """Whole days from the first day to the second; negative where the second is earlier."""

    first: "Expression"
    second: "Expression"


@dataclass(frozen=True)
class FirstKnown:
    """`coalesce`: the first that is not null."""

    of: tuple["Expression", ...]


@dataclass(frozen=True)
class HowMany:
    """How many entries a list has."""

    of: ColumnRef


@dataclass(frozen=True)
class Has:
    """Whether a list holds any of `values`."""

    of: ColumnRef
    values: tuple[str, ...]


@dataclass(frozen=True)
class Compare:
    """`sign` is one of = <> < <= > >=."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Between:
    """At least `low` and at most `high`."""

    of: "Expression"
    low: "Expression"
    high: "Expression"


@dataclass(frozen=True)
class OneOf:
    of: "Expression"
    values: tuple[Constant, ...]


@dataclass(frozen=True)
class IsNull:
    of: "Expression"


@dataclass(frozen=True)
class Not:
    of: "Expression"


@dataclass(frozen=True)
class AllOf:
    of: tuple["Expression", ...]


@dataclass(frozen=True)
class AnyOf:
    of: tuple["Expression", ...]


Expression = (
    ColumnRef
    | Constant
    | Negative
    | Arithmetic
    | DaysBetween
    | FirstKnown
    | HowMany
    | Has
    | Compare
    | Between
    | OneOf
    | IsNull
    | Not
    | AllOf
    | AnyOf
)


@dataclass(frozen=True)
class Condition:
    """A condition as written, and as read: `tree` is true, false or null for a row."""

    text: str
    tree: Expression


def type_of(expression: Expression) -> Type:
    """The type of what an expression gives."""
    if isinstance(expression, ColumnRef | Constant):
        return expression.type
    if isinstance(expression, FirstKnown):
        return type_of(expression.of[0])
    if isinstance(expression, Negative | Arithmetic | DaysBetween | HowMany):
        return "number"
    return "bool"
