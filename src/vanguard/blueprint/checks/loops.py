"""Whether somebody would go round for ever, as is assumed: steps that lead back to each other, and no answer out.

Looked for only where steps lead back to each other at all. Whoever may come is let go every way that has a chance, with
what conditions ask of them: so whoever is found is there, and also where only some never get out.
"""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.blueprint.checks.graph import Graph, asked_by
from vanguard.blueprint.elements.pathways import Pathway, Pathways, Step
from vanguard.blueprint.elements.simulate import Assumptions, Simulate
from vanguard.blueprint.elements.spreads import Distribution, Fixed, Triangular, Uniform
from vanguard.blueprint.fault import Fault
from vanguard.lake.condition import Condition, columns_of, holds, turning_points

OLDEST = 120
MOST = 20_000
"""Of more states than this a run must show what becomes of people."""
ENTRY = ("origin", "channel", "sex", "age")
Place = tuple[str | int, ...]
State = tuple[str, tuple[Any, ...]]


def loop_faults(file: Simulate, pathways: Pathways) -> Iterator[Fault]:
    """One fault for each pathway and scenario in which somebody never gets out; of scenarios what they bring about."""
    for id in file.arrivals:
        pathway = pathways.pathways.get(id)
        if pathway is None or not _leads_back(pathway):
            continue
        found = _trapped(file.under(), pathways, pathway)
        if found:
            yield _fault(found, file.answers, pathway, ())
            continue
        for name, scenario in file.scenarios.items():
            found = _trapped(file.under(name), pathways, pathway)
            if found:
                yield _fault(found, scenario.assume.answers, pathway, ("scenarios", name, "assume"))


def _leads_back(pathway: Pathway) -> bool:
    graph = Graph.of(pathway)
    return any(id in graph.reached(following) for id, following in graph.after.items())


def _fault(found: "_Found", answers: Mapping[str, Any], pathway: Pathway, at: Place) -> Fault:
    steps = [pathway.steps[id] for id in found.steps]
    asked = next((q for step in steps for q in (*step.decides, *step.asks) if q in answers), None)
    place = (*at, "answers", asked) if asked else at or ("arrivals", pathway.id)
    whose = " and ".join(f"{name} is {value}" for name, value in found.whose.items())
    who = f" whose {whose}" if whose else "" if found.all_of_them else ", but for some,"
    what = f"Whoever comes to {' and '.join(found.steps)}{who} never gets out: no answer that is assumed leads on."
    return Fault(place, what, f"Let some answers lead to an end of {pathway.id}.", key=True)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"such as {value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class _Found:
    """The steps out of which somebody never gets, what they are by whom others there differ, and whether there are no
    others."""

    steps: tuple[str, ...]
    whose: Mapping[str, str]
    all_of_them: bool


class _TooMuchError(Exception):
    """It cannot be said in reasonable time, or before other mistakes are mended."""


def _trapped(assumed: Assumptions, pathways: Pathways, pathway: Pathway) -> _Found | None:
    if any((time.share or 0) >= 1 for time in assumed.ends.get(pathway.id, {}).values()):
        return None
    try:
        walk = _Walk.of(assumed, pathways, pathway)
        after = walk.everywhere()
    except _TooMuchError:
        return None
    before: dict[State | None, list[State]] = {}
    for state, following in after.items():
        for one in following:
            before.setdefault(one, []).append(state)
    free: set[State | None] = set()
    todo: list[State | None] = [None]
    while todo:
        out = todo.pop()
        if out not in free:
            free.add(out)
            todo += before.get(out, ())
    stuck = [state for state in after if state not in free]
    if not stuck:
        return None
    steps = tuple(id for id in pathway.steps if any(step == id for step, _ in stuck))
    others = [row for step, row in after if step in steps and (step, row) in free]
    whose = {}
    for n, name in enumerate(walk.names):
        values = dict.fromkeys(row[n] for _, row in stuck)
        if others and not any(row[n] in values for row in others):
            whose[name] = " or ".join(map(_said, values))
    return _Found(steps, whose, not others)


