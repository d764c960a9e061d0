"""How people live that no register says: who is lonely."""

import numpy as np

from vanguard.synth.chance import Bools, Stream
from vanguard.synth.days import FOREVER
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates


def lonely(rng: Stream, lives: Lives) -> Bools:
    """Older people who are lonely, those who live alone above all; they ask for help more often."""
    rule = rates("social_care")["lonely_share"]
    size = np.bincount(lives.household)[lives.household]
    chance = np.where((size == 1) & (lives.into_care == FOREVER), rule["alone"], rule["others"])
    return np.asarray((lives.age >= rule["from_age"]) & (rng.random(len(lives)) < chance))
