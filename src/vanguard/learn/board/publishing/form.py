"""The form of what a place publishes, version 1. Everything in it was given by `access`: it holds no person, no part of
the place, and no count from 1 to 7.

A point is [first day, numerator, denominator, reason]; its value follows from it: `per` times numerator by denominator,
or without `per` the numerator. Where there is no numerator the reason says why.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vanguard.learn.board.points import Point

FORMAT = 1
ENDING = ".published.json"

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
SiteId = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=60)]
Version = Annotated[str, Field(pattern=r"^\d{1,6}\.\d{1,6}\.\d{1,6}$")]
Words = Annotated[str, Field(max_length=2000)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=10**12, strict=True)]
PublishedPoint = tuple[date, Count | None, Count | None, Words]


class Part(BaseModel):
    """What every part has: it cannot change, and holds nothing that the form does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedTarget(Part):
    """What the measure should reach."""

    value: Finite


class PublishedRebased(Part):
    """From when the chart has a new mean and limits, and why."""

    start: date
    because: Words


class State(Part):
    """What the place's own control chart says at its end; None where it can say nothing."""

    light: Literal["green", "amber", "red", "steady", "grey"]
    variation: Literal["better", "worse", "changed", "common"] | None
    assurance: Literal["meets", "misses", "either"] | None
    mean: Finite | None
    lower: Finite | None
    upper: Finite | None
    sentence: Words


class PublishedMeasure(Part):
    """One measure of the whole place. `counts` is a hash of what is counted, the same where the same is; `core` says
    whether the logic model rests on it; `share` whether each event counted is one of the denominator's."""

    id: Id
    label: Words
    definition: Words
    core: bool
    counts: Hash
    interval: Literal["day", "week", "month", "quarter", "year"]
    direction: Literal["up", "down", "neither"]
    per: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None
    summed: bool
    share: bool
    target: PublishedTarget | None
    rebased: tuple[PublishedRebased, ...]
    points: Annotated[tuple[PublishedPoint, ...], Field(max_length=5000)]
    state: State

    def series(self) -> tuple[Point, ...]:
        """Its points as pages draw them."""
        return tuple(self._point(*one) for one in self.points)

    def _point(self, start: date, numerator: int | None, denominator: int | None, reason: str) -> Point:
        value: float | None = None
        if numerator is not None and self.per is None:
            value = float(numerator)
        elif numerator is not None and self.per is not None and denominator:
            value = self.per * numerator / denominator
        return Point(start, start, numerator, denominator, value, None, None, reason or None)


class PublishedEvaluation(Part):
    """One evaluation and how it stands: with a verdict only where the place may show it. What it found is a share of
    what was expected, and its interval."""

    id: Id
    label: Words
    question: Words
    outcome: Id
    design: Words
    state: Literal["planned", "waiting", "verdict"]
    standing: Words
    verdict: Words
    early: bool
    share: Words
    interval: Words
    warnings: tuple[Words, ...]
    written: date | None
    changed: bool


class PublishedChange(Part):
    """One thing that the site does otherwise than the blueprint that it adopted."""

    file: Words
    place: Words
    sentence: Words


class PublishedBlueprint(Part):
    """A blueprint that the place runs: which version of which, and what the site's own differs in."""

    id: Id
    version: Version
    label: Words
    own: str
    """The site's own id@version where it varies the blueprint, else empty."""
    varies: tuple[PublishedChange, ...]
    measures: Annotated[tuple[PublishedMeasure, ...], Field(max_length=500)]
    evaluations: Annotated[tuple[PublishedEvaluation, ...], Field(max_length=200)]


class PublishedClaim(Part):
    """What the place says that it learnt: a claim, how well it is known, where that is shown, and what would change its
    mind. `blueprint` and `element` say what should change, if anything."""

    reference: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=30)]
    claim: Annotated[str, Field(min_length=1, max_length=500)]
    grade: Literal["trial", "compared", "followed", "said", "judged"]
    evaluation: Annotated[str, Field(max_length=500)]
    change_mind: Annotated[str, Field(min_length=1, max_length=500)]
    blueprint: Annotated[str, Field(max_length=60)]
    element: Annotated[str, Field(max_length=200)]


class Published(Part):
    """What a place says of itself at one instant."""

    format: Literal[1]
    site: SiteId
    made: datetime
    known_until: date
    """The last day that the figures know whole."""
    software: Words
    blueprints: Annotated[tuple[PublishedBlueprint, ...], Field(min_length=1, max_length=50)]
    learning: Annotated[tuple[PublishedClaim, ...], Field(max_length=200)] = ()
