"""How lengths and effects are spread."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vanguard.blueprint.elements.basics import NotNegative, Positive, Strict
from vanguard.blueprint.refusal import refusal


class Fixed(Strict):
    """Always the same."""

    kind: Literal["fixed"]
    value: NotNegative


class Exponential(Strict):
    """Often short, now and then very long."""

    kind: Literal["exponential"]
    mean: Positive


class Lognormal(Strict):
    """Bunched, with a long tail: most durations of care."""

    kind: Literal["lognormal"]
    mean: Positive
    sd: Positive


class Gamma(Strict):
    """Between exponential and bell-shaped."""

    kind: Literal["gamma"]
    mean: Positive
    sd: Positive


class Triangular(Strict):
    """From a least, a most likely and a greatest value."""

    kind: Literal["triangular"]
    low: NotNegative
    mode: NotNegative
    high: Positive

    @model_validator(mode="after")
    def _in_order(self) -> "Triangular":
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise refusal("These are not in order.", "low is at most mode, mode at most high, and low below high.")
        return self


class Uniform(Strict):
    """Anything between two values, each as likely."""

    kind: Literal["uniform"]
    low: NotNegative
    high: Positive

    @model_validator(mode="after")
    def _in_order(self) -> "Uniform":
        if self.low >= self.high:
            raise refusal(f"low ({self.low:g}) is not below high ({self.high:g}).", "Swap them.")
        return self


Distribution = Annotated[
    Fixed | Exponential | Lognormal | Gamma | Triangular | Uniform,
    Field(discriminator="kind"),
]
