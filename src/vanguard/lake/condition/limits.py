"""What is refused before sqlglot sees it: too long, too deep, and signs that no condition holds."""

import re
import unicodedata
from collections.abc import Iterator

from sqlglot.errors import SqlglotError

from vanguard.lake.condition import tree as t
from vanguard.lake.condition.problem import BadCondition, Problem

LONGEST = 4000
DEEPEST = 20
MOST_STEPS = 100
MOST_PARTS = 5000

NOTABLE = re.compile(
    r"""(?P<text>'(?:[^']|'')*'?)|(?P<comment>--|/\*)|(?P<bracket>[()\[\]])|(?P<odd>[^ -~\n\r\t])|(?P<end>;)"""
)
MEANT = {
    "\u00a0": "an ordinary space",
    "\u200b": "nothing: nobody can see it",
    "\ufeff": "nothing: nobody can see it",
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u201c\u201d\u201e", "the straight quote '"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "the ordinary minus -"),
    "≥": ">=",
    "≤": "<=",
    "≠": "<>",
    "\u00d7": "*",
    "÷": "/",
}


def check_text(text: str) -> None:
    """Refuse, before parsing, what would take long or can be no condition: cost grows with length and depth only."""
    if not text.strip():
        raise BadCondition([Problem(0, "The condition is empty.", "Write one, such as age >= 75.")])
    if len(text) > LONGEST:
        what = f"The condition has {len(text):,} characters; the longest allowed has {LONGEST:,}."
        raise BadCondition([Problem(LONGEST, what, "Split it into several.")])
    problems = list(_stray(text))
    if problems:
        raise BadCondition(problems[:10])


def _stray(text: str) -> Iterator[Problem]:
    depth = 0
    for found in NOTABLE.finditer(text):
        at, sign = found.start(), found.group()
        match found.lastgroup:
            case "text":
                yield from _quoted(at, sign)
            case "comment":
                yield Problem(at, "A condition holds no comments.", "Write them after a # in the file instead.")
                return
            case "bracket":
                depth += 1 if sign in "([" else -1
                if depth > DEEPEST:
                    yield too_deep(at)
                    return
            case "odd":
                yield Problem(at, f"The character {_called(sign)} cannot stand here.", _meant(sign))
            case "end":
                yield Problem(at, "A condition is one expression, with no ; in it or after it.", "Take the ; away.")


def _quoted(at: int, quoted: str) -> Iterator[Problem]:
    if quoted.count("'") % 2:
        yield Problem(at, "This quote is never closed.", "Text stands between two quotes.")
    hidden = next((letter for letter in quoted if unicodedata.category(letter) in ("Cc", "Cf", "Cs")), None)
    if hidden:
        yield Problem(at, f"The text holds the character {_called(hidden)}, which nobody can see.", "Take it away.")


def _called(sign: str) -> str:
    code = f"U+{ord(sign):04X}"
    name = unicodedata.name(sign, "").lower()
    shown = f"{sign} " if sign.isprintable() and not sign.isspace() else ""
    return f"{shown}({f'{name}, ' if name else ''}{code})"


def _meant(sign: str) -> str:
    plain = MEANT.get(sign)
    if plain is None:
        folded = unicodedata.normalize("NFKC", sign)
        plain = folded if folded != sign and folded.isascii() and folded.strip() else None
    if plain:
        return f"Write {plain}."
    return "Names and signs are plain unaccented letters; other letters stand in quoted text only."


def too_deep(at: int) -> Problem:
    return Problem(at, "The condition is nested too deeply.", f"Use at most {DEEPEST} brackets within each other.")


def too_many_steps(at: int) -> Problem:
    return Problem(at, "The condition has too many steps within each other.", f"At most {MOST_STEPS} are allowed.")


def parts(tree: t.Expression) -> int:
    """How many parts engines will be given, those written more than once counted as often."""
    match tree:
        case t.ColumnRef() | t.Constant():
            return 1
        case t.AllOf() | t.AnyOf():
            return 1 + sum(parts(part) for part in tree.of)
        case t.Not():
            return 1 + parts(tree.of)
        case t.IsNull() | t.Negative():
            return 1 + _checked(tree.of)
        case t.Compare():
            return 1 + _checked(tree.left) + _checked(tree.right)
        case t.Between():
            return 1 + 2 * _checked(tree.of) + _checked(tree.low) + _checked(tree.high)
        case t.OneOf():
            return 1 + _checked(tree.of) + len(tree.values)
        case t.Arithmetic():
            return 1 + parts(tree.left) + (2 if tree.sign == "/" else 1) * parts(tree.right)
        case t.Call():
            return 1 + 3 * sum(_checked(part) for part in tree.of)


def _checked(tree: t.Expression) -> int:
    return (2 if t.may_overflow(tree) else 1) * parts(tree)


def syntax_problem(text: str, error: SqlglotError) -> Problem:
    found = getattr(error, "errors", None) or [{}]
    first = found[0]
    column = first.get("col")
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: (first.get("line") or 1) - 1])
    near = first.get("highlight") or ""
    at = min(before + max((column or 0) - len(near), 0), len(text) - 1)
    what = f"This cannot be read as a condition{f', near {near}' if near else ''}."
    return Problem(at, what, "Check brackets, quotes (text stands in single quotes) and that no word is missing.")
