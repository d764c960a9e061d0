"""Whether the pathways of a blueprint can be walked: every step can be entered and left, every clock can stop."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from vanguard.blueprint.checks.graph import Graph, answered_in
from vanguard.blueprint.elements.answers import KNOWN_AT_ENTRY
from vanguard.blueprint.elements.pathways import Pathway, Pathways, Question, Step
from vanguard.blueprint.elements.plans import Asked
from vanguard.blueprint.fault import Fault
from vanguard.lake.condition import Condition, columns_of, nearest

Place = tuple[str | int, ...]
NOTHING: Mapping[str, Asked] = MappingProxyType({})


def pathway_faults(file: Pathways, written_down: Mapping[str, Asked] = NOTHING) -> Iterator[Fault]:
    """Every fault between the elements of a pathways.yaml whose elements are each right by themselves.

    `written_down` are the questions of plans.yaml: forms may ask them, but they steer nothing.
    """
    yield from _resources(file)
    for id in file.questions:
        if id in KNOWN_AT_ENTRY:
            do = "Give the question another id."
            yield Fault(("questions", id), f"{id} is what is known of everyone who is referred.", do, key=True)
    for id, pathway in file.pathways.items():
        graph = Graph.of(pathway)
        place: Place = ("pathways", id)
        yield from _entry(pathway, graph, place)
        yield from _lists(file, pathway, written_down, (*place, "entry", "lists"))
        for end_id, end in pathway.ends.items():
            if end.begins_on:
                yield from _a_day(file, end.begins_on, written_down, (*place, "ends", end_id, "begins_on"))
        for step_id, step in pathway.steps.items():
            yield from _step(file, pathway, graph, step, (*place, "steps", step_id))
            yield from _asked(file, step, written_down, (*place, "steps", step_id))
        yield from _clocks(pathway, graph, place)
        yield from _reach(pathway, graph, place)
        yield from _known(file, pathway, graph, place)


def _resources(file: Pathways) -> Iterator[Fault]:
    for id, resource in file.resources.items():
        place: Place = ("resources", id)
        for name, value, at in (
            ("skill", resource.skill, ()),
            *(("match", m, (n,)) for n, m in enumerate(resource.match)),
        ):
            if value and value.startswith("$"):
                yield from _choice(file.questions, value[1:], (*place, name, *at))
            elif name == "match" and value != "sex":
                do = "A bed is matched by sex, and by questions: $ and a question's id."
                yield Fault((*place, name, *at), f"Nothing is known of {value}.", do)
        seen, following = [id], resource.otherwise
        while following is not None and following in file.resources and following not in seen:
            seen.append(following)
            following = file.resources[following].otherwise
        if following == id:
            ways = " → ".join((*seen, id))
            yield Fault(
                (*place, "otherwise"), f"The resources go round in a circle: {ways}.", "Let one of them be the last."
            )
        other = file.resources.get(resource.otherwise or "")
        if other and other.kind != resource.kind:
            yield Fault(
                (*place, "otherwise"), f"{other.id} is of kind {other.kind}, not {resource.kind}.", "Name another."
            )


def _entry(pathway: Pathway, graph: Graph, place: Place) -> Iterator[Fault]:
    for channel, first in pathway.entry.by.items():
        at = (*place, "entry", "by", channel)
        yield from _one_of(first, pathway.steps, "step", at)
        if first in graph.hosts:
            yield Fault(at, f"{first} only runs alongside another step.", "Name the step that comes first.")
    for number, origin in enumerate(pathway.entry.own_practice):
        yield from _one_of(origin, pathway.entry.origins, "origin", (*place, "entry", "own_practice", number))


def _lists(file: Pathways, pathway: Pathway, written_down: Mapping[str, Asked], place: Place) -> Iterator[Fault]:
    entry = pathway.entry
    first = pathway.steps.get(entry.by.get("list", ""))
    for origin, listing in entry.lists.items():
        yield from _one_of(origin, entry.origins, "origin", (*place, origin))
        if first is None:
            do = "Add list to by: the step in which those on it are referred."
            yield Fault((*place, origin), "Nobody is referred from a list.", do, key=True)
        yield from _a_day(file, listing.since, written_down, (*place, origin, "since"))
        for question, value in listing.answers.items():
            at = (*place, origin, "answers", question)
            if first and question not in (*first.asks, *first.decides):
                do = nearest(question, first.asks, otherwise=f"It asks {', '.join(first.asks) or 'nothing'}.")
                yield Fault(at, f"The step {first.id} does not ask {question}.", do, key=True)
            elif (asked := file.questions.get(question)) and (wrong := misfit(asked, value)):
                yield Fault(at, *wrong)


def _a_day(file: Pathways, question: str, written_down: Mapping[str, Asked], at: Place) -> Iterator[Fault]:
    asked = written_down.get(question)
    if question in file.questions or (asked and asked.kind != "date"):
        yield Fault(at, f"{question} is not answered with a day.", "Name a question of plans.yaml of kind date.")


def _asked(file: Pathways, step: Step, written_down: Mapping[str, Asked], place: Place) -> Iterator[Fault]:
    for name in ("asks", "decides"):
        for number, question in enumerate(getattr(step, name)):
            if question in written_down and question not in file.questions:
                what = f"{question} stands in plans.yaml, where it is only written down."
                do = "Move it to the questions of pathways.yaml, or ask it in the step's form."
                yield Fault((*place, name, number), what, do)


def _step(file: Pathways, pathway: Pathway, graph: Graph, step: Step, place: Place) -> Iterator[Fault]:
    for name, wanted in (("by", "staff"), ("uses", "bed")):
        resource = file.resources.get(getattr(step, name) or "")
        if resource and resource.kind != wanted:
            yield Fault((*place, name), f"{resource.id} is of kind {resource.kind}; {wanted} is needed here.", "")
    for number, rule in enumerate(step.next):
        yield from _one_of(rule.to, (*pathway.steps, *pathway.ends), "step or end", (*place, "next", number, "to"))
        if rule.to in graph.hosts:
            do = "Give that step a next, or name another."
            yield Fault((*place, "next", number, "to"), f"{rule.to} only runs alongside another step.", do)
        if rule.to in pathway.ends and pathway.ends[rule.to].origin == "any":
            what = f"{rule.to} is reached when it happens (from: any), not by answering."
            yield Fault((*place, "next", number, "to"), what, "Name another end, or take out its from.")
        if rule.when is None and number < len(step.next) - 1:
            what = "What follows is never reached, since this holds always."
            yield Fault((*place, "next", number), what, "Add a when, or put it last.")
    if step.next and step.next[-1].when is not None:
        what = "Someone for whom none of these holds could never leave the step."
        yield Fault((*place, "next"), what, "Add a last one without a when.", key=True)
    if not step.next and step.id not in graph.hosts:
        do = "Add next: the step or end that follows."
        yield Fault(place, f"Nobody can leave the step {step.id}.", do, key=True)
    for number, other in enumerate(step.alongside):
        at = (*place, "alongside", number, "step")
        yield from _one_of(other.step, pathway.steps, "step", at)
        if other.step in pathway.steps and pathway.steps[other.step].next:
            yield Fault(at, f"{other.step} leads on by itself, so it cannot run alongside.", "Take out its next.")
        if step.id in graph.hosts:
            what = f"{step.id} runs alongside another step, so nothing can run alongside it."
            yield Fault(at, what, "Let it run alongside the first of them.")
    yield from _clock_of(file, pathway, step, place)
    for number, proposal in enumerate(step.proposals):
        for question, value in proposal.set.items():
            at = (*place, "proposals", number, "set", question)
            if question not in step.decides:
                do = nearest(question, step.decides, otherwise=f"It decides {', '.join(step.decides) or 'nothing'}.")
                yield Fault(at, f"The step does not decide {question}.", do, key=True)
            elif (asked := file.questions.get(question)) and (wrong := misfit(asked, value)):
                yield Fault(at, *wrong)


def misfit(question: Question, value: object) -> tuple[str, str] | None:
    """What is wrong with an answer and what to do, or None where it fits the question."""
    if question.kind == "choice":
        if isinstance(value, str) and value in question.of:
            return None
        do = nearest(str(value), question.of, otherwise=f"It is one of {', '.join(question.of)}.")
        return f"{value} is no answer to {question.id}.", do
    if question.kind == "yes_no":
        return None if isinstance(value, bool) else (f"{value} is no answer to {question.id}.", "Write true or false.")
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return None if fits else (f"{value} is no answer to {question.id}.", "Write a number.")


def _clock_of(file: Pathways, pathway: Pathway, step: Step, place: Place) -> Iterator[Fault]:
    if step.clock is None:
        return
    at = (*place, "clock")
    if not step.clock.startswith("$"):
        yield from _one_of(step.clock, pathway.clocks, "clock", at)
        return
    asked = step.clock[1:]
    yield from _choice(file.questions, asked, at)
    question = file.questions.get(asked)
    for option in question.of if question else ():
        if option not in pathway.clocks:
            do = nearest(option, pathway.clocks, otherwise=f"Add a clock {option}.")
            yield Fault(at, f"{asked} may be answered {option}, and there is no clock {option}.", do)


def _clocks(pathway: Pathway, graph: Graph, place: Place) -> Iterator[Fault]:
    for id, clock in pathway.clocks.items():
        at = (*place, "clocks", id)
        starts = list(_moment(clock.start, pathway, (*at, "start")))
        yield from starts
        for number, stop in enumerate(clock.stop):
            stops = list(_moment(stop, pathway, (*at, "stop", number)))
            yield from stops
            if not starts and not stops and not _follows(clock.start, stop, graph):
                what = f"The clock can never stop there: {stop} does not come after {clock.start}."
                yield Fault((*at, "stop", number), what, "Name a moment that can follow.")


def _moment(name: str, pathway: Pathway, place: Place) -> Iterator[Fault]:
    step, _, moment = name.partition(".")
    if moment:
        yield from _one_of(step, pathway.steps, "step", place)
    if moment == "arrived" and step in pathway.steps and not pathway.steps[step].visit:
        yield Fault(place, f"Nobody arrives in {step}.", "Add visit: true to the step, or name another moment.")


def _follows(earlier: str, later: str, graph: Graph) -> bool:
    """Whether one moment can come after another. What runs alongside a step finishes before that step does."""
    first, _, before = earlier.partition(".")
    second, _, after = later.partition(".")
    if later == "received":
        return False
    if earlier == "received":
        return second in graph.reached(graph.firsts)
    order = ("entered", "began", "arrived", "finished")
    if first == second and order.index(after) > order.index(before):
        return True
    hosts = graph.hosts.get(first, ())
    if second in hosts and after == "finished":
        return True
    beside = graph.beside(first) if before != "finished" else ()
    onward = [step for host in hosts for step in graph.after.get(host, ())]
    return second in graph.reached((*graph.after[first], *beside, *onward))


def _reach(pathway: Pathway, graph: Graph, place: Place) -> Iterator[Fault]:
    reached, leaving = graph.reached(graph.firsts), graph.ends_from()
    for id, step in pathway.steps.items():
        if id not in reached:
            do = "Let another step lead to it, or take it out."
            yield Fault((*place, "steps", id), f"No way leads to the step {id}.", do, key=True)
        elif step.next and id not in leaving:
            do = "Let one of the steps that follow lead to an end."
            yield Fault((*place, "steps", id), f"Whoever enters the step {id} never reaches an end.", do, key=True)
    for id in pathway.ends:
        if id in pathway.steps:
            do = "Give one of them another id."
            yield Fault((*place, "ends", id), f"There is a step {id} as well.", do, key=True)
    for id, end in pathway.ends.items():
        if id not in reached and end.origin == "steps":
            do = "Let a step lead to it, or write from: any if it may happen at any time."
            yield Fault((*place, "ends", id), f"No way leads to the end {id}.", do, key=True)


def _known(file: Pathways, pathway: Pathway, graph: Graph, place: Place) -> Iterator[Fault]:
    """Each condition, clock and skill that rests on a question which may not have been asked by then."""
    before = graph.surely_answered()
    for id, step in pathway.steps.items():
        at: Place = (*place, "steps", id)
        known, after = before[id], before[id] | answered_in(step)
        for number, rule in enumerate(step.next):
            yield from _unasked(rule.when, after, (*at, "next", number, "when"))
        for number, other in enumerate(step.alongside):
            yield from _unasked(other.when, after, (*at, "alongside", number, "when"))
        for number, proposal in enumerate(step.proposals):
            yield from _unasked(proposal.when, known | frozenset(step.asks), (*at, "proposals", number, "when"))
        if step.clock and step.clock.startswith("$"):
            yield from _needed(step.clock[1:], known, file.questions, (*at, "clock"))
        for name in ("by", "uses"):
            for question in _chosen_by(file, getattr(step, name)):
                yield from _needed(question, known, file.questions, (*at, name))


def _chosen_by(file: Pathways, id: str | None) -> Iterator[str]:
    """The questions that choose within a resource, or within one that stands in for it."""
    seen: set[str] = set()
    asked: dict[str, None] = {}
    while id is not None and id in file.resources and id not in seen:
        seen.add(id)
        resource = file.resources[id]
        asked |= dict.fromkeys(v[1:] for v in (resource.skill, *resource.match) if v and v.startswith("$"))
        id = resource.otherwise
    yield from asked


def _unasked(when: Condition | None, known: Collection[str], place: Place) -> Iterator[Fault]:
    for name in columns_of(when) if when else ():
        if name not in known and name not in KNOWN_AT_ENTRY:
            yield from _needed(name, known, (), place)


def _needed(name: str, known: Collection[str], questions: Collection[str], place: Place) -> Iterator[Fault]:
    if name not in known and (not questions or name in questions):
        do = f"Let this step or each way to it ask or decide {name}."
        yield Fault(place, f"{name} may not have been answered by then.", do)


def _choice(questions: Mapping[str, Question], asked: str, place: Place) -> Iterator[Fault]:
    question = questions.get(asked)
    if question is None:
        yield from _one_of(asked, questions, "question", place)
    elif question.kind != "choice":
        yield Fault(place, f"{asked} is no choice.", "Name a question of kind choice.")


def _one_of(id: str, known: Collection[str], what: str, place: Place) -> Iterator[Fault]:
    if id not in known:
        yield Fault(place, f"There is no {what} {id}.", nearest(id, known, otherwise=f"There are {', '.join(known)}."))
