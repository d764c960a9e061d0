"""A service that runs calibrates its own simulation: who came, how long steps took, who was on shift, which promises
were kept, all as the lake's `care_event` and `shift` tell."""

from vanguard.learn.simulate.live.calibrating import Beside, Calibrated, calibrate
from vanguard.learn.simulate.live.learned import Came, Learned, Worked, learn

__all__ = ["Beside", "Calibrated", "Came", "Learned", "Worked", "calibrate", "learn"]
