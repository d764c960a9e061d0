"""Handing over to the service that comes next: what must be said of the day on which it begins, and what is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.care.hub.episodes import Episode
from vanguard.clock import local_date
from vanguard.flow import Finished, Flow, HandOver, State, apply, handed_over
from vanguard.web import presenters as say


@dataclass(frozen=True)
class Unsaid:
    """A question to which something is missing, what, and the days of a gap that can be accepted."""

    question: str
    what: str
    gap: int = 0


def of(one: Episode) -> HandOver | None:
    """What an episode has handed over; None where it is open, or ended in what hands over to nobody."""
    return handed_over(one.flow, one.state, one.written)


def in_words(over: HandOver) -> str:
    """When the next service begins, in a sentence."""
    if over.asked is None:
        return f"The next service should begin on {say.day(over.due)}."
    if over.begins is None:
        return f"Nobody has said on which day the next service begins. It should be {say.day(over.due)}."
    late = f", {say.things(over.gap, 'day')} later than it should" if over.gap else ""
    return f"The next service begins on {say.day(over.begins)}{late}."


def still_to_say(flow: Flow, state: State, event: Finished, written: Mapping[str, Any], accepted: str) -> Unsaid | None:
    """What whoever finishes a step must still say where that hands over: the day, and that they know of a gap.

    `written` are the answers of all forms, `accepted` the days of the gap that they were shown and accept. Raises
    NotAllowed where the event does not fit.
    """
    over = handed_over(flow, apply(flow, state, event), written)
    if over is None or over.asked is None:
        return None
    if over.begins is None:
        return Unsaid(over.asked, "Enter the day on which the next service begins")
    if over.begins < local_date(state.received.at):
        return Unsaid(over.asked, "This day is before the referral. Check it")
    if over.gap and accepted != str(over.gap):
        do = "Ask for an earlier day, go on until then, or accept the gap"
        return Unsaid(over.asked, f"{in_words(over)} {do}", over.gap)
    return None
