"""Who waits for whom: queues by what someone needs, and the staff and beds that serve them.

A step's queue is for its resource; where some of the staff have one skill only, or some beds are for some people only,
there is one for each answer. Those who can do least are asked first, so that those who can do all stay free.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vanguard.blueprint import Pathways, Question, Resource
from vanguard.learn.simulate.plan.names import SEXES, Served

Which = tuple[int, int, int, int, int]
NO_QUEUE: Which = (-1, -1, 0, -1, 0)


@dataclass
class Units:
    """`queues` and `units` in the order of their numbers; `columns` gives the column of each question's answer."""

    file: Pathways
    staff: Mapping[str, Any]
    beds: Mapping[str, Any]
    questions: Mapping[str, Question]
    columns: Mapping[str, int]
    queues: list[Served] = field(default_factory=list)
    units: list[Served] = field(default_factory=list)
    _which: dict[str, Which] = field(default_factory=dict)

    def which(self, head: str | None) -> Which:
        """The queue of a step's resource: its first number, then column and stride for each answer it hangs on."""
        if head is None:
            return NO_QUEUE
        if head not in self._which:
            parts = self._parts(head)
            base, strides = len(self.queues), [1] * len(parts)
            for n in range(len(parts) - 1, 0, -1):
                strides[n - 1] = strides[n] * len(parts[n][1])
            classes: list[tuple[str, ...]] = [()]
            for _, options in parts:
                classes = [(*before, option) for before in classes for option in options]
            bed = self.file.resources[head].kind == "bed"
            self.queues += [Served(head, bed, tuple(filter(None, answers))) for answers in classes]
            for resource in self.chain(head):
                self._add_units(resource)
            flat = [n for (column, _), stride in zip(parts, strides, strict=True) for n in (column, stride)]
            padded = (*flat, -1, 0, -1, 0)
            self._which[head] = (base, padded[0], padded[1], padded[2], padded[3])
        return self._which[head]

    def chain(self, head: str) -> tuple[Resource, ...]:
        """A resource and those that stand in for it."""
        found = [self.file.resources[head]]
        while (following := found[-1].otherwise) is not None:
            found.append(self.file.resources[following])
        return tuple(found)

    def serving(self, queue: int, open_: frozenset[str]) -> list[int]:
        """The units that serve a queue while these calendars are open: of the first resource that is open, as in
        `flow.needs`."""
        wanted = self.queues[queue]
        resource = next((one for one in self.chain(wanted.resource) if one.calendar in open_), None)
        if resource is None:
            return []
        fitting = [
            number
            for number, unit in enumerate(self.units)
            if unit.resource == resource.id and set(unit.answers) <= set(wanted.answers)
        ]
        return sorted(fitting, key=lambda number: -len(self.units[number].answers))

    def number(self, unit: int, open_: frozenset[str]) -> float:
        """How many of a unit are on duty while these calendars are open."""
        served = self.units[unit]
        resource = self.file.resources[served.resource]
        if resource.calendar not in open_:
            return 0.0
        if served.bed:
            return float(_of_beds(self.beds[resource.id], served.answers))
        staffed = self.staff[resource.id]
        if staffed.number is None:
            return float(next((number for id, number in staffed.calendars.items() if id in open_), 0.0))
        if served.answers:
            return float(staffed.skills[served.answers[0]])
        return float(staffed.number - sum(staffed.skills.values()))

    def _parts(self, head: str) -> list[tuple[int, tuple[str, ...]]]:
        """The columns that a queue hangs on, each with its values by code."""
        resource = self.file.resources[head]
        parts = []
        if resource.kind == "bed":
            beds = self.beds[head]
            if "sex" in resource.match and (beds.female or beds.male):
                parts.append((self.columns["sex"], ("", *(sex for sex in SEXES if SEXES[sex]))))
            if beds.kinds and (asked := self._asked(resource.match)):
                parts.append((self.columns[asked], ("", *self.questions[asked].of)))
        elif any(self.staff[one.id].skills for one in self.chain(head)) and (asked := self._asked((resource.skill,))):
            parts.append((self.columns[asked], ("", *self.questions[asked].of)))
        return parts

    def _asked(self, wanted: tuple[str | None, ...]) -> str | None:
        return next((name[1:] for name in wanted if name is not None and name.startswith("$")), None)

    def _add_units(self, resource: Resource) -> None:
        if any(unit.resource == resource.id for unit in self.units):
            return
        bed = resource.kind == "bed"
        self.units.append(Served(resource.id, bed))
        if bed:
            beds = self.beds[resource.id]
            own = [*(sex for sex in ("female", "male") if getattr(beds, sex)), *beds.kinds]
        else:
            own = list(self.staff[resource.id].skills)
        self.units += [Served(resource.id, bed, (answer,)) for answer in own]


def _of_beds(beds: Any, answers: tuple[str, ...]) -> int:
    own = {sex: getattr(beds, sex) or 0 for sex in ("female", "male")} | dict(beds.kinds)
    return own[answers[0]] if answers else (beds.number or 0) - sum(own.values())
