"""A blueprint told to people: for whom, how, how it is measured, what it needs, what it rests on, and where it is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.blueprint.elements import FILES, MAIN, Blueprint, Cited, Strict
from vanguard.blueprint.elements.measures import Measure
from vanguard.blueprint.elements.pathways import Pathway, Question
from vanguard.blueprint.in_words import in_words, plain
from vanguard.blueprint.shape import Shape
from vanguard.blueprint.telling import asked, opening_told, when_told
from vanguard.lake.condition import Condition


@dataclass(frozen=True)
class Told:
    """One element. `rests_on` names the source and where in it; `sites` are ids of those that have it or planned it."""

    id: str
    label: str
    words: str
    rests_on: str
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Onward:
    """Where a stage leads, and when; without `when` otherwise or always."""

    to: str
    label: str
    when: str


@dataclass(frozen=True)
class Stage:
    """One step of a pathway, or one of its ends. `depth` counts the stages before it, on the longest way. `anywhere`
    ends are reached from every step."""

    id: str
    label: str
    who: str
    within: str
    onward: tuple[Onward, ...]
    depth: int
    end: bool
    anywhere: bool
    rests_on: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """A pathway: who refers, and its stages in the order in which one may come to them."""

    id: str
    label: str
    origins: tuple[str, ...]
    firsts: tuple[str, ...]
    stages: tuple[Stage, ...]
    rests_on: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class Where:
    """A site that the blueprint names: what it has of the care model, and the elements that name it."""

    id: str
    label: str
    what: str
    rests_on: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Described:
    """All of it, in the order of the files."""

    who: tuple[Told, ...]
    how: tuple[Way, ...]
    measures: tuple[Told, ...]
    needs: tuple[Told, ...]
    because: tuple[Told, ...]
    evidence: tuple[Told, ...]
    sites: tuple[Where, ...]


def described(blueprint: Blueprint) -> Described:
    """The blueprint in parts that a page can show."""
    roles = blueprint.roles

    def told(one: Any, words: str, label: str = "") -> Told:
        return Told(one.id, label or one.label, words, _rests_on(blueprint, one.source), one.source.sites)

    elements = tuple(_cited(blueprint))
    citing: dict[str, int] = {}
    for _, cited in elements:
        citing[cited.cites] = citing.get(cited.cites, 0) + 1
    return Described(
        who=tuple(
            told(one, f"Looked through every {_every(one.review.every)} by {_labels(one.review.by, roles)}.")
            for one in blueprint.cohorts.values()
        )
        + tuple(told(one, one.purpose, f"Tier: {one.label}") for one in blueprint.tiers.values()),
        how=tuple(_way(blueprint, one) for one in blueprint.pathways.pathways.values()),
        measures=tuple(told(one, _measured(one)) for one in blueprint.measures.values()),
        needs=tuple(
            told(one, ". ".join(filter(None, (_labels(one.roles, roles), _opening(blueprint, one.calendar)))))
            for one in blueprint.pathways.resources.values()
        ),
        because=tuple(told(one, one.then, one.because) for one in blueprint.logic.values()),
        evidence=tuple(
            Told(one.id, one.title, f"{one.publisher}, {one.published}", _resting(citing.get(one.id, 0)))
            for one in blueprint.sources.values()
        ),
        sites=tuple(
            Where(
                one.id,
                one.label,
                one.what,
                _rests_on(blueprint, one.source),
                tuple(dict.fromkeys(label for label, cited in elements if one.id in cited.sites)),
            )
            for one in blueprint.sites.values()
        ),
    )


def _measured(measure: Measure) -> str:
    if measure.target is None:
        return measure.definition
    by = f" by {in_words(measure.target.by)}" if measure.target.by else ""
    return f"{measure.definition} Target: {in_words(measure.target.value)}{by}."


def _resting(number: int) -> str:
    if not number:
        return "No element rests on it"
    return "1 element rests on it" if number == 1 else f"{number:,} elements rest on it"


def _rests_on(blueprint: Blueprint, cited: Cited) -> str:
    title = blueprint.sources[cited.cites].title
    return f"{title}, {cited.at}" if cited.at else title


def _labels(ids: Iterable[str], named: Mapping[str, Any]) -> str:
    return ", ".join(named[one].label for one in ids)


def _every(period: str) -> str:
    return in_words(period).removeprefix("1 ")


def _opening(blueprint: Blueprint, calendar: str) -> str:
    return f"Open {opening_told(blueprint.pathways.calendars[calendar])}"


def _way(blueprint: Blueprint, pathway: Pathway) -> Way:
    shared = blueprint.pathways

    def when(condition: Condition | None) -> str:
        return "" if condition is None else when_told(condition, shared.questions)

    firsts = tuple(dict.fromkeys(one for one in pathway.entry.by.values() if one in pathway.steps))
    depths = _depths(pathway, firsts)
    labels = {one.id: one.label for one in pathway.steps.values()} | {
        one.id: one.label for one in pathway.ends.values()
    }
    stages = [
        Stage(
            step.id,
            step.label,
            shared.resources[step.by].label,
            _within(pathway, step.clock, shared.questions),
            tuple(Onward(rule.to, labels.get(rule.to, plain(rule.to)), when(rule.when)) for rule in step.next)
            + tuple(
                Onward(one.step, labels.get(one.step, plain(one.step)), f"alongside {when(one.when)}".strip())
                for one in step.alongside
            ),
            depths.get(step.id, len(labels)),
            False,
            False,
            _rests_on(blueprint, step.source),
            step.source.sites,
        )
        for step in pathway.steps.values()
    ]
    stages += [
        Stage(
            end.id,
            end.label,
            "",
            "",
            (),
            depths.get(end.id, len(labels)),
            True,
            end.origin == "any",
            _rests_on(blueprint, end.source),
            end.source.sites,
        )
        for end in pathway.ends.values()
    ]
    return Way(
        pathway.id,
        pathway.label,
        tuple(pathway.entry.origins.values()),
        firsts,
        tuple(sorted(stages, key=lambda one: (one.end, one.depth))),
        _rests_on(blueprint, pathway.source),
        pathway.source.sites,
    )


def _depths(pathway: Pathway, firsts: tuple[str, ...]) -> dict[str, int]:
    """How many stages come before each, on the longest way that comes to none twice."""
    after = {
        id: tuple(dict.fromkeys((*(one.to for one in step.next), *(one.step for one in step.alongside))))
        for id, step in pathway.steps.items()
    }
    left: list[str] = []
    onward: dict[str, list[str]] = {}

    def visit(id: str, above: tuple[str, ...]) -> None:
        onward[id] = [to for to in after.get(id, ()) if to not in (*above, id)]
        for to in onward[id]:
            if to not in onward:
                visit(to, (*above, id))
        left.append(id)

    for first in firsts:
        if first not in onward:
            visit(first, ())
    depths = dict.fromkeys(left, 0)
    for id in reversed(left):
        for to in onward[id]:
            depths[to] = max(depths[to], depths[id] + 1)
    return depths


def _within(pathway: Pathway, clock: str | None, questions: Mapping[str, Question]) -> str:
    """By when: the clock of the step, or those among which the answer to a question decides."""
    if clock is None:
        return ""
    if not clock.startswith("$"):
        return _inside(pathway.clocks[clock].label)
    question = questions.get(clock[1:])
    options = question.of if question else pathway.clocks
    may_be = [_inside(pathway.clocks[one].label) for one in options if one in pathway.clocks]
    said = " or ".join(filter(None, (", ".join(may_be[:-1]), *may_be[-1:])))
    return f"by the answer to {asked(question, clock[1:])}: {said}"


def _inside(label: str) -> str:
    """A label within a sentence; what begins with capitals stays so."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def _cited(blueprint: Blueprint) -> Iterator[tuple[str, Cited]]:
    """Every element that names a source, in words, with what it names."""
    for file, model in FILES.items():
        held = blueprint if file == MAIN else blueprint.files[file]
        yield from _within_element(Shape.of(model), held, "")


def _within_element(shape: Shape, value: Any, called: str) -> Iterator[tuple[str, Cited]]:
    if shape.of_mapping and isinstance(value, Mapping):
        for key, inner in value.items():
            said = f"{shape.defines}: {getattr(inner, 'label', None) or plain(key)}" if shape.defines else called
            yield from _within_element(shape.of_mapping[1], inner, said)
    elif shape.of_list and isinstance(value, tuple):
        for inner in value:
            yield from _within_element(shape.of_list, inner, called)
    elif isinstance(value, Strict):
        for name, inner_shape in shape.fields().items():
            inner = getattr(value, name, None)
            if isinstance(inner, Cited):
                yield called or "the blueprint", inner
            elif inner is not None:
                yield from _within_element(inner_shape, inner, called)