@dataclass(frozen=True)
class _Walk:
    """How people may go: what is known of them are the columns that conditions ask for, in the order of `names`."""

    assumed: Assumptions
    pathway: Pathway
    names: tuple[str, ...]
    bounds: Mapping[str, tuple[float, ...]]
    """The numbers with which conditions compare each number, ascending."""
    kinds: Mapping[str, str]

    @staticmethod
    def of(assumed: Assumptions, pathways: Pathways, pathway: Pathway) -> "_Walk":
        rules = [when for step in pathway.steps.values() for when in asked_by(step) if when is not None]
        names: dict[str, None] = {}
        used = list(rules)
        todo = [name for rule in rules for name in columns_of(rule)]
        while todo:
            name = todo.pop()
            if name not in names:
                names[name] = None
                cases = assumed.answers[name].cases if name in assumed.answers else ()
                used += [case.when for case in cases]
                todo += [other for case in cases for other in columns_of(case.when)]
        kinds = {name: pathways.questions[name].kind for name in names if name in pathways.questions}
        numbers = [name for name in names if name == "age" or kinds.get(name) == "number"]
        return _Walk(assumed, pathway, tuple(sorted(names)), {name: _bounds(used, name) for name in numbers}, kinds)

    def everywhere(self) -> Mapping[State, frozenset[State | None]]:
        """Where each state that somebody may come into leads; None is out."""
        found: dict[State, frozenset[State | None]] = {}
        todo = list(self.begun())
        while todo:
            state = todo.pop()
            if state in found:
                continue
            if len(found) == MOST:
                raise _TooMuchError
            following = frozenset(self.following(*state))
            found[state] = following
            todo += [one for one in following if one is not None]
        return found

    def begun(self) -> Iterator[State]:
        come = self.assumed.arrivals[self.pathway.id]
        channels = come.channels or dict.fromkeys(self.pathway.entry.by, 1.0)
        sexes: list[str | None] = [None]
        if come.female is not None:
            sexes = [sex for sex, share in (("female", come.female), ("male", 1 - come.female)) if share > 0]
        ages: Iterable[float | None] = (None,) if come.age is None else self.numbers("age", come.age)
        origins = [origin for origin, share in (come.origins or {}).items() if share > 0]
        entered = [channel for channel, share in channels.items() if share > 0]
        known: dict[str, list[Any]] = {"origin": origins, "channel": entered, "sex": list(sexes), "age": list(ages)}
        for channel in entered:
            asked = {name: known.get(name, [None]) for name in self.names} | {"channel": [channel]}
            for values in itertools.product(*asked.values()):
                row = dict(zip(asked, values, strict=True))
                yield self.pathway.entry.by[channel], self.state(row)

    def following(self, id: str, known: tuple[Any, ...]) -> Iterator[State | None]:
        step = self.pathway.steps.get(id)
        if step is None:
            raise _TooMuchError
        row = dict(zip(self.names, known, strict=True))
        for name, change in self.assumed.changes.get(self.pathway.id, {}).items():
            if row.get(name) is not None and change.share > 0:
                for option, share in change.shares.items():
                    if share > 0:
                        yield id, self.state(row | {name: self.said(name, option)})
        for finished in self.finished(step, row):
            to = next(rule.to for rule in step.next if self.true(rule.when, finished)) if step.next else None
            yield None if to is None or to in self.pathway.ends else (to, self.state(finished))

    def finished(self, step: Step, row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """What may be known of someone when a step, and all that ran alongside it, is finished."""
        for asked in self.answered(step.asks, row):
            for whole in self.beside(step, asked, self.opened(step, row)):
                yield from self.answered(step.decides, whole)

    def opened(self, step: Step, row: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(other.step for other in step.alongside if self.true(other.when, row))

    def beside(self, step: Step, row: Mapping[str, Any], opened: frozenset[str]) -> Iterator[Mapping[str, Any]]:
        """What may be known when all that runs alongside is finished; what is answered there may let more begin."""
        todo = [(row, opened | self.opened(step, row), frozenset[str]())]
        while todo:
            known, due, done = todo.pop()
            left = sorted(due - done)
            if not left:
                yield known
                continue
            other = self.pathway.steps.get(left[0])
            if other is None:
                raise _TooMuchError
            for answered in self.answered((*other.asks, *other.decides), known):
                todo.append((answered, due | self.opened(step, answered), done | {left[0]}))

    def answered(self, questions: Iterable[str], row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """What may be known once these are answered, one after the other."""
        asked = [question for question in questions if question in self.names]
        if not asked:
            yield row
            return
        for value in self.answers(asked[0], row):
            yield from self.answered(asked[1:], {**row, asked[0]: value})

    def answers(self, question: str, row: Mapping[str, Any]) -> Iterable[Any]:
        given = self.assumed.answers.get(question)
        if given is None:
            raise _TooMuchError
        said: Any = next((case for case in given.cases if holds(case.when, self.whole(row)) is True), given)
        if said.number is not None:
            return self.numbers(question, said.number)
        return [self.said(question, option) for option, share in said.shares.items() if share > 0]

    def said(self, question: str, option: str) -> Any:
        return option == "yes" if self.kinds[question] == "yes_no" else option

    def numbers(self, name: str, spread: Distribution) -> list[float]:
        """One value for each way in which a number may lie between those that conditions name."""
        bounds = self.bounds.get(name, ())
        low, high = _reach(spread)
        if name == "age":
            years = range(
                min(OLDEST, math.floor(low)),
                1 + min(OLDEST, (math.ceil(high) - (low < high) if high < OLDEST else OLDEST)),
            )
            return list({(bisect_left(bounds, n), bisect_right(bounds, n)): float(n) for n in years}.values())
        if low == high:
            return [low]
        within = [low, *(n for n in bounds if low < n < high), high]
        return [a + 1 if b == math.inf else (a + b) / 2 for a, b in itertools.pairwise(within)]

    def true(self, when: Condition | None, row: Mapping[str, Any]) -> bool:
        return when is None or holds(when, self.whole(row)) is True

    def whole(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        unknown: dict[str, Any] = dict.fromkeys(ENTRY)
        return unknown | dict(row)

    def state(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.names)


def _bounds(used: Iterable[Condition], name: str) -> tuple[float, ...]:
    found: set[float] = set()
    for one in used:
        turns = turning_points(one, name)
        if turns is None:
            raise _TooMuchError
        found.update(turns)
    return tuple(sorted(found))


def _reach(spread: Distribution) -> tuple[float, float]:
    """Between which numbers a spread lies."""
    if isinstance(spread, Fixed):
        return spread.value, spread.value
    if isinstance(spread, Triangular | Uniform):
        return spread.low, spread.high
    return 0.0, math.inf
