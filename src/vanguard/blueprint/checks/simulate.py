"""Whether what the simulation assumes fits the pathways: staff for staff, beds for beds, shares for choices."""

from collections.abc import Collection, Iterator

from vanguard.blueprint.elements.pathways import Pathways
from vanguard.blueprint.elements.simulate import Assumptions, Simulate
from vanguard.blueprint.fault import Fault

Place = tuple[str | int, ...]


def simulation_faults(file: Simulate, pathways: Pathways, written_down: Collection[str]) -> Iterator[Fault]:
    """Every fault between a simulate.yaml and the pathways; ids that do not exist are told elsewhere.

    `written_down` are the questions of plans.yaml, which steer nothing.
    """
    yield from _faults(file, pathways, written_down, ())
    for id, scenario in file.scenarios.items():
        yield from _faults(scenario.assume, pathways, written_down, ("scenarios", id, "assume"))


def _faults(assumed: Assumptions, pathways: Pathways, written_down: Collection[str], place: Place) -> Iterator[Fault]:
    for name, wanted, ids in (("staff", "staff", assumed.staff), ("beds", "bed", assumed.beds)):
        for id in ids:
            resource = pathways.resources.get(id)
            if resource is not None and resource.kind != wanted:
                other = "beds" if wanted == "staff" else "staff"
                what = f"{id} is of kind {resource.kind}; {wanted} is needed here."
                yield Fault((*place, name, id), what, f"Move it to {other}.", key=True)
    for id in assumed.answers:
        question = pathways.questions.get(id)
        if question is not None and question.kind == "number":
            what = f"{id} is answered with a number, so its answers have no shares."
            yield Fault((*place, "answers", id), what, "Take it out.", key=True)
        elif question is None and id in written_down:
            what = f"{id} of plans.yaml is only written down; it steers no pathway."
            yield Fault((*place, "answers", id), what, "Take it out.", key=True)
