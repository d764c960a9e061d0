"""How sqlglot is told to read a condition: with our few words only, so that nothing else is SQL to it."""

from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError
from sqlglot.parser import Parser as AnyParser
from sqlglot.tokens import Tokenizer as AnyTokenizer
from sqlglot.tokens import TokenType

WORDS = ("AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "TRUE", "FALSE", "DATE")
SIGNS = ("<>", "!=", "<=", ">=", "::", "||")


class Conditions(Dialect):  # type: ignore[misc]
    """No statements, no comments, no keywords but ours; each call keeps its own name."""

    class Tokenizer(AnyTokenizer):  # type: ignore[misc]
        KEYWORDS = {word: AnyTokenizer.KEYWORDS[word] for word in (*WORDS, *SIGNS)}
        COMMENTS: list[str] = []
        COMMANDS: set[TokenType] = set()

    class Parser(AnyParser):  # type: ignore[misc]
        FUNCTIONS: dict[Any, Any] = {}
        FUNCTION_PARSERS: dict[Any, Any] = {}
        NO_PAREN_FUNCTIONS: dict[Any, Any] = {}
        NO_PAREN_FUNCTION_PARSERS: dict[Any, Any] = {}
        STATEMENT_PARSERS: dict[Any, Any] = {}


GRAMMAR = Conditions()


def parse(text: str) -> exp.Expr:
    """sqlglot's tree of the one expression that `text` writes. Raises SqlglotError or RecursionError."""
    (found,) = GRAMMAR.parser().parse_into(exp.Condition, GRAMMAR.tokenize(text), text)
    if found is None:
        raise ParseError("there is nothing to read")
    return found


def names(text: str) -> list[tuple[int, str]]:
    """The words of a text that are neither ours nor quoted, in small letters, each with its place."""
    return [(token.start, token.text.lower()) for token in GRAMMAR.tokenize(text) if token.token_type == TokenType.VAR]
