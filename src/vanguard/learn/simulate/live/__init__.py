"""A service that runs calibrates its own simulation: who came, how long steps took, who was on shift, which promises
were kept, all as the lake's `care_event` and `shift` tell."""

from vanguard.learn.simulate.live.calibrating import MOST_TRIALS, Beside, Calibrated, Took, as_it_runs, calibrate
from vanguard.learn.simulate.live.learned import Came, Learned, Worked, learn

__all__ = [
    "MOST_TRIALS",
    "Beside",
    "Calibrated",
    "Came",
    "Learned",
    "Took",
    "Worked",
    "as_it_runs",
    "calibrate",
    "learn",
]
