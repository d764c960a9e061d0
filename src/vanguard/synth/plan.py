"""What is to be made, and how it is cut into parts that are made one by one or side by side."""

from dataclasses import dataclass
from pathlib import Path

from vanguard.synth.days import Window
from vanguard.synth.deliveries import Delivery
from vanguard.synth.disorder import Disorder
from vanguard.synth.effect import Effect

PEOPLE_OF_A_PART = 50_000
"""Most people that a part may have: memory does not grow with the place, only the number of parts does."""


@dataclass(frozen=True)
class Plan:
    """The place: people in all and those of them who are registered on the last day, seed, time, folder, disorder,
    deliveries by feed, a service that has an effect, and the most people that a part may have."""

    people: int
    registered: int
    seed: int
    window: Window
    out: Path
    disorder: Disorder
    deliveries: dict[str, tuple[Delivery, ...]]
    effect: Effect | None
    people_of_a_part: int = PEOPLE_OF_A_PART

    @property
    def parts(self) -> int:
        """How many parts the place has."""
        return -(-self.people // self.people_of_a_part)

    def size(self, part: int) -> int:
        """How many people a part has: the parts take people in turn."""
        return -(-(self.people - part) // self.parts)

    def staying(self, part: int) -> int:
        """How many of a part's people are registered on the last day."""
        return -(-(self.registered - part) // self.parts)

    def first(self, part: int) -> int:
        """How many people the parts before it have."""
        return sum(self.size(before) for before in range(part))

    def piece(self, name: str, part: int) -> Path:
        """Where a part writes its piece of a file."""
        return self.out / ".pieces" / f"{name}.{part:04d}"
