"""Sliders: the few numbers of a simulation that people may move on a page."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from vanguard.blueprint.elements.basics import Cites, Id, Named, NotNegative, Positive, empty, frozen
from vanguard.blueprint.refusal import refusal

KINDS = ("arrivals", "share_from", "staff", "beds")


class Slider(Named):
    """One number that may be moved on the page of scenarios, and how far."""

    arrivals: Annotated[Id, Cites("pathway")] | None = None
    """It moves how many people a year come into this pathway."""
    share_from: Annotated[
        Mapping[Annotated[Id, Cites("pathway")], Annotated[Id, Cites("origin")]], AfterValidator(frozen)
    ] = Field(default_factory=empty)
    """It moves how many in 100 of those who come into this pathway come from this origin; all others keep their
    proportions."""
    staff: Annotated[Id, Cites("resource")] | None = None
    """It moves how many of this resource are on duty at once."""
    beds: Annotated[Id, Cites("resource")] | None = None
    """It moves how many beds of this resource there are."""
    low: NotNegative
    high: Positive
    step: Positive

    @property
    def kind(self) -> str:
        """Which of the four it moves."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @model_validator(mode="after")
    def _moves_one_thing(self) -> "Slider":
        moved = [kind for kind in KINDS if getattr(self, kind)]
        if len(moved) != 1 or len(self.share_from) > 1:
            raise refusal("A slider moves one number.", f"Give one of {', '.join(KINDS)}.")
        if self.low >= self.high:
            raise refusal(f"From {self.low:g} to {self.high:g} is no way to move.", "Give a high above the low.")
        if self.step > self.high - self.low:
            raise refusal(
                f"A step of {self.step:g} is longer than the whole way.", "Give a smaller one.", within=("step",)
            )
        if self.kind == "share_from" and self.high > 100:
            raise refusal(f"{self.high:g} in 100 cannot be.", "Give 100 or fewer.", within=("high",))
        return self
