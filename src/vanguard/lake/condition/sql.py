"""Conditions and sayings as SQL: one compiler of the tree, with a dialect for what engines spell differently."""

import math
from datetime import date
from typing import Literal

from vanguard.lake.condition import tree as t
from vanguard.lake.condition.bounds import may_overflow
from vanguard.lake.condition.dialect import Dialect
from vanguard.lake.condition.functions import FUNCTIONS
from vanguard.lake.condition.in_duckdb import DuckDB
from vanguard.lake.condition.in_spark import Spark
from vanguard.lake.condition.saying import Saying, Sentence

Engine = Literal["duckdb", "spark"]

DIALECTS: dict[Engine, Dialect] = {"duckdb": DuckDB(), "spark": Spark()}
ONE_PIECE = (t.ColumnRef, t.Constant, t.Call)
GIVE_INTEGERS = {"how_many", "days_between", "months_between", "years_between", "weekday"}
LARGEST = "1.7976931348623157e308"


def condition_sql(condition: t.Condition, dialect: Engine = "duckdb") -> str:
    """A boolean expression over the columns by their bare names; null where the condition is null."""
    return _Writer(DIALECTS[dialect]).within(condition.tree)


def saying_sql(saying: Saying, dialect: Engine = "duckdb") -> str:
    """A text expression, never null."""
    writer = _Writer(DIALECTS[dialect])
    many = writer.sentence(saying.many)
    if saying.one is None or saying.count is None:
        return many
    return f"CASE WHEN {writer.sql(saying.count)} = 1 THEN {writer.sentence(saying.one)} ELSE {many} END"


def order_sql(name: str, first: Literal["highest", "lowest"], dialect: Engine = "duckdb") -> str:
    """An entry of ORDER BY over a column of numbers, days or instants: those without a value come last."""
    return f"{DIALECTS[dialect].column(name)} {'DESC' if first == 'highest' else 'ASC'} NULLS LAST"


class _Writer:
    """Writes few brackets: Spark's parser takes long over many of them."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def sql(self, tree: t.Expression) -> str:
        """An expression without brackets around it."""
        match tree:
            case t.ColumnRef():
                return self.dialect.column(tree.name)
            case t.Compare():
                return f"{self.finite(tree.left)} {tree.sign} {self.finite(tree.right)}"
            case t.Constant():
                return self.constant(tree)
            case t.AllOf():
                return " AND ".join([self.joined(part) for part in tree.of])
            case t.AnyOf():
                return " OR ".join([self.joined(part) for part in tree.of])
            case t.Call():
                return self.call(tree)
            case t.OneOf():
                values = ", ".join([self.constant(value) for value in tree.values])
                return f"{self.finite(tree.of)} IN ({values})"
            case t.Between():
                return f"{self.finite(tree.of)} BETWEEN {self.finite(tree.low)} AND {self.finite(tree.high)}"
            case t.IsNull():
                return f"{self.finite(tree.of)} IS NULL"
            case t.Not(of=t.IsNull(of=of)):
                return f"{self.finite(of)} IS NOT NULL"
            case t.Not():
                return f"NOT {self.within(tree.of)}"
            case t.Negative():
                return f"-{self.term(tree.of)}"
            case t.Arithmetic(sign="/"):
                # Zero by hand: DuckDB would give null, Spark an error.
                return f"{self.term(tree.left)} / nullif({self.double(tree.right)}, 0)"
            case t.Arithmetic():
                return f"{self.term(tree.left)} {tree.sign} {self.term(tree.right)}"

    def within(self, tree: t.Expression) -> str:
        """An expression as a part of another, in brackets unless it is one piece."""
        return self.sql(tree) if isinstance(tree, ONE_PIECE) else f"({self.sql(tree)})"

    def joined(self, tree: t.Expression) -> str:
        """A part of a chain of and, or or: everything else binds more closely."""
        return f"({self.sql(tree)})" if isinstance(tree, t.AllOf | t.AnyOf) else self.sql(tree)

    def term(self, tree: t.Expression) -> str:
        """A number in double precision, as a part of a sum."""
        return f"({self.sql(tree)})" if isinstance(tree, t.Arithmetic | t.Negative) else self.double(tree)

    def call(self, tree: t.Call) -> str:
        """A function as the dialect writes it; numbers are handed to it finite and in double precision."""
        written = []
        for place, part in enumerate(tree.of):
            if t.type_of(part) != "number" or FUNCTIONS[tree.name].kind(place) == "places":
                written.append(self.within(part))
            else:
                written.append(self.finite(part) if may_overflow(part) else self.term(part))
        return str(getattr(self.dialect, tree.name)(*written))

    def finite(self, tree: t.Expression) -> str:
        """A value about to be compared or given to a function: null in place of what is too large for a double."""
        if may_overflow(tree):
            value = self.double(tree)
            return f"CASE WHEN abs({value}) <= {LARGEST} THEN {value} END"
        return self.sql(tree) if t.type_of(tree) == "number" else self.within(tree)

    def double(self, tree: t.Expression) -> str:
        """A number in double precision: engines would add integers as integers and decimals as decimals."""
        if isinstance(tree, t.Constant):
            assert isinstance(tree.value, int | float)
            return _float(float(tree.value))
        if isinstance(tree, t.Arithmetic | t.Negative) or (isinstance(tree, t.Call) and tree.name not in GIVE_INTEGERS):
            return self.sql(tree)
        return f"CAST({self.sql(tree)} AS DOUBLE)"

    def constant(self, constant: t.Constant) -> str:
        value = constant.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return _float(value)
        return f"DATE '{value.isoformat()}'" if isinstance(value, date) else self.dialect.text(value)

    def sentence(self, sentence: Sentence) -> str:
        parts = [self.dialect.text(part) if isinstance(part, str) else self.said(part) for part in sentence.parts]
        return "(" + " || ".join(parts) + ")"

    def said(self, column: t.ColumnRef) -> str:
        value = self.sql(column)
        if column.type == "date":
            shown = self.dialect.said_day(value)
        elif column.type == "number" and not column.whole:
            # Adding zero takes the sign from a zero.
            shown = self.dialect.said_number(f"{self.dialect.round(self.double(column), '1')} + 0e0")
        else:
            shown = f"CAST({value} AS {self.dialect.words_type})"
        return f"coalesce({shown}, 'unknown')"


def _float(value: float) -> str:
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    return f"({sign}{mantissa}e{exponent or 0})"
