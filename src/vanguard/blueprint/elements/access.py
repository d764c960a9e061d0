"""access.yaml: what each role may see, and under which relationship to a person."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vanguard.blueprint.elements.basics import ById, Cited, Cites, Defines, Id, Named, Strict, empty, frozen

Relationship = Literal[
    "registered", "caseload", "referred", "care_home", "team_list", "provisional_call", "relative", "break_glass"
]
Item = Literal["identity", "summary", "full"]
Right = Literal[
    "list_people",
    "break_glass",
    "record_choices",
    "share_with_relatives",
    "practice_notices",
    "who_looked",
    "pseudonymised_rows",
    "counts",
    "data",
]


class SensitiveSet(Named):
    """Events that stay hidden unless a role is given this set by name."""

    code_sets: Annotated[tuple[Annotated[Id, Cites("code set")], ...], Field(min_length=1)]
    """Ids of code sets, of codes.yaml or of the package."""


class Sight(Strict):
    """What is seen of a person under one relationship."""

    see: Annotated[tuple[Item, ...], Field(min_length=1)]
    """identity (who they are), summary (conditions, medicines, alerts), full (the whole record)."""
    sensitive: tuple[Annotated[Id, Cites("sensitive set")], ...] = ()
    """Sensitive sets that are seen as well."""


class Held(Strict):
    """The rights that one role holds."""

    under: Annotated[Mapping[Relationship, Sight], AfterValidator(frozen)] = Field(default_factory=empty)
    """By relationship to the person; under none of them, nothing is seen of a person."""
    rights: tuple[Right, ...] = ()
    """What is not about one named person."""
    source: Cited


class Access(Strict):
    """access.yaml: which roles may see what."""

    sensitive_sets: Annotated[ById[SensitiveSet], Defines("sensitive set")] = Field(default_factory=empty)
    rights: Annotated[Mapping[Annotated[Id, Cites("role")], Held], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """By role."""
