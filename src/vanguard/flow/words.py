"""What people call the parts of a pathway: their labels, so that nobody need know an id."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from vanguard.blueprint import Question


class Labelled(Protocol):
    """Anything of a blueprint that has a label."""

    @property
    def label(self) -> str: ...


def called(id: str, known: Mapping[str, Labelled]) -> str:
    """The label of what stands under an id; the id itself where nothing does."""
    return known[id].label if id in known else id


def all_called(ids: Iterable[str], known: Mapping[str, Labelled]) -> str:
    """The labels of several, in a list for a sentence."""
    return ", ".join(called(id, known) for id in ids) or "none"


def how_to_answer(question: Question) -> str:
    """What an answer to a question may be, as a sentence."""
    if question.kind == "choice":
        return f"It is one of {', '.join(question.of.values())}."
    return "Answer yes or no." if question.kind == "yes_no" else "Give a number."
