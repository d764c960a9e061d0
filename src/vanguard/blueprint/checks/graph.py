"""A pathway as a graph: which steps follow which, what can be reached, and what is surely known where."""

from collections.abc import Mapping
from dataclasses import dataclass

from vanguard.blueprint.elements.pathways import Pathway, Step
from vanguard.lake.condition import Condition


@dataclass(frozen=True)
class Graph:
    """`after` gives for each step the steps and ends that may follow it; `firsts` are the steps of the entry.

    A step that runs alongside another has its host in `hosts`.
    """

    pathway: Pathway
    firsts: tuple[str, ...]
    after: Mapping[str, tuple[str, ...]]
    hosts: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(pathway: Pathway) -> "Graph":
        """The graph of a pathway; ids that do not exist are left out."""
        known = {*pathway.steps, *pathway.ends}
        hosts: dict[str, list[str]] = {}
        for id, step in pathway.steps.items():
            for other in step.alongside:
                hosts.setdefault(other.step, []).append(id)
        return Graph(
            pathway,
            tuple(dict.fromkeys(first for first in pathway.entry.by.values() if first in pathway.steps)),
            {id: tuple(rule.to for rule in step.next if rule.to in known) for id, step in pathway.steps.items()},
            {id: tuple(found) for id, found in hosts.items()},
        )

    def beside(self, id: str) -> tuple[str, ...]:
        """The steps that may run alongside a step."""
        step = self.pathway.steps.get(id)
        return tuple(a.step for a in step.alongside if a.step in self.pathway.steps) if step else ()

    def reached(self, starts: tuple[str, ...]) -> set[str]:
        """Steps and ends that can be reached from `starts`, themselves included."""
        found: set[str] = set()
        todo = list(starts)
        while todo:
            id = todo.pop()
            if id not in found:
                found.add(id)
                todo += [*self.after.get(id, ()), *self.beside(id)]
        return found

    def ends_from(self) -> set[str]:
        """The steps from which some end can be reached by answering."""
        found: set[str] = set()
        ends = set(self.pathway.ends)
        grew = True
        while grew:
            more = {id for id, following in self.after.items() if any(to in ends | found for to in following)}
            grew = not more <= found
            found |= more
        return found

    def surely_answered(self) -> Mapping[str, frozenset[str]]:
        """For each step, the questions that have an answer on every way into it."""
        every = frozenset(q for step in self.pathway.steps.values() for q in answered_in(step))
        before: dict[str, frozenset[str]] = {id: frozenset() if id in self.firsts else every for id in self.after}
        changed = True
        while changed:
            changed = False
            for id, following in self.after.items():
                leaving = before[id] | answered_in(self.pathway.steps[id])
                into = [(to, leaving) for to in following] + [(other, before[id]) for other in self.beside(id)]
                for to, known in into:
                    if to in before and not before[to] <= known:
                        before[to] &= known
                        changed = True
        return before


def asked_by(step: Step) -> tuple[Condition | None, ...]:
    """The conditions by which a step leads on, and lets others run alongside."""
    return *(rule.when for rule in step.next), *(other.when for other in step.alongside)


def answered_in(step: Step) -> frozenset[str]:
    """The questions that have an answer once a step is finished."""
    return frozenset((*step.asks, *step.decides))
