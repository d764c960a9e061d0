"""How large a number may come out: where it cannot be too large for a double, no engine need look.

Sums, products and quotients of bounds are reckoned in double precision themselves; since rounding keeps order,
a bound that stays finite proves that the number does.
"""

import sys

from vanguard.lake.condition import tree as t

ANY = sys.float_info.max
ANY_WHOLE = 2.0**63
MOST_BY_FUNCTION = {
    "how_many": ANY_WHOLE,
    "log10": 400.0,
    "ln": 800.0,
    "days_between": 4e6,
    "months_between": 2e5,
    "years_between": 1e4,
    "hours_between": 1e8,
    "weekday": 7.0,
}
GIVE_WHOLE = {"how_many", "days_between", "months_between", "years_between", "weekday", "floor", "ceil", "whole"}


def may_overflow(expression: t.Expression) -> bool:
    """Whether a number may come out too large for a double: engines and reference then make it null."""
    if isinstance(expression, t.ColumnRef | t.Constant) or t.type_of(expression) != "number":
        return False
    return not most(expression) <= ANY


def most(tree: t.Expression) -> float:
    """The largest size that a number can have; infinity where it may be too large for a double."""
    match tree:
        case t.Constant():
            assert isinstance(tree.value, int | float)
            return abs(float(tree.value))
        case t.ColumnRef():
            largest = ANY_WHOLE if tree.whole else ANY
            return largest if tree.at_most is None else min(tree.at_most, largest)
        case t.Negative():
            return most(tree.of)
        case t.Arithmetic(sign="/"):
            least = _least(tree.right)
            return most(tree.left) / least if least else float("inf")
        case t.Arithmetic(sign="*"):
            return most(tree.left) * most(tree.right)
        case t.Arithmetic():
            return most(tree.left) + most(tree.right)
        case t.Call(name="round", of=(number, t.Constant(value=int(places)))):
            return _given(number) * 10.0**places
        case t.Call():
            if tree.name in MOST_BY_FUNCTION:
                return MOST_BY_FUNCTION[tree.name]
            largest = max(_given(part) for part in tree.of)
            # Rounding a number of this size moves it by one at most, which in a double of any great size is nothing.
            return largest if tree.name in ("coalesce", "least", "greatest", "abs") else largest + 1
    raise AssertionError(tree)


def _given(argument: t.Expression) -> float:
    """A function is given null in place of what is too large."""
    return min(most(argument), ANY)


def _least(divisor: t.Expression) -> float:
    """The smallest size that a divisor can have other than zero, as far as we know; zero where we do not."""
    if isinstance(divisor, t.Constant):
        return abs(float(divisor.value)) if isinstance(divisor.value, int | float) else 0.0
    whole = isinstance(divisor, t.ColumnRef) and divisor.whole
    return 1.0 if whole or (isinstance(divisor, t.Call) and divisor.name in GIVE_WHOLE) else 0.0
