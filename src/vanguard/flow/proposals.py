"""What the system proposes, with reasons; a named professional confirms or decides otherwise."""

from dataclasses import dataclass

from vanguard.blueprint import Answer
from vanguard.flow.definition import Flow
from vanguard.flow.state import State


@dataclass(frozen=True)
class Proposed:
    """An answer proposed for a question, and why."""

    question: str
    answer: Answer
    reason: str


def propose(flow: Flow, state: State, step: str) -> tuple[Proposed, ...]:
    """For each question that a step decides, the first proposal that holds; nothing where none does."""
    found: dict[str, Proposed] = {}
    for proposal in flow.step(step).proposals:
        if flow.true_of(proposal.when, state):
            for question, answer in proposal.set.items():
                found.setdefault(question, Proposed(question, answer, proposal.say))
    return tuple(found.values())
