"""What a pathway means: calendars, clocks, who may do the next step, where an answer leads, and how it ends.
Pure functions over a blueprint's pathway and the events of one person's episode; time is passed in."""

from vanguard.flow.bank_holidays import bank_holidays
from vanguard.flow.calendar import Calendar
from vanguard.flow.clocks import Deadline, Reading, deadlines, overstays, readings
from vanguard.flow.definition import Flow
from vanguard.flow.events import (
    Answered,
    Arrived,
    Began,
    Changed,
    Closed,
    Event,
    Finished,
    Paused,
    Received,
    Resumed,
)
from vanguard.flow.hand_over import HandOver, handed_over
from vanguard.flow.local_time import first_instant, last_instant
from vanguard.flow.proposals import Proposed, propose
from vanguard.flow.state import Finish, Moment, OpenStep, Pausing, State
from vanguard.flow.steps import NotAllowed, apply, begin, replay
from vanguard.flow.who import Need, needs, open_to, told

__all__ = [
    "Answered",
    "Arrived",
    "Began",
    "Calendar",
    "Changed",
    "Closed",
    "Deadline",
    "Event",
    "Finish",
    "Finished",
    "Flow",
    "HandOver",
    "Moment",
    "Need",
    "NotAllowed",
    "OpenStep",
    "Paused",
    "Pausing",
    "Proposed",
    "Reading",
    "Received",
    "Resumed",
    "State",
    "apply",
    "bank_holidays",
    "begin",
    "deadlines",
    "first_instant",
    "handed_over",
    "last_instant",
    "needs",
    "open_to",
    "overstays",
    "propose",
    "readings",
    "replay",
    "told",
]
