"""What a condition is once read: a tree of our own, typed, that no engine can read differently.

Meaning, the same on every engine:
- Logic has three values, as in SQL. A condition that is neither true nor false (null) holds for nobody.
- Arithmetic is in double precision, IEEE 754. Anything with null is null; division by zero is null; a result
  too large for a double counts as null wherever it is compared or given to a function.
- Text is equal or not equal, letter by letter. It has no order.
- Instants are UTC; they are compared with instants only, days with days only.
- What each function means stands in `functions`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Type = Literal["number", "text", "bool", "date", "instant", "list of text"]


@dataclass(frozen=True)
class ColumnRef:
    """The value of a column. `whole` marks numbers that are always integers; `at_most` is the largest size of a
    number, where that is known."""

    name: str
    type: Type
    whole: bool = False
    at_most: float | None = None


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
class Call:
    """A function of the vocabulary; its arguments have the types that it takes, `type` is what it gives."""

    name: str
    of: tuple["Expression", ...]
    type: Type


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
    ColumnRef | Constant | Negative | Arithmetic | Call | Compare | Between | OneOf | IsNull | Not | AllOf | AnyOf
)


@dataclass(frozen=True)
class Condition:
    """A condition as written, and as read: `tree` is true, false or null for a row."""

    text: str
    tree: Expression


def type_of(expression: Expression) -> Type:
    """The type of what an expression gives."""
    if isinstance(expression, ColumnRef | Constant | Call):
        return expression.type
    return "number" if isinstance(expression, Negative | Arithmetic) else "bool"
