"""Where one person stands in a pathway: what all the events so far come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from vanguard.blueprint import Answer
from vanguard.flow.events import Received


@dataclass(frozen=True)
class OpenStep:
    """A step that is not finished. One that runs alongside has its host in `beside`.

    `known` is how many answers had been given before it was entered.
    """

    step: str
    entered: datetime
    began: datetime | None = None
    arrived: datetime | None = None
    beside: str | None = None
    known: int = 0


@dataclass(frozen=True)
class Moment:
    """A moment as clocks name it: `received`, `triage.finished`."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Given:
    """An answer to a question, and since when it holds."""

    question: str
    answer: Answer
    at: datetime


@dataclass(frozen=True)
class Pausing:
    """A pause, from and to; without `end` it goes on."""

    reason: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Finish:
    """The end that was reached, and when."""

    end: str
    at: datetime


@dataclass(frozen=True)
class State:
    """`open` holds the step that leads on first, then those alongside; it is empty once `finish` is set.

    `given` holds every answer in the order given, also those that were changed since.
    """

    received: Received
    open: tuple[OpenStep, ...] = ()
    given: tuple[Given, ...] = ()
    moments: tuple[Moment, ...] = ()
    pauses: tuple[Pausing, ...] = ()
    finish: Finish | None = None

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The answers that hold now."""
        return MappingProxyType({given.question: given.answer for given in self.given})

    def at_step(self, step: str) -> OpenStep | None:
        """The open step of that id."""
        return next((held for held in self.open if held.step == step), None)
