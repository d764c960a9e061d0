"""A synthetic place of any size, written as the extracts its partners would send, with the truth beside.
People with lives on the real small areas and practices of Buckinghamshire; seeded, the same to the byte."""

from vanguard.synth.disorder import Disorder, read_disorder
from vanguard.synth.effect import Effect, read_effect
from vanguard.synth.make import Summary, make_place

__all__ = ["Disorder", "Effect", "Summary", "make_place", "read_disorder", "read_effect"]
