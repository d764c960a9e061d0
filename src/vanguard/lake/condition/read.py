"""Reading a condition: sqlglot parses, a walk over a short list of allowed nodes builds our own tree."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date

from sqlglot import exp
from sqlglot.errors import SqlglotError

from vanguard.lake.condition import limits
from vanguard.lake.condition import tree as t
from vanguard.lake.condition.calls import ORDERED, call, shown
from vanguard.lake.condition.functions import FUNCTIONS
from vanguard.lake.condition.grammar import names, parse
from vanguard.lake.condition.problem import BadCondition, Problem, nearest
from vanguard.lake.condition.refusals import ALLOWED, REFUSED
from vanguard.lake.condition.vocabulary import Vocabulary

LARGEST = 2**53
WRITE_A_DAY = "Write a day as DATE '2026-01-31'."

COMPARISONS: dict[type, str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
SUMS: dict[type, str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
DO: dict[frozenset[str], str] = {
    frozenset(("date", "text")): WRITE_A_DAY,
    frozenset(("date", "number")): f"{WRITE_A_DAY} Between two days are days_between(day, later_day).",
    frozenset(("date", "instant")): "An instant's day is day_of(instant).",
    frozenset(("instant", "text")): "Compare its day: day_of(instant) >= DATE '2026-01-31'.",
    frozenset(("number", "text")): "Numbers stand without quotes, text in single quotes.",
    frozenset(("bool", "number")): "What is true or false stands alone; two comparisons are joined by and.",
    frozenset(("bool", "text")): "What is true or false stands alone, without quotes.",
    frozenset(("list of text", "text")): "Use has(list, 'word').",
}


def read_condition(text: str, vocabulary: Vocabulary) -> t.Condition:
    """The condition that `text` writes. Raises BadCondition with every problem found."""
    limits.check_text(text)
    reader = _Reader(vocabulary)
    try:
        tree = reader.truth(parse(text))
    except RecursionError:
        raise BadCondition([limits.too_deep(0)]) from None
    except SqlglotError as error:
        raise BadCondition([_refused_word(text, vocabulary) or limits.syntax_problem(text, error)]) from None
    if reader.problems or tree is None:
        raise BadCondition(reader.problems)
    if limits.parts(tree) > limits.MOST_PARTS:
        raise BadCondition([limits.too_many_parts()])
    return t.Condition(text, tree)


def _refused_word(text: str, vocabulary: Vocabulary) -> Problem | None:
    """The first word that explains why nothing could be read."""
    for at, word in names(text):
        if word in REFUSED and word not in vocabulary.columns:
            return Problem(at, *REFUSED[word])
    return None


class _Reader:
    """One walk over a parsed condition. Each method gives None where it noted a problem."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.steps = 0

    def truth(self, node: exp.Expr) -> t.Expression | None:
        """An expression that is true, false or null."""
        return self.typed(node, "bool", "something that is true or false")

    def typed(self, node: exp.Expr, wanted: t.Type, words: str) -> t.Expression | None:
        found = self.expression(node)
        if found is not None and t.type_of(found) != wanted:
            do = DO.get(frozenset((wanted, t.type_of(found))), "")
            return self.refuse(node, f"This is {shown(t.type_of(found))}; {words} is needed here.", do)
        return found

    def expression(self, node: exp.Expr) -> t.Expression | None:
        while type(node) is exp.Paren:
            node = node.this
        method = METHODS.get(type(node), _Reader.unknown)
        self.steps += 1
        if self.steps > limits.MOST_STEPS:
            raise BadCondition([limits.too_many_steps(_place(node))])
        found = method(self, node)
        self.steps -= 1
        return found

    def joined(self, node: exp.Expr) -> t.Expression | None:
        """`a and b and c` as one list, without recursion along the chain."""
        kind = type(node)
        parts: list[exp.Expr] = []
        while type(node) is kind:
            parts.append(node.expression)
            node = node.this
        read = [self.truth(part) for part in (node, *reversed(parts))]
        known = tuple(part for part in read if part is not None)
        if len(known) < len(read):
            return None
        return t.AllOf(known) if kind is exp.And else t.AnyOf(known)

    def negation(self, node: exp.Expr) -> t.Expression | None:
        of = self.truth(node.this)
        return None if of is None else t.Not(of)

    def comparison(self, node: exp.Expr) -> t.Expression | None:
        left, right = self.expression(node.this), self.expression(node.expression)
        if left is None or right is None or not self.comparable(node, left, (right,)):
            return None
        sign = COMPARISONS[type(node)]
        if sign not in ("=", "<>") and t.type_of(left) not in ORDERED:
            return self.refuse(node, f"{shown(t.type_of(left)).capitalize()} has no order.", "Use = or <>.")
        self.check_known(node, left, (right,))
        self.check_known(node, right, (left,))
        return t.Compare(sign, left, right)

    def comparable(self, node: exp.Expr, left: t.Expression, others: Sequence[t.Expression]) -> bool:
        first = t.type_of(left)
        if "list of text" in (first, *map(t.type_of, others)):
            self.refuse(node, "Lists cannot be compared.", "Use has, has_any or has_prefix.")
            return False
        for other in others:
            second = t.type_of(other)
            if first != second:
                do = DO.get(frozenset((first, second)), "")
                self.refuse(node, f"{shown(first).capitalize()} cannot be compared with {shown(second)}.", do)
                return False
        return True

    def arithmetic(self, node: exp.Expr) -> t.Expression | None:
        left = self.typed(node.this, "number", "a number")
        right = self.typed(node.expression, "number", "a number")
        return None if left is None or right is None else t.Arithmetic(SUMS[type(node)], left, right)

    def negative(self, node: exp.Expr) -> t.Expression | None:
        of = self.typed(node.this, "number", "a number")
        if isinstance(of, t.Constant) and isinstance(of.value, int | float):
            return t.Constant(-of.value, "number")
        return None if of is None else t.Negative(of)

    def between(self, node: exp.Expr) -> t.Expression | None:
        if node.args.get("symmetric"):
            return self.unknown(node)
        of, low, high = (self.expression(node.args[name]) for name in ("this", "low", "high"))
        if of is None or low is None or high is None or not self.comparable(node, of, (low, high)):
            return None
        if t.type_of(of) not in ORDERED:
            return self.refuse(node, f"{shown(t.type_of(of)).capitalize()} has no order.", "Use = or in.")
        return t.Between(of, low, high)

    def one_of(self, node: exp.Expr) -> t.Expression | None:
        of = self.expression(node.this)
        values = [self.expression(value) for value in node.expressions]
        if of is None or None in values:
            return None
        constants = tuple(value for value in values if isinstance(value, t.Constant))
        if not values or len(constants) < len(values):
            return self.refuse(node, "Only written values may stand after in.", "Write in ('a', 'b').")
        if not self.comparable(node, of, constants):
            return None
        self.check_known(node, of, constants)
        return t.OneOf(of, constants)

    def is_null(self, node: exp.Expr) -> t.Expression | None:
        if not isinstance(node.expression, exp.Null):
            return self.refuse(node, "After is only null or not null may stand.", "Write = instead of is.")
        of = self.expression(node.this)
        return None if of is None else t.IsNull(of)

    def column(self, node: exp.Expr) -> t.Expression | None:
        if node.args.get("table"):
            return self.refuse(node, "A column is named without a table.", f"Write {node.name}.")
        name = node.name
        found = self.vocabulary.columns.get(name)
        if found is not None:
            return found
        if node.this.quoted:
            return self.refuse(node, f'There is no column "{name}".', f"Text stands in single quotes: '{name}'.")
        if name.lower() in REFUSED:
            return self.refuse(node, *REFUSED[name.lower()])
        if name.lower() in FUNCTIONS:
            return self.refuse(node, f"{name} is a function.", f"Write {FUNCTIONS[name.lower()].usage}.")
        for column, words in self.vocabulary.known.items():
            if name in words and column in self.vocabulary.columns:
                is_list = self.vocabulary.columns[column].type == "list of text"
                do = f"has({column}, '{name}')" if is_list else f"{column} = '{name}'"
                return self.refuse(node, f"{name} is a word of {column}.", f"Write {do}.")
        do = nearest(name, self.vocabulary.columns, otherwise=f"There are {', '.join(self.vocabulary.columns)}.")
        return self.refuse(node, f"There is no column {name}.", do)

    def literal(self, node: exp.Expr) -> t.Expression | None:
        if node.is_string:
            return t.Constant(str(node.this), "text")
        try:
            value = float(node.this)
        except ValueError:
            return self.refuse(node, f"{_short(node.this)} is no number.", "Write it as 1234.5.")
        if not math.isfinite(value) or (value > LARGEST and str(node.this).isdigit()):
            return self.refuse(node, f"The number {_short(node.this)} is too large.", f"The largest is {LARGEST:,}.")
        whole = value.is_integer() and value <= LARGEST
        return t.Constant(int(value) if whole else value, "number")

    def boolean(self, node: exp.Expr) -> t.Expression | None:
        return t.Constant(bool(node.this), "bool")

    def day(self, node: exp.Expr) -> t.Expression | None:
        literal = node.this
        if not (isinstance(literal, exp.Literal) and literal.is_string and node.args["to"].is_type("date")):
            return self.refuse(node, "Types cannot be changed in a condition.", "Only DATE '2026-01-31' may stand.")
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(literal.this)):
                raise ValueError
            return t.Constant(date.fromisoformat(str(literal.this)), "date")
        except ValueError:
            return self.refuse(node, f"There is no day {_short(literal.this)}.", WRITE_A_DAY)

    def function(self, node: exp.Expr) -> t.Expression | None:
        name = str(node.this).lower()
        if name not in FUNCTIONS:
            what, do = REFUSED.get(name) or (
                f"There is no function {_short(name)}.",
                nearest(name, FUNCTIONS, otherwise=ALLOWED),
            )
            return self.refuse(node, what, do)
        read = [self.expression(argument) for argument in node.expressions]
        arguments = [argument for argument in read if argument is not None]
        if len(arguments) < len(read):
            return None
        made = call(name, arguments)
        if not isinstance(made, t.Call):
            place, what = made
            wrong = node if place < 0 else node.expressions[place]
            usage = f"{FUNCTIONS[name].usage} is {FUNCTIONS[name].meaning}"
            return self.refuse(wrong, what, usage)
        self.check_words(node, made)
        return made

    def check_known(self, node: exp.Expr, column: t.Expression, values: Sequence[t.Expression]) -> None:
        """Note each written text that the column can never hold."""
        known = self.vocabulary.known.get(column.name) if isinstance(column, t.ColumnRef) else None
        if known and isinstance(column, t.ColumnRef):
            for value in values:
                if isinstance(value, t.Constant) and value.value not in known:
                    self.refuse_word(node, f"{column.name} never holds", str(value.value), known)

    def check_words(self, node: exp.Expr, made: t.Call) -> None:
        if made.name in ("has", "has_any"):
            self.check_known(node, made.of[0], made.of[1:])
        column = made.of[0]
        known = self.vocabulary.known.get(column.name) if isinstance(column, t.ColumnRef) else None
        if made.name == "has_prefix" and known and isinstance(column, t.ColumnRef):
            for value in made.of[1:]:
                assert isinstance(value, t.Constant)
                if not any(word.startswith(str(value.value)) for word in known):
                    self.refuse_word(node, f"In {column.name} nothing begins with", str(value.value), known)

    def refuse_word(self, node: exp.Expr, what: str, word: str, known: frozenset[str]) -> None:
        some = sorted(known)
        listed = ", ".join(some[:20]) + (f" and {len(some) - 20} more" if len(some) > 20 else "")
        do = nearest(word, some, otherwise=f"There are {listed}.")
        self.refuse(_literal(node, word), f"{what} '{_short(word)}'.", do)

    def unknown(self, node: exp.Expr) -> t.Expression | None:
        if isinstance(node, exp.Null):
            return self.refuse(node, "null can only stand after is.", "Write column is null.")
        return self.refuse(node, f"This is not allowed ({node.key}).", ALLOWED)

    def refuse(self, node: exp.Expr, what: str, do: str) -> t.Expression | None:
        """Note a problem; the None goes back in place of what could not be read."""
        self.problems.append(Problem(_place(node), what, do))
        return None


