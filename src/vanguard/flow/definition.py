"""A pathway ready to be walked: itself, and the calendars and questions that it shares with others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from vanguard.blueprint import KNOWN_AT_ENTRY, Pathway, Pathways, Resource, Step
from vanguard.errors import BadInput
from vanguard.flow.bank_holidays import bank_holidays
from vanguard.flow.calendar import Calendar
from vanguard.flow.state import State
from vanguard.lake.condition import Condition, holds, nearest


@dataclass(frozen=True)
class Flow:
    """What every function of this room is given first."""

    file: Pathways = field(repr=False)
    pathway: Pathway = field(repr=False)
    calendars: Mapping[str, Calendar] = field(repr=False)

    @staticmethod
    def of(file: Pathways, pathway: str, holidays: Callable[[int], frozenset[date]] = bank_holidays) -> "Flow":
        """The flow of one pathway of a checked pathways.yaml. `holidays` gives the bank holidays of a year."""
        if pathway not in file.pathways:
            do = nearest(pathway, file.pathways, otherwise=f"There are {', '.join(file.pathways)}.")
            raise BadInput(f"There is no pathway {pathway}.", do=do)
        calendars = {id: Calendar(hours, holidays) for id, hours in file.calendars.items()}
        return Flow(file, file.pathways[pathway], MappingProxyType(calendars))

    def step(self, id: str) -> Step:
        """The step of that id."""
        return self.pathway.steps[id]

    def chain(self, resource: str) -> tuple[Resource, ...]:
        """A resource and those that stand in for it, in order."""
        found = [self.file.resources[resource]]
        while (following := found[-1].otherwise) is not None:
            found.append(self.file.resources[following])
        return tuple(found)

    def roles(self, step: str) -> frozenset[str]:
        """Who may do a step, those who stand in included."""
        return frozenset(role for stands_in in self.chain(self.step(step).by) for role in stands_in.roles)

    def true_of(self, when: Condition | None, state: State) -> bool:
        """Whether a condition holds. What has not been answered is unknown, and an unknown condition does not hold."""
        if when is None:
            return True
        row: dict[str, Any] = dict.fromkeys((*self.file.questions, *KNOWN_AT_ENTRY))
        row |= {name: getattr(state.received, name) for name in KNOWN_AT_ENTRY} | dict(state.answers)
        return holds(when, row) is True
