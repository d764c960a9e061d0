"""blueprint.yaml: what the care model is, who acts in it, its tiers, its logic and its sources."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from vanguard.blueprint.elements.basics import (
    NAMED_VERSION,
    ById,
    Cited,
    Cites,
    Defines,
    Id,
    Named,
    SiteId,
    Strict,
    Version,
    Words,
    empty,
    frozen,
    named,
)
from vanguard.blueprint.refusal import refusal

PATH = r"^([a-z]+/)?[a-z][a-z_]*(\.([a-z][a-z0-9_-]*|\*))*$"


class Source(Strict):
    """A paper that elements cite, or our own judgement."""

    id: str
    title: Words
    publisher: Words
    """Who published it."""
    published: Words
    """When, as people say it: May 2018."""


class Site(Strict):
    """A place that has the care model or planned it. Its id is the one that the programme's history gives it."""

    id: str
    label: Words
    """What the site is called."""
    what: Words
    """What of the care model it has or planned, in a sentence."""
    source: Cited


class Role(Named):
    """Someone who acts in the care model."""

    what: Words | None = None
    """What this role is and does, in a sentence."""


class Tier(Named):
    """A level of need, lowest first."""

    purpose: Words
    """What care at this level is for."""


class Logic(Strict):
    """One link of the logic model: because of this, we do that, and see by these measures whether it works."""

    id: str
    because: Words
    """The need or the problem."""
    then: Words
    """What the care model does about it, and what should follow."""
    measured_by: Annotated[tuple[Annotated[Id, Cites("measure")], ...], Field(min_length=1)]
    """Ids of measures in measures.yaml."""
    source: Cited


class Effective(Strict):
    """The days on which the version is in force, both included; without `to` until the next."""

    start: Annotated[date, Field(alias="from")]
    """The first day."""
    to: date | None = None
    """The last day."""

    @model_validator(mode="after")
    def _in_order(self) -> "Effective":
        if self.to is not None and self.to < self.start:
            do = "The last day is never before the first."
            raise refusal(f"{self.to} is before {self.start}.", do, within=("to",))
        return self


class Main(Strict):
    """blueprint.yaml: what the care model is."""

    id: Id
    label: Words
    version: Version
    extends: Annotated[str, Field(pattern=NAMED_VERSION)] | None = None
    """The blueprint that a site adopts, as name@version. The files beside it then hold only what differs."""
    effective: Effective
    type: Literal["mcp", "pacs", "uec", "ehch", "acc", "pch"]
    """Which kind of new care model it is."""
    purpose: Words
    sources: Annotated[ById[Source], Defines("source")]
    sites: Annotated[Mapping[SiteId, Site], BeforeValidator(named), AfterValidator(frozen), Defines("site")] = Field(
        default_factory=empty
    )
    """Places from whose work it is written; elements name among them those that have what they describe."""
    source: Cited
    roles: Annotated[ById[Role], Defines("role")]
    tiers: Annotated[ById[Tier], Defines("tier")]
    logic: Annotated[ById[Logic], Defines("link of the logic model")] = Field(default_factory=empty)
    """Because → then → measured by."""
    site_may_vary: tuple[Annotated[str, Field(pattern=PATH)], ...] = ()
    """What a site that extends this may change: paths such as cohorts.*.review.every, where * is any id. A name that
    begins two files takes the file's name before it: plans/questions or pathways/questions."""
