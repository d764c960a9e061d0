"""codes.yaml: the code sets used here that `codes` does not have."""

from typing import Annotated

from pydantic import Field, model_validator

from vanguard.blueprint.elements.basics import ById, Defines, Id, Named, Strict, Words, empty
from vanguard.blueprint.refusal import refusal

CODE = r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,29}$"
Code = Annotated[str, Field(pattern=CODE)]


class OwnCodeSet(Named):
    """Codes of one system that mean one thing here."""

    system: Id
    """The code system, as it stands before the colon in an event's codes."""
    version: Words
    licence: Words
    """Under which licence the codes may be used."""
    codes: tuple[Code, ...] = ()
    """Whole codes."""
    prefixes: tuple[Code, ...] = ()
    """Beginnings of codes: every code that begins so belongs to the set."""

    @model_validator(mode="after")
    def _holds_something(self) -> "OwnCodeSet":
        if not (self.codes or self.prefixes):
            raise refusal("This code set is empty.", "List its codes, its prefixes or both.")
        return self


class Codes(Strict):
    """codes.yaml: code sets used here that the package does not have."""

    code_sets: Annotated[ById[OwnCodeSet], Defines("code set")] = Field(default_factory=empty)
