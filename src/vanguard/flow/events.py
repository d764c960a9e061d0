"""What can happen in one person's episode. The hub stores these; the simulator makes them; `replay` gives them meaning.

Every `at` is the instant at which it happened, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vanguard.blueprint import Answer


@dataclass(frozen=True)
class Received:
    """A referral has come: from whom, how, and what conditions may know of the person."""

    at: datetime
    origin: str
    channel: str
    age: int | None = None
    sex: str = "unknown"


@dataclass(frozen=True)
class Began:
    """Someone has taken up a step."""

    at: datetime
    step: str


@dataclass(frozen=True)
class Arrived:
    """A visit has reached the person."""

    at: datetime
    step: str


@dataclass(frozen=True)
class Answered:
    """Questions of a step have been answered while it goes on."""

    at: datetime
    step: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Finished:
    """A step is done; `answers` are those that are new."""

    at: datetime
    step: str
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """Answers given earlier have been changed, without a new referral."""

    at: datetime
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Paused:
    """A reason has begun for which some clocks stand still."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Resumed:
    """The reason is over."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Closed:
    """The episode has come to one of the ends that may happen at any time."""

    at: datetime
    end: str


Event = Received | Began | Arrived | Answered | Finished | Changed | Paused | Resumed | Closed
