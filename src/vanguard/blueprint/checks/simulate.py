"""Whether what the simulation assumes fits the pathways: staff for staff, beds for beds, shares for choices."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

from vanguard.blueprint.checks.loops import loop_faults
from vanguard.blueprint.checks.simulate_whole import incomplete_faults
from vanguard.blueprint.elements.pathways import Pathway, Pathways, Question, Resource
from vanguard.blueprint.elements.simulate import Answered, Assumptions, Change, Simulate, StepTime
from vanguard.blueprint.elements.spreads import Fixed, Triangular, Uniform
from vanguard.blueprint.fault import Fault

Place = tuple[str | int, ...]


def simulation_faults(file: Simulate, pathways: Pathways, written_down: Collection[str]) -> Iterator[Fault]:
    """Every fault between a simulate.yaml and the pathways; ids that do not exist are told elsewhere.

    `written_down` are the questions of plans.yaml, which steer nothing.
    """
    yield from _faults(file, pathways, written_down, ())
    incomplete = tuple(incomplete_faults(file, pathways))
    yield from incomplete
    if not incomplete:
        yield from loop_faults(file, pathways)
    for id, scenario in file.scenarios.items():
        yield from _faults(scenario.assume, pathways, written_down, ("scenarios", id, "assume"))
    yield from _sliders(file, pathways)


def _sliders(file: Simulate, pathways: Pathways) -> Iterator[Fault]:
    """What a slider moves must be assumed in the first place; ids that do not exist are told elsewhere."""
    for id, slider in file.sliders.items():
        for kind, held in (("staff", file.staff), ("beds", file.beds), ("arrivals", file.arrivals)):
            moved = getattr(slider, kind)
            if moved not in held and (moved in pathways.resources or moved in pathways.pathways):
                what = f"Nothing is assumed about {moved}, so it cannot be moved."
                yield Fault(("sliders", id, kind), what, f"Say under {kind} what it is.")
        for pathway, origin in slider.share_from.items():
            shares = file.arrivals[pathway].origins if pathway in file.arrivals else None
            known = pathways.pathways[pathway].entry.origins if pathway in pathways.pathways else ()
            if origin in known and origin not in (shares or {}):
                what = f"Nothing is assumed of how many come into {pathway} from {origin}."
                yield Fault(("sliders", id, "share_from", pathway), what, "Say under arrivals how many do.")
            elif shares and len(shares) == 1 and slider.low < 100:
                what = f"All who come into {pathway} come from {origin}, so nobody else could come in their place."
                yield Fault(("sliders", id, "share_from", pathway), what, "Take the slider out.")
        if slider.beds is not None and slider.beds in file.beds:
            held_beds = file.beds[slider.beds]
            some = (held_beds.female or 0) + (held_beds.male or 0) + sum(held_beds.kinds.values())
            if slider.low < some:
                what = f"{some} beds are for some people only, so there cannot be {slider.low:g}."
                yield Fault(("sliders", id, "low"), what, f"Give {some} or more.")


def _faults(assumed: Assumptions, pathways: Pathways, written_down: Collection[str], place: Place) -> Iterator[Fault]:
    for name, wanted, ids in (("staff", "staff", assumed.staff), ("beds", "bed", assumed.beds)):
        for id in ids:
            resource = pathways.resources.get(id)
            if resource is not None and resource.kind != wanted:
                other = "beds" if wanted == "staff" else "staff"
                what = f"{id} is of kind {resource.kind}; {wanted} is needed here."
                yield Fault((*place, name, id), what, f"Move it to {other}.", key=True)
    for pathway_id, arrivals in assumed.arrivals.items():
        if pathway_id in pathways.pathways:
            entry = pathways.pathways[pathway_id].entry.by
            for channel in arrivals.channels or ():
                if channel not in entry:
                    what = f"Nobody can be referred into {pathway_id} by {channel}."
                    at = (*place, "arrivals", pathway_id, "by", channel)
                    yield Fault(at, what, f"There are {', '.join(entry)}.", key=True)
    for pathway_id, steps in assumed.steps.items():
        pathway = pathways.pathways.get(pathway_id)
        for id, time in steps.items():
            step = pathway.steps.get(id) if pathway else None
            for name in ("stay_hours", "reach_bed_hours"):
                if step is not None and getattr(time, name) is not None and step.uses is None:
                    what = f"Nobody is in a bed in the step {id}."
                    yield Fault((*place, "steps", pathway_id, id, name), what, "Take it out.", key=True)
            bed = pathways.resources.get(step.uses) if step is not None and step.uses else None
            if bed is not None:
                yield from _held_too_short(time, bed, (*place, "steps", pathway_id, id))
    for pathway_id, ends in assumed.ends.items():
        pathway = pathways.pathways.get(pathway_id)
        for id, after in ends.items():
            end = pathway.ends.get(id) if pathway else None
            if end is not None and after.share is not None and end.origin != "any":
                what = f"The end {id} comes after a step, not at any time."
                yield Fault((*place, "ends", pathway_id, id, "share"), what, "Take share and after_days out.", key=True)
    for pathway_id, reasons in assumed.pauses.items():
        pathway = pathways.pathways.get(pathway_id)
        known = {reason for clock in pathway.clocks.values() for reason in clock.pause_for} if pathway else set()
        for id in reasons:
            if pathway is not None and id in pathways.pauses and id not in known:
                what = f"No clock of {pathway_id} stands still for {id}."
                yield Fault((*place, "pauses", pathway_id, id), what, "Take it out.", key=True)
    for pathway_id, changes in assumed.changes.items():
        if pathway_id in pathways.pathways:
            yield from _changes(changes, pathways.pathways[pathway_id], pathways, (*place, "changes", pathway_id))
    for id, answered in assumed.answers.items():
        question = pathways.questions.get(id)
        if question is None and id in written_down:
            what = f"{id} of plans.yaml is only written down; it steers no pathway."
            yield Fault((*place, "answers", id), what, "Take it out.", key=True)
        elif question is not None:
            yield from _answered(answered, question, (*place, "answers", id))


def _held_too_short(time: StepTime, bed: Resource, place: Place) -> Iterator[Fault]:
    """A bed that nobody can reach as long as it is held for them: one would be found for them again and again."""
    reach = time.reach_bed_hours
    if bed.hold is None or not isinstance(reach, Fixed | Triangular | Uniform):
        return
    held = bed.hold / timedelta(hours=1)
    never = reach.value > held if isinstance(reach, Fixed) else reach.low >= held
    if never:
        least = reach.value if isinstance(reach, Fixed) else reach.low
        what = (
            f"It takes {least:g} hours or more to reach the bed, and {bed.id} is held for {held:g}: nobody ever does."
        )
        do = f"Give fewer hours, or let {bed.id} be held for longer: hold in pathways.yaml."
        yield Fault((*place, "reach_bed_hours"), what, do)


def _changes(changes: Mapping[str, Change], pathway: Pathway, pathways: Pathways, place: Place) -> Iterator[Fault]:
    asked = {question for step in pathway.steps.values() for question in (*step.asks, *step.decides)}
    for id in changes:
        question = pathways.questions.get(id)
        if question is None:
            continue
        if id not in asked:
            yield Fault((*place, id), f"No step of {pathway.id} asks {id}.", "Take it out.", key=True)
        elif not question.may_change:
            do = "Take it out, or let it change: may_change: true in pathways.yaml."
            yield Fault((*place, id), f"The answer to {id} cannot be changed later.", do, key=True)
        elif question.kind == "number":
            do = "Take it out: only a choice, or yes and no, can change here."
            yield Fault((*place, id), f"{id} is answered with a number.", do, key=True)


def _answered(answered: Answered, question: Question, place: Place) -> Iterator[Fault]:
    spread = question.kind == "number"
    wrong, right = ("shares", "number") if spread else ("number", "shares")
    how = "with a number, so its answers have no shares" if spread else "by choosing, so its answers are no numbers"
    for given, at in ((answered, place), *((case, (*place, "cases", n)) for n, case in enumerate(answered.cases))):
        if getattr(given, wrong) is not None:
            yield Fault((*at, wrong), f"{question.id} is answered {how}.", f"Write {right} instead.", key=True)
