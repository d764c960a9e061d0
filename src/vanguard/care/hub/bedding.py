"""Beds in an episode: which one it needs now or may need soon, and who must know when it has lost one."""

from collections.abc import Iterator
from datetime import datetime

from vanguard.blueprint import Answer, Resource
from vanguard.care import beds
from vanguard.care.hub.episodes import Episode
from vanguard.care.hub.letting_go import to_come, uses
from vanguard.care.hub.models import Notice, Referral
from vanguard.care.hub.notices import notice
from vanguard.care.hub.pathways import flow_of
from vanguard.flow import Flow, needs

LOST = "bed_lost"


def wanted_bed(one: Episode, locality: str | None, now: datetime) -> tuple[beds.Wanted, bool] | None:
    """The bed that an open step uses, or that a later one may use; and whether it is for now.

    None where the pathway leads to no bed from here, or nobody has said yet what kind it must be.
    """
    here = next((need for need in needs(one.flow, one.state, now) if need.resource.kind == "bed"), None)
    if here is not None:
        return _wanted(one, here.resource, here.match, locality), True
    for name in uses(one.flow, to_come(one.flow, one.state)):
        resource = one.flow.file.resources[name]
        asked = [wanted.removeprefix("$") for wanted in resource.match if wanted.startswith("$")]
        if all(question in one.state.answers for question in asked):
            known = {"sex": one.state.received.sex, **one.state.answers}
            match = tuple((wanted.removeprefix("$"), known.get(wanted.removeprefix("$"))) for wanted in resource.match)
            return _wanted(one, resource, match, locality), False
    return None


def bed_lost(referral: int, bed: str, why: str, at: datetime, **_: object) -> None:
    """Whoever is called when the step that uses the bed takes too long, or who does it, must know."""
    row = Referral.objects.get(pk=referral)
    flow = flow_of(row.blueprint, row.pathway)
    steps = [step for step in flow.pathway.steps.values() if step.uses]
    roles = {step.escalate_to for step in steps if step.escalate_to}
    if not roles:
        roles = set().union(*(flow.roles(step.id) for step in steps))
    words = f"{bed} is not held for this referral any more: {why[:1].lower()}{why[1:]}"
    Notice.objects.bulk_create(notice(row, role=role, why=LOST, words=words, at=at) for role in sorted(roles))


def _wanted(
    one: Episode, resource: Resource, match: tuple[tuple[str, Answer | None], ...], locality: str | None
) -> beds.Wanted:
    asked = dict(match)
    return beds.Wanted(
        referral=one.number,
        kind=resource.id,
        sex=str(asked["sex"]) if "sex" in asked else None,
        wishes=tuple(_wishes(one.flow, match)),
        hold_for=resource.hold,
        locality=locality,
    )


def _wishes(flow: Flow, match: tuple[tuple[str, Answer | None], ...]) -> Iterator[beds.Wish]:
    """What a bed must meet: the option that was chosen, or what was answered with yes."""
    for name, answer in match:
        question = flow.file.questions.get(name)
        if question is None or answer in (False, None):
            continue
        id_ = question.id if answer is True else str(answer)
        yield beds.Wish(id_, question.label if answer is True else question.of.get(id_, id_))