METHODS: dict[type, Callable[[_Reader, exp.Expr], t.Expression | None]] = {
    **dict.fromkeys((exp.And, exp.Or), _Reader.joined),
    **dict.fromkeys(COMPARISONS, _Reader.comparison),
    **dict.fromkeys(SUMS, _Reader.arithmetic),
    exp.Not: _Reader.negation,
    exp.Neg: _Reader.negative,
    exp.Between: _Reader.between,
    exp.In: _Reader.one_of,
    exp.Is: _Reader.is_null,
    exp.Column: _Reader.column,
    exp.Literal: _Reader.literal,
    exp.Boolean: _Reader.boolean,
    exp.Cast: _Reader.day,
    exp.Anonymous: _Reader.function,
}


def _short(text: object) -> str:
    shown = str(text)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _place(node: exp.Expr) -> int:
    """Where a node begins: sqlglot places names, literals and some calls; of others, the first within or around."""
    around: exp.Expr | None = node
    while around is not None:
        starts = [int(part.meta["start"]) for part in around.walk() if "start" in part.meta]
        if starts:
            return int(around.meta.get("start", min(starts)))
        around = around.parent
    return 0


def _literal(node: exp.Expr, text: str) -> exp.Expr:
    return next((part for part in node.find_all(exp.Literal) if part.is_string and part.this == text), node)
