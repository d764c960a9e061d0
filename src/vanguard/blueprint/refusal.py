"""What a validator raises when it can say better than pydantic what is wrong, and where within the value."""

from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from vanguard.lake.condition import Problem

Within = tuple[str | int, ...]


def refusal(what: str, do: str, *, at: int = 0, within: Within = ()) -> PydanticCustomError:
    """One problem: `at` counts characters in a text, `within` is the place below the value."""
    return refusals([(within, Problem(at, what, do))])


def refusals(problems: Iterable[tuple[Within, Problem]]) -> PydanticCustomError:
    """Several problems of one value."""
    return PydanticCustomError("wording", "see problems", {"problems": list(problems)})
