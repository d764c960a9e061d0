"""Reading a condition: sqlglot parses, a walk over a short list of allowed nodes builds our own tree."""

import math
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vanguard.lake.condition.limits import check_size, syntax_problem, too_deep
from vanguard.lake.condition.problem import BadCondition, Problem, nearest
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
    Type,
    type_of,
)
from vanguard.lake.condition.vocabulary import FUNCTIONS, Vocabulary

LARGEST = 2**53

SIGNS: dict[type, str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
SUMS: dict[type, str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
ORDERED: tuple[Type, ...] = ("number", "date")
ALLOWED = (
    "A condition may compare, add, subtract, multiply and divide, use and, or, not, in, between and is null, "
    f"and call {', '.join(FUNCTIONS)}."
)


def read_condition(text: str, vocabulary: Vocabulary) -> Condition:
    """The condition that `text` writes. Raises BadCondition with every problem found."""
    check_size(text)
    try:
        parsed = sqlglot.parse_one(text, dialect="duckdb")
        reader = _Reader(vocabulary)
        tree = reader.truth(parsed)
    except RecursionError:
        raise BadCondition([too_deep(0)]) from None
    except SqlglotError as error:
        raise BadCondition([syntax_problem(text, error)]) from None
    if reader.problems or tree is None:
        raise BadCondition(reader.problems)
    return Condition(text, tree)


class _Reader:
    """One walk over a parsed condition. Each method gives None where it noted a problem."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []

    def truth(self, node: exp.Expr) -> Expression | None:
        """An expression that is true, false or null."""
        return self.typed(node, "bool", "something that is true or false")

    def typed(self, node: exp.Expr, wanted: Type, words: str) -> Expression | None:
        found = self.expression(node)
        if found is not None and type_of(found) != wanted:
            return self.refuse(node, f"This is a {type_of(found)}; {words} is needed here.", "")
        return found

    def expression(self, node: exp.Expr) -> Expression | None:
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.And | exp.Or):
            return self.joined(node)
        for kinds, method in (
            ((exp.Not,), self.negation),
            (tuple(SIGNS), self.comparison),
            (tuple(SUMS), self.arithmetic),
            ((exp.Neg,), self.negative),
            ((exp.Between,), self.between),
            ((exp.In,), self.one_of),
            ((exp.Is,), self.is_null),
            ((exp.Column,), self.column),
            ((exp.Literal, exp.Boolean, exp.Cast), self.constant),
            ((exp.Anonymous, exp.Coalesce), self.function),
        ):
            if isinstance(node, kinds):
                return method(node)
        return self.unknown(node)

    def joined(self, node: exp.Expr) -> Expression | None:
        """`a and b and c` as one list, without recursion along the chain."""
        kind = type(node)
        parts: list[exp.Expr] = []
        while isinstance(node, kind):
            parts.append(node.expression)
            node = node.this
        read = [self.truth(part) for part in (node, *reversed(parts))]
        known = tuple(part for part in read if part is not None)
        if len(known) < len(read):
            return None
        return AllOf(known) if kind is exp.And else AnyOf(known)

    def negation(self, node: exp.Expr) -> Expression | None:
        of = self.truth(node.this)
        return None if of is None else Not(of)

    def comparison(self, node: exp.Expr) -> Expression | None:
        left, right = self.expression(node.this), self.expression(node.expression)
        if left is None or right is None or not self.comparable(node, left, right):
            return None
        sign = SIGNS[type(node)]
        if sign not in ("=", "<>") and type_of(left) not in ORDERED:
            return self.refuse(node, f"A {type_of(left)} has no order.", "Use = or <>.")
        self.check_known(node, left, [right])
        self.check_known(node, right, [left])
        return Compare(sign, left, right)

    def comparable(self, node: exp.Expr, left: Expression, *others: Expression) -> bool:
        for other in others:
            if type_of(left) != type_of(other):
                do = "Write a day as DATE '2026-01-31'." if "date" in (type_of(left), type_of(other)) else ""
                self.refuse(node, f"A {type_of(left)} cannot be compared with a {type_of(other)}.", do)
                return False
        if type_of(left) == "list of text":
            self.refuse(node, "Lists cannot be compared.", f"Use has: {FUNCTIONS['has']}.")
            return False
        return True

    def arithmetic(self, node: exp.Expr) -> Expression | None:
        left = self.typed(node.this, "number", "a number")
        right = self.typed(node.expression, "number", "a number")
        if left is None or right is None:
            return None
        # SQL writes a divisor twice: a division within a divisor would double the text at each level.
        if isinstance(node, exp.Div) and node.expression.find(exp.Div):
            return self.refuse(node.expression, "A divisor may not hold another division.", "Multiply instead.")
        return Arithmetic(SUMS[type(node)], left, right)

    def negative(self, node: exp.Expr) -> Expression | None:
        of = self.typed(node.this, "number", "a number")
        if isinstance(of, Constant) and isinstance(of.value, int | float):
            return Constant(-of.value, "number")
        return None if of is None else Negative(of)

    def between(self, node: exp.Expr) -> Expression | None:
        if node.args.get("symmetric"):
            return self.unknown(node)
        of, low, high = (self.expression(node.args[name]) for name in ("this", "low", "high"))
        if of is None or low is None or high is None or not self.comparable(node, of, low, high):
            return None
        if type_of(of) not in ORDERED:
            return self.refuse(node, f"A {type_of(of)} has no order.", "Use = or in.")
        return Between(of, low, high)

    def one_of(self, node: exp.Expr) -> Expression | None:
        if any(node.args.get(name) for name in ("query", "unnest", "field", "is_global")):
            return self.refuse(node, "Only written values may stand after in.", "Write in ('a', 'b').")
        of = self.expression(node.this)
        values = [self.expression(value) for value in node.expressions]
        constants = tuple(value for value in values if isinstance(value, Constant))
        if of is None or None in values:
            return None
        if len(constants) < len(values):
            return self.refuse(node, "Only written values may stand after in.", "Write in ('a', 'b').")
        if not self.comparable(node, of, *constants):
            return None
        self.check_known(node, of, constants)
        return OneOf(of, constants)

    def is_null(self, node: exp.Expr) -> Expression | None:
        if not isinstance(node.expression, exp.Null):
            return self.refuse(node, "After is only null or not null may stand.", "Write the column, or not and it.")
        of = self.expression(node.this)
        return None if of is None else IsNull(of)

    def column(self, node: exp.Expr) -> Expression | None:
        if node.args.get("table"):
            return self.refuse(node, "A column is named without a table.", f"Write {node.name}.")
        found = self.vocabulary.columns.get(node.name)
        if found is None:
            do = nearest(
                node.name,
                self.vocabulary.columns,
                otherwise=f"There are {', '.join(self.vocabulary.columns)}.",
            )
            return self.refuse(node, f"There is no column {node.name}.", do)
        return found

    def constant(self, node: exp.Expr) -> Expression | None:
        if isinstance(node, exp.Boolean):
            return Constant(bool(node.this), "bool")
        if isinstance(node, exp.Cast):
            return self.day(node)
        if node.is_string:
            return Constant(str(node.this), "text")
        value = float(node.this)
        if not math.isfinite(value) or (value > LARGEST and str(node.this).isdigit()):
            return self.refuse(node, f"The number {node.this} is too large.", f"The largest is {LARGEST:,}.")
        whole = value.is_integer() and value <= LARGEST
        return Constant(int(value) if whole else value, "number")

    def day(self, node: exp.Expr) -> Expression | None:
        literal = node.this
        if not (isinstance(literal, exp.Literal) and literal.is_string and node.args["to"].is_type("date")):
            return self.refuse(node, "Types cannot be changed in a condition.", "Only DATE '2026-01-31' may stand.")
        try:
            return Constant(date.fromisoformat(str(literal.this)), "date")
        except ValueError:
            return self.refuse(node, f"There is no day {literal.this}.", "Write a day as DATE '2026-01-31'.")

    def function(self, node: exp.Expr) -> Expression | None:
        name = "coalesce" if isinstance(node, exp.Coalesce) else str(node.this).lower()
        given = [node.this, *node.expressions] if isinstance(node, exp.Coalesce) else node.expressions
        if name not in FUNCTIONS:
            return self.refuse(node, f"There is no function {name}.", nearest(name, FUNCTIONS, otherwise=ALLOWED))
        read = [self.expression(argument) for argument in given]
        arguments = [argument for argument in read if argument is not None]
        if len(arguments) < len(read):
            return None
        made = self.call(node, name, arguments)
        if made is None:
            return self.refuse(node, f"{name} cannot be used like this.", f"{FUNCTIONS[name]}.")
        return made

    def call(self, node: exp.Expr, name: str, of: list[Expression]) -> Expression | None:
        types = [type_of(argument) for argument in of]
        if name == "coalesce" and len(of) > 1 and len(set(types)) == 1 and types[0] != "list of text":
            return FirstKnown(tuple(of))
        if name == "days_between" and types == ["date", "date"]:
            return DaysBetween(of[0], of[1])
        if not of or not isinstance(of[0], ColumnRef) or types[0] != "list of text":
            return None
        if name == "how_many" and len(of) == 1:
            return HowMany(of[0])
        texts = [part.value for part in of[1:] if isinstance(part, Constant) and isinstance(part.value, str)]
        if len(texts) < len(of) - 1 or not texts or name not in ("has", "has_any"):
            return None
        if name == "has" and len(texts) > 1:
            return None
        self.check_known(node, of[0], of[1:])
        return Has(of[0], tuple(texts))

    def check_known(self, node: exp.Expr, column: Expression, values: list[Expression] | tuple[Constant, ...]) -> None:
        """Note each written text that the column can never hold."""
        known = self.vocabulary.known.get(column.name) if isinstance(column, ColumnRef) else None
        for value in values if known else ():
            if isinstance(value, Constant) and known and value.value not in known:
                assert isinstance(column, ColumnRef)
                do = nearest(str(value.value), known, otherwise=f"There are {', '.join(sorted(known))}.")
                self.refuse(_literal(node, str(value.value)), f"{column.name} never holds '{value.value}'.", do)

    def unknown(self, node: exp.Expr) -> Expression | None:
        if isinstance(node, exp.Query | exp.Subquery | exp.Exists):
            return self.refuse(node, "A condition may not ask another table (no select).", "Use a documented column.")
        if isinstance(node, exp.Null):
            return self.refuse(node, "null can only stand after is.", "Write column is null.")
        name = node.sql_name().lower() if isinstance(node, exp.Func) else node.key
        words = f"There is no function {name}." if isinstance(node, exp.Func) else f"This is not allowed: {name}."
        return self.refuse(node, words, ALLOWED)

    def refuse(self, node: exp.Expr, what: str, do: str) -> Expression | None:
        """Note a problem; the None goes back in place of what could not be read."""
        self.problems.append(Problem(_place(node), what, do))
        return None


def _place(node: exp.Expr) -> int:
    """Where a node begins: sqlglot places names, literals and some calls; of others, the first within."""
    own = node.meta.get("start")
    if own is not None:
        return int(own)
    return min((int(part.meta["start"]) for part in node.walk() if "start" in part.meta), default=0)


def _literal(node: exp.Expr, text: str) -> exp.Expr:
    return next((part for part in node.find_all(exp.Literal) if part.is_string and part.this == text), node)
