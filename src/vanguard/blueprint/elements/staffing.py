"""How many staff and beds a simulation assumes that there are."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from vanguard.blueprint.elements.basics import Cited, Cites, Count, Id, NotNegative, Pence, Strict, empty, frozen
from vanguard.blueprint.refusal import refusal


class Staffed(Strict):
    """How many there are of a resource while its calendar is open."""

    number: NotNegative | None = None
    calendars: Annotated[Mapping[Annotated[Id, Cites("calendar")], NotNegative], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """Instead of one number: how many are there during each of these calendars; the first that is open counts."""
    skills: Annotated[Mapping[Annotated[Id, Cites("option")], NotNegative], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """How many of the number have one skill only, by the answer that asks for it; the others have every skill."""
    pence_an_hour: Pence | None = None
    """What an hour of one of them costs."""
    source: Cited | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Staffed":
        if (self.number is None) == (not self.calendars):
            raise refusal("Nothing says how many there are.", "Give number, or calendars with a number for each.")
        if sum(self.skills.values()) > (self.number or 0):
            what = f"{sum(self.skills.values()):g} with one skill only are more than {self.number or 0:g}."
            raise refusal(what, "Change one of them.", within=("skills",))
        return self


class Beds(Strict):
    """How many beds there are of a resource, and how long each is taken."""

    number: Annotated[int, Field(ge=0, le=100_000)] | None = None
    female: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """How many of them only women may use."""
    male: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """How many of them only men may use."""
    kinds: Annotated[Mapping[Annotated[Id, Cites("option")], Count], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """How many of them are for one need only, by the answer that they match; all others suit anyone."""
    cleaning_minutes: NotNegative | None = None
    pence_a_day: Pence | None = None
    """What a day of one of them costs, used or not."""
    source: Cited | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> "Beds":
        some = (self.female or 0) + (self.male or 0) + sum(self.kinds.values())
        if self.number is not None and some > self.number:
            raise refusal(f"{some} beds for some people only are more than {self.number}.", "Change one of them.")
        return self
