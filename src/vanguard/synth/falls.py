"""Falls that brought people to hospital, whether or not they stayed."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.attendances import Attendances
from vanguard.synth.chance import Ints
from vanguard.synth.lives import Lives
from vanguard.synth.stays import EMERGENCY, Stays, reasons


@dataclass(frozen=True)
class Falls:
    """One row a fall of someone of 65 or over: the person, and the day of the attendance or of discharge."""

    person: Ints
    day: Ints


def falls_of(lives: Lives, stays: Stays, attendances: Attendances) -> Falls:
    """All such falls; a practice hears of them on these days."""
    fell = np.array([bool(one.get("fall")) for one in reasons("emergency")])
    stayed = (stays.kind == EMERGENCY) & fell[np.where(stays.kind == EMERGENCY, stays.reason, 0)]
    stayed &= stays.out < lives.window.end
    came = attendances.fall & (attendances.stay < 0)
    person = np.concatenate([stays.person[stayed], attendances.person[came]])
    day = np.concatenate([stays.out[stayed], attendances.day[came]])
    old = lives.band[person] >= 5
    return Falls(person[old], day[old])
