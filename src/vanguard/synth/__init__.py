"""A synthetic place of any size, written as the extracts its partners would send, with the truth beside.
People with lives on the real small areas and practices of Buckinghamshire; seeded, the same to the byte."""

from vanguard.synth.make import Summary, make_place

__all__ = ["Summary", "make_place"]
