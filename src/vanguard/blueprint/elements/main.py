"""blueprint.yaml: what the care model is, who acts in it, its tiers and its sources."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from vanguard.blueprint.elements.basics import ById, Cited, Id, Strict, Words


class Source(Strict):
    """A paper that elements cite, or our own judgement."""

    id: Id
    title: Words
    publisher: Words
    published: Words


class Role(Strict):
    """Someone who acts in the care model."""

    id: Id
    label: Words
    source: Cited


class Tier(Strict):
    """A level of need, lowest first."""

    id: Id
    label: Words
    purpose: Words
    source: Cited


class Effective(Strict):
    """The days on which the version is in force, both included; without `to` until the next."""

    start: Annotated[date, Field(alias="from")]
    to: date | None = None


class Main(Strict):
    """blueprint.yaml: what the care model is."""

    id: Id
    label: Words
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    effective: Effective
    type: Literal["mcp", "pacs", "uec", "ehch", "acc", "pch"]
    purpose: Words
    sources: ById[Source]
    source: Cited
    roles: ById[Role]
    tiers: ById[Tier]
