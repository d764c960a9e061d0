"""A service that runs calibrates its own simulation: who came, how long steps took, who was on shift, which promises
were kept, all as the lake's `care_event` and `shift` tell."""

from vanguard.learn.simulate.live.calibrating import Beside, Calibrated, calibrate
from vanguard.learn.simulate.live.learned import Learned, learn

__all__ = ["Beside", "Calibrated", "Learned", "calibrate", "learn"]
