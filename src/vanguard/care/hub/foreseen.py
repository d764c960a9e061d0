"""What will become of a referral as it is written, before it is sent: where the answers lead, and what is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vanguard.care.hub.telling import proposed
from vanguard.flow import Finished, Flow, Received, apply, begin


@dataclass(frozen=True)
class Foreseen:
    """`end` is the end that the answers lead to, with its `advice`, or both are empty and `step` comes next.

    `proposals` are label, words and reason for each question of that step; `clear` says that none is left open.
    """

    end: str
    advice: str
    step: str
    who: str
    proposals: tuple[Mapping[str, str], ...]
    clear: bool


def foresee(flow: Flow, received: Received, answers: Mapping[str, Any], now: datetime) -> Foreseen:
    """What a referral comes to whose first step ends with these answers. Raises NotAllowed where they do not fit."""
    first = flow.pathway.entry.by[received.channel]  # type: ignore[index]
    state = apply(flow, begin(flow, received), Finished(now, first, answers))
    if state.finish:
        end = flow.pathway.ends[state.finish.end]
        return Foreseen(end.label, end.advice or "", "", "", (), True)
    step = flow.step(state.open[0].step)
    found = proposed(flow, state, step.id)
    who = flow.file.resources[step.by].label
    return Foreseen("", "", step.label, who, tuple(found.values()), set(step.decides) <= found.keys())
