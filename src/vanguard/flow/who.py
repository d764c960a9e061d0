"""Who may do what is open, what it needs, and who is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from vanguard.blueprint import Answer, Resource
from vanguard.flow.definition import Flow
from vanguard.flow.state import State


@dataclass(frozen=True)
class Need:
    """What an open step needs at an instant: a resource, of which skill, matching which answers.

    `available` says whether the resource's calendar is open; it is the last that stands in where none is.
    """

    step: str
    resource: Resource
    skill: str | None
    match: tuple[tuple[str, Answer | None], ...]
    available: bool


def open_to(flow: Flow, state: State, roles: Collection[str]) -> tuple[str, ...]:
    """The open steps that someone of these roles may take up and finish, at any hour."""
    return tuple(held.step for held in state.open if flow.roles(held.step) & set(roles))


def needs(flow: Flow, state: State, at: datetime) -> tuple[Need, ...]:
    """What each open step needs at an instant: someone to do it, and a bed where it uses one."""
    return tuple(
        _need(flow, state, held.step, name, at)
        for held in state.open
        for name in (flow.step(held.step).by, flow.step(held.step).uses)
        if name is not None
    )


def told(flow: Flow, state: State) -> tuple[str, ...]:
    """Whom to tell of where the person now stands: of the steps that are open, or of the end."""
    if state.finish is not None:
        return flow.pathway.ends[state.finish.end].tell
    return tuple(dict.fromkeys(role for held in state.open for role in flow.step(held.step).tell))


def _need(flow: Flow, state: State, step: str, name: str, at: datetime) -> Need:
    chain = flow.chain(name)
    found = next((resource for resource in chain if flow.calendars[resource.calendar].is_open(at)), None)
    resource = found or chain[-1]
    skill = resource.skill
    if skill is not None and skill.startswith("$"):
        skill = str(state.answers[skill[1:]])
    match = tuple((wanted.removeprefix("$"), _value(state, wanted)) for wanted in resource.match)
    return Need(step, resource, skill, match, found is not None)


def _value(state: State, wanted: str) -> Answer | None:
    if wanted.startswith("$"):
        return state.answers[wanted[1:]]
    return state.received.sex if wanted == "sex" else None
