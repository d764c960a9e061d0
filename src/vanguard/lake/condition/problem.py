"""What is wrong in a condition or a saying, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from vanguard.errors import BadInput


@dataclass(frozen=True)
class Problem:
    """`at` is the place in the text, counted from 0; `what` and `do` are sentences."""

    at: int
    what: str
    do: str


class BadCondition(BadInput):
    """A condition or saying that cannot be used, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.at))
        first = self.problems[0]
        super().__init__(first.what, where=f"character {first.at + 1}", do=first.do)


def nearest(name: str, names: Iterable[str], *, otherwise: str) -> str:
    """A sentence naming the right name nearest to `name`, or `otherwise`."""
    close = get_close_matches(name.lower(), list(names), n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else otherwise
