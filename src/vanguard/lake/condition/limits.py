"""What is refused before and while sqlglot parses: too long, too deep, not SQL at all."""

from sqlglot.errors import SqlglotError

from vanguard.lake.condition.problem import BadCondition, Problem

LONGEST = 4000
DEEPEST = 20


def check_size(text: str) -> None:
    """Refuse, before parsing, what would take long: the parser's cost grows with length and depth only."""
    if not text.strip():
        raise BadCondition([Problem(0, "The condition is empty.", "Write one, such as age >= 75.")])
    if len(text) > LONGEST:
        what = f"The condition has {len(text):,} characters; the longest allowed has {LONGEST:,}."
        raise BadCondition([Problem(LONGEST, what, "Split it into several cohorts or reasons.")])
    depth, quote = 0, -1
    for at, letter in enumerate(text):
        if letter == "'":
            quote = at if quote < 0 else -1
        elif quote < 0:
            depth += (letter in "([") - (letter in ")]")
            if depth > DEEPEST:
                raise BadCondition([too_deep(at)])
            if text.startswith(("--", "/*"), at):
                raise BadCondition([Problem(at, "A condition holds no comments.", "Write them after a # instead.")])
    if quote >= 0:
        raise BadCondition([Problem(quote, "This quote is never closed.", "Text stands between two quotes.")])


def too_deep(at: int) -> Problem:
    return Problem(at, "The condition is nested too deeply.", f"Use at most {DEEPEST} brackets within each other.")


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
