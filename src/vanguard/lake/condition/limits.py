"""What is refused before sqlglot sees it: too long, too deep, and signs that no condition holds."""

import re
import unicodedata
from collections.abc import Iterator

from sqlglot.errors import SqlglotError

from vanguard.lake.condition import tree as t
from vanguard.lake.condition.bounds import may_overflow
from vanguard.lake.condition.functions import FUNCTIONS
from vanguard.lake.condition.problem import BadCondition, Problem

LONGEST = 4000
DEEPEST = 20
MOST_STEPS = 100
MOST_PARTS = 5000

NOTABLE = re.compile(
    r"""(?P<text>'(?:[^']|'')*'?)|(?P<name>"[^"]*"?)|(?P<comment>--|/\*)|(?P<bracket>[()])"""
    r"""|(?P<sign>=>|=<|==|&&|\|\||::|!(?!=)|[^\w\s"'()*+,./<=>!-]|[^\x00-\x7f]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f])"""
)
QUOTE, MINUS, NOTHING = "Write the straight quote '.", "Write the ordinary minus -.", "Take it away: nobody can see it."
INSTEAD = {
    "\u00a0": "Write an ordinary space.",
    **dict.fromkeys("\u200b\u200c\u200d\ufeff", NOTHING),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u201c\u201d\u201e`", QUOTE),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", MINUS),
    "≥": "Write >=.",
    "≤": "Write <=.",
    "≠": "Write <>.",
    "\u00d7": "Write *.",
    "÷": "Write /.",
    "=>": "Write >=.",
    "=<": "Write <=.",
    "==": "Write =.",
    "&&": "Write and.",
    "&": "Write and.",
    "||": "Write or. Texts cannot be joined.",
    "|": "Write or.",
    "!": "Write not, or <>.",
    "::": "Types cannot be changed in a condition.",
    ";": "A condition is one expression, with no ; in it or after it.",
    "%": "There are no remainders; a share is written as a number, such as 0.2.",
    **dict.fromkeys("[{", "Write round brackets: has(list, 'word') asks what a list holds."),
    **dict.fromkeys("]}", "Write round brackets."),
    **dict.fromkeys("?$@:", "There is nothing to fill in: write the value or the column."),
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
            case "name" if sign.count('"') < 2:
                yield Problem(at, "This quote is never closed.", "Text stands between two single quotes: 'text'.")
            case "comment":
                yield Problem(at, "A condition holds no comments.", "Write them after a # in the file instead.")
                return
            case "bracket":
                depth += 1 if sign == "(" else -1
                if depth > DEEPEST:
                    yield too_deep(at)
                    return
            case "sign":
                yield Problem(at, f"{_called(sign)} cannot stand here.", _instead(sign))


def _quoted(at: int, quoted: str) -> Iterator[Problem]:
    if quoted.count("'") % 2:
        yield Problem(at, "This quote is never closed.", "Text stands between two single quotes: 'text'.")
    hidden = next((letter for letter in quoted if unicodedata.category(letter) in ("Cc", "Cf", "Cs")), None)
    if hidden:
        where = at + quoted.index(hidden)
        yield Problem(where, f"{_called(hidden)} cannot stand in a text.", NOTHING)


def _called(sign: str) -> str:
    if sign.isascii() and sign.isprintable():
        return f"The sign {sign}"
    name = unicodedata.name(sign, "").lower()
    shown = f"{sign} " if sign.isprintable() and not sign.isspace() else ""
    return f"The character {shown}({f'{name}, ' if name else ''}U+{ord(sign):04X})"


def _instead(sign: str) -> str:
    if sign in INSTEAD:
        return INSTEAD[sign]
    folded = unicodedata.normalize("NFKC", sign)
    if folded != sign and folded.isascii() and folded.strip():
        return f"Write {folded}."
    return "Names and signs are plain unaccented letters and digits; other letters stand in quoted text only."


def too_deep(at: int) -> Problem:
    return Problem(at, "The condition is nested too deeply.", f"Use at most {DEEPEST} brackets within each other.")


def too_many_steps(at: int) -> Problem:
    return Problem(at, "The condition has too many steps within each other.", f"At most {MOST_STEPS} are allowed.")


def too_many_parts() -> Problem:
    what = (
        "Functions or divisions stand too deep within each other: engines would have to write them out again and again."
    )
    return Problem(0, what, "Use fewer within each other.")


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
            return 1 + FUNCTIONS[tree.name].written * sum(_checked(part) for part in tree.of)


def _checked(tree: t.Expression) -> int:
    return (2 if may_overflow(tree) else 1) * parts(tree)


def syntax_problem(text: str, error: SqlglotError) -> Problem:
    found = getattr(error, "errors", None) or [{}]
    first = found[0]
    column = first.get("col")
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: (first.get("line") or 1) - 1])
    near = first.get("highlight") or ""
    at = min(before + max((column or 0) - len(near), 0), len(text) - 1)
    joining = re.search(r"^\s*(and|or)\b|\b(and|or|not)\s*$", text, re.IGNORECASE)
    if joining:
        word = joining.group().strip()
        what = f"Something is missing {'before' if joining.start() == 0 else 'after'} {word}."
        return Problem(joining.start(), what, f"Write it, or take the {word} away.")
    what = f"This cannot be read as a condition{f', near {near}' if near else ''}."
    return Problem(at, what, "Check brackets, quotes (text stands in single quotes) and that no word is missing.")
