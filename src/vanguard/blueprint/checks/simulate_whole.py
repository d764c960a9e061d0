"""Whether everything is assumed that a simulation of the pathways needs: it would have to make up what is missing."""

from collections.abc import Iterator, Mapping

from vanguard.blueprint.checks.graph import Graph, asked_by
from vanguard.blueprint.elements.answers import KNOWN_AT_ENTRY
from vanguard.blueprint.elements.pathways import Pathway, Pathways, Step
from vanguard.blueprint.elements.simulate import Answered, Arrivals, Simulate, StepTime
from vanguard.blueprint.fault import Fault
from vanguard.lake.condition import columns_of

SAID_BY = {"age": "age: how old those who come are, a spread of years", "sex": "female: the share of women"}
Place = tuple[str | int, ...]


def incomplete_faults(file: Simulate, pathways: Pathways) -> Iterator[Fault]:
    """What is missing for each pathway into which people arrive, and what rests on an answer not given by then.

    Where something is assumed about an id that does not exist, that may be the one that is missing: it is told, and
    nothing is missed beside it.
    """
    for id in (*file.steps, *file.patience):
        if id in pathways.pathways and id not in file.arrivals:
            do = "Say under arrivals how many people a year, from where and how."
            yield Fault(("arrivals",), f"Nobody arrives into the pathway {id}, of which more is assumed.", do, key=True)
    simulated = [pathways.pathways[id] for id in file.arrivals if id in pathways.pathways]
    for pathway in simulated:
        yield from _arrivals(file, pathway)
        for step in pathway.steps.values():
            yield from _time(file, pathway, step)
        yield from _asked_of_people(file, pathway)
        given = file.arrivals[pathway.id]
        yield from _too_early(file.answers, pathway, _untold(given), ())
        for id, scenario in file.scenarios.items():
            untold = _untold(given) & _untold(scenario.assume.arrivals.get(pathway.id, given))
            yield from _too_early(scenario.assume.answers, pathway, untold, ("scenarios", id, "assume"))
    yield from _questions(file, pathways, simulated)
    yield from _resources(file, pathways, simulated)


def _arrivals(file: Simulate, pathway: Pathway) -> Iterator[Fault]:
    if len(pathway.entry.by) > 1 and file.arrivals[pathway.id].channels is None:
        what = f"Nothing says how many people come into {pathway.id} by which channel."
        do = f"Add by: the shares of {', '.join(pathway.entry.by)}."
        yield Fault(("arrivals", pathway.id), what, do, key=True)


def _untold(arrivals: Arrivals) -> frozenset[str]:
    """What conditions may ask of people and nothing is assumed about."""
    said = {"age": arrivals.age, "sex": arrivals.female}
    return frozenset(name for name, given in said.items() if given is None)


def _asked_of_people(file: Simulate, pathway: Pathway) -> Iterator[Fault]:
    """What the pathway's own rules, and waits, ask of people about whom nothing is assumed: each once."""
    untold = _untold(file.arrivals[pathway.id])
    for step in pathway.steps.values():
        rules = [when for when in asked_by(step) if when is not None]
        time = file.steps.get(pathway.id, {}).get(step.id)
        if time is not None and time.wait_when is not None:
            rules.append(time.wait_when)
        for name in sorted(untold):
            if any(name in columns_of(rule) for rule in rules):
                untold -= {name}
                what = f"The way from the step {step.id} rests on {name}, about which nothing is assumed."
                yield Fault(("arrivals", pathway.id), what, f"Add {SAID_BY[name]}.", key=True)


def _time(file: Simulate, pathway: Pathway, step: Step) -> Iterator[Fault]:
    place: Place = ("steps", pathway.id, step.id)
    given = file.steps.get(pathway.id, {}).get(step.id, StepTime())
    if not file.steps.get(pathway.id, {}).keys() <= pathway.steps.keys():
        return
    missing = {
        "minutes": given.minutes is None and step.visits is None,
        "travel": given.travel is None and step.visit,
        "stay_hours": given.stay_hours is None and step.uses is not None,
    }
    for name, what in (
        ("minutes", "how long it keeps whoever does it"),
        ("travel", "how long the way there and back is"),
        ("stay_hours", "how long the person keeps the bed"),
    ):
        if missing[name]:
            yield Fault(place, f"Of the step {step.id} nothing says {what}.", f"Add {name} to {step.id}.", key=True)


def _questions(file: Simulate, pathways: Pathways, simulated: list[Pathway]) -> Iterator[Fault]:
    if not file.answers.keys() <= pathways.questions.keys():
        return
    steps = [step for pathway in simulated for step in pathway.steps.values()]
    for id in dict.fromkeys(question for step in steps for question in (*step.asks, *step.decides)):
        question = pathways.questions.get(id)
        if question is not None and id not in file.answers:
            do = f"Add {id} with number: how its answers are spread."
            if question.kind != "number":
                do = f"Add {id} with the shares of {', '.join(question.of) or 'yes, no'}."
            yield Fault(("answers",), f"Nothing says how the question {id} is answered.", do, key=True)


def _resources(file: Simulate, pathways: Pathways, simulated: list[Pathway]) -> Iterator[Fault]:
    steps = [step for pathway in simulated for step in pathway.steps.values()]
    wanted = [id for step in steps for id in (step.by, step.uses) if id]
    for id in wanted:
        stands_in = pathways.resources[id].otherwise if id in pathways.resources else None
        if stands_in and stands_in not in wanted:
            wanted.append(stands_in)
    for id in dict.fromkeys(wanted):
        resource = pathways.resources.get(id)
        name = "staff" if resource is None or resource.kind == "staff" else "beds"
        given = file.staff if name == "staff" else {bed: of for bed, of in file.beds.items() if of.number is not None}
        of_kind = {known for known, found in pathways.resources.items() if (found.kind == "staff") == (name == "staff")}
        if resource is not None and id not in given and getattr(file, name).keys() <= of_kind:
            do = f"Add {id} with its number under {name}."
            yield Fault((name,), f"Nothing says how many there are of {resource.label} ({id}).", do, key=True)


def _too_early(answers: Mapping[str, Answered], pathway: Pathway, untold: frozenset[str], at: Place) -> Iterator[Fault]:
    """Cases that rest on a question which may not have been answered when theirs is."""
    before = Graph.of(pathway).surely_answered()
    for step in pathway.steps.values():
        known = {*before[step.id], *KNOWN_AT_ENTRY}
        for question in (*step.asks, *step.decides):
            for number, case in enumerate(answers[question].cases if question in answers else ()):
                place = (*at, "answers", question, "cases", number, "when")
                for name in columns_of(case.when):
                    if name in untold:
                        do = f"Add to arrivals of {pathway.id} {SAID_BY[name]}."
                        yield Fault(place, f"Nothing is assumed about {name}.", do)
                    elif name not in known:
                        do = f"Let the case rest on what comes before {question} in or before the step {step.id}."
                        yield Fault(place, f"{name} may not have been answered by then.", do)
            known.add(question)
