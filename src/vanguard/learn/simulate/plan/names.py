"""The names behind the numbers of a plan: what step 3 is, whom queue 2 waits for, what answer 1 means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vanguard.blueprint import Answer, Clock, End, Pathways, Question, Step


@dataclass(frozen=True)
class Served:
    """A queue, or those who serve queues: of which resource, and for which answers only, if not for all."""

    resource: str
    bed: bool
    answers: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The resource, with the answers after a slash."""
        return "/".join((self.resource, *self.answers))


@dataclass(frozen=True)
class Names:
    """Each list in the order of the plan's numbers. A step, clock or end stands beside its pathway."""

    file: Pathways = field(repr=False)
    start: datetime
    pathways: tuple[str, ...]
    steps: tuple[tuple[str, Step], ...]
    ends: tuple[tuple[str, End], ...]
    clocks: tuple[tuple[str, Clock], ...]
    questions: tuple[Question, ...]
    origins: tuple[str, ...]
    channels: tuple[str, ...]
    queues: tuple[Served, ...]
    units: tuple[Served, ...]
    pauses: tuple[str, ...]

    def at(self, minutes: float) -> datetime:
        """The instant so many minutes from the start, in UTC."""
        return self.start + timedelta(minutes=minutes)

    def answer(self, question: int, code: int, value: float) -> Answer:
        """An answer of the log as `flow` takes it."""
        asked = self.questions[question]
        if asked.kind == "number":
            return float(value)
        return code == 2 if asked.kind == "yes_no" else tuple(asked.of)[code - 1]

    def label(self, served: Served) -> str:
        """What people call whom a queue waits for, or those who serve it."""
        label = self.file.resources[served.resource].label
        options = {id: words for question in self.questions for id, words in question.of.items()}
        return ", ".join((label, *(options.get(answer, answer).lower() for answer in served.answers)))


SEXES: Mapping[str, int] = {"unknown": 0, "female": 1, "male": 2}
