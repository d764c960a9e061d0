"""When the service that takes over begins."""

from datetime import date, timedelta

from vanguard.clock import local_date
from vanguard.flow.definition import Flow
from vanguard.flow.state import State

DAYS = {"same_day": 0, "next_day": 1}


def takes_over_on(flow: Flow, state: State) -> date | None:
    """The local day on which the next service begins; None before an end, or where the end hands over to nobody."""
    if state.finish is None or (kind := flow.pathway.ends[state.finish.end].hand_over) is None:
        return None
    return local_date(state.finish.at) + timedelta(days=DAYS[kind])
