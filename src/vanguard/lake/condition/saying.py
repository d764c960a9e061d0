"""Sayings: sentences with columns in braces, with one wording for one and another for more."""

import re
from dataclasses import dataclass

from vanguard.lake.condition.problem import BadCondition, Problem, nearest
from vanguard.lake.condition.tree import ColumnRef
from vanguard.lake.condition.vocabulary import Vocabulary

LONGEST = 300


@dataclass(frozen=True)
class Sentence:
    """Text and columns in turn.

    Whole numbers are said plainly, others with one decimal (halves away from zero; agreed between engines up to
    1e12 in size), days as 6 August 2018, nulls as "unknown".
    """

    parts: tuple[str | ColumnRef, ...]


@dataclass(frozen=True)
class Saying:
    """`one` is said where the number in `count` is exactly 1, otherwise `many`. Without a count, `many`."""

    many: Sentence
    one: Sentence | None = None
    count: ColumnRef | None = None


def read_saying(text: str, vocabulary: Vocabulary) -> Sentence:
    """The sentence that `text` writes. Raises BadCondition with every problem found."""
    if not text.strip() or len(text) > LONGEST:
        raise BadCondition([Problem(0, f"A sentence of 1 to {LONGEST} characters is needed.", "")])
    problems: list[Problem] = []
    parts: list[str | ColumnRef] = []
    at = 0
    for piece in re.split(r"(\{[^{}]*\})", text):
        if piece.startswith("{") and piece.endswith("}"):
            column = _column(piece[1:-1].strip(), at, vocabulary, problems)
            parts.extend([column] if column else [])
        elif "{" in piece or "}" in piece:
            stray = at + min(piece.find(brace) for brace in "{}" if brace in piece)
            problems.append(Problem(stray, "A brace stands alone.", "Write a column as {age}."))
        elif piece:
            parts.append(piece)
        at += len(piece)
    if problems:
        raise BadCondition(problems)
    return Sentence(tuple(parts))


def _column(name: str, at: int, vocabulary: Vocabulary, problems: list[Problem]) -> ColumnRef | None:
    column = vocabulary.columns.get(name)
    if column is None:
        do = nearest(name, vocabulary.columns, otherwise=f"There are {', '.join(vocabulary.columns)}.")
        problems.append(Problem(at, f"There is no column {name}.", do))
    elif column.type in ("bool", "instant", "list of text"):
        problems.append(Problem(at, f"A {column.type} cannot be said in a sentence.", "Write words for it instead."))
    else:
        return column
    return None
