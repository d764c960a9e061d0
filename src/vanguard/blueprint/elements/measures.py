"""measures.yaml: what counts. Structure over event, person_period and person_feature; never free SQL."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from vanguard.blueprint.elements.basics import (
    ById,
    Cited,
    Cites,
    Defines,
    Finite,
    Id,
    Named,
    Period,
    Positive,
    Strict,
    Words,
    YesNo,
    empty,
)
from vanguard.blueprint.elements.durations import ELAPSED, SPAN, Length, length
from vanguard.blueprint.refusal import refusal
from vanguard.blueprint.wording import EventCondition, PersonCondition

Within = Annotated[
    Length,
    PlainValidator(length),
    WithJsonSchema({"type": "string", "pattern": f"^({ELAPSED}|{SPAN})$", "examples": ["P30D", "PT3H"]}),
]
By = Literal["practice", "locality", "area", "care_home", "deprivation", "age_band", "sex", "place", "source"]


class Events(Strict):
    """Some events: those that meet every part that is given."""

    where: EventCondition | None = None
    """A condition over the columns of event."""
    codes: Annotated[Id, Cites("code set")] | None = None
    """Only events with a code of this set, of codes.yaml or of the package."""
    first_code_only: YesNo = False
    """Whether only the most important code of an event counts."""
    whom: PersonCondition | None = None
    """A condition over the person, as they stood at the end of the month before the event."""
    cohort: Annotated[Id, Cites("cohort")] | None = None
    """Only persons who were in this cohort when it happened."""

    @model_validator(mode="after")
    def _says_which(self) -> "Events":
        if self.where is None and self.codes is None:
            raise refusal("Nothing says which events count.", "Add where, codes or both.")
        if self.first_code_only and self.codes is None:
            raise refusal("There are no codes to look at.", "Add codes.", within=("first_code_only",))
        return self


class Summed(Events):
    """A number of some events, added up."""

    what: Literal["nights", "cost_pence", "value"]
    """The column of event."""


class FollowedBy(Events):
    """What must follow an event in the same person for it to count."""

    within: Within
    """No later than so long after: P30D counts calendar days, PT3H elapsed time."""
    after: Literal["start", "end"] = "end"
    """From when the time runs: from the event's start or its end."""
    never: YesNo = False
    """Counts the events that nothing of this kind followed instead."""


class Per(Strict):
    """The denominator: per so many of these."""

    number: Positive
    """1000 makes a rate per 1,000; 100 makes a percentage."""
    of: Literal["person_years", "people", "events", "all_counted"]
    """Time that people were registered; people at the end of the interval; other events; what was counted before
    followed_by chose among it."""
    where: EventCondition | None = None
    codes: Annotated[Id, Cites("code set")] | None = None
    whom: PersonCondition | None = None
    cohort: Annotated[Id, Cites("cohort")] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Per":
        allowed = {"events": ("where", "codes", "whom", "cohort"), "all_counted": ()}.get(self.of, ("whom", "cohort"))
        for name in ("where", "codes", "whom", "cohort"):
            if getattr(self, name) is not None and name not in allowed:
                raise refusal(f"{name} has no meaning per {self.of}.", "Take it out.", within=(name,))
        if self.of == "events" and self.where is None and self.codes is None:
            raise refusal("Nothing says which events are the denominator.", "Add where, codes or both.")
        return self


class Target(Strict):
    """What the measure should reach."""

    value: Finite
    by: date | None = None
    """The day by which it should be reached; without one, always."""
    source: Cited


class Standardise(Strict):
    """Makes groups of different people comparable."""

    method: Literal["direct", "indirect"]
    by: Annotated[tuple[Literal["age", "sex", "deprivation"], ...], Field(min_length=1)]
    to: Literal["european_standard_population", "place"] = "place"
    """The reference: the European standard population, or the whole place."""


class Rebased(Strict):
    """From when a control chart has a new mean and new limits: only where it is known what changed."""

    start: Annotated[date, Field(alias="from")]
    because: Words


class Measure(Named):
    """One number for each group and interval, and how it comes about."""

    definition: Words
    """What is counted, in words that anyone understands."""
    count: Events | None = None
    """Counts these events."""
    sum: Summed | None = None
    """Adds up a number of these events."""
    followed_by: FollowedBy | None = None
    per: Per | None = None
    by: tuple[By, ...] = ()
    """The groups into which it can be split."""
    interval: Literal["day", "week", "month", "quarter", "year"]
    direction: Literal["up", "down", "neither"]
    """Which way is better."""
    target: Target | None = None
    standardise: Standardise | None = None
    rebased: tuple[Rebased, ...] = ()
    review_after: tuple[Period, ...] = ()
    """How long after the blueprint takes effect the review of its benefits looks at this measure."""

    @model_validator(mode="after")
    def _is_whole(self) -> "Measure":
        if (self.count is None) == (self.sum is None):
            raise refusal("A measure counts events or sums a number of them.", "Give either count or sum.")
        if self.followed_by is not None and self.count is None:
            raise refusal("Only counted events can be followed by others.", "Use count.", within=("followed_by",))
        if self.per is not None and self.per.of == "all_counted" and self.followed_by is None:
            what = "Per all_counted is always the whole of them."
            raise refusal(what, "Add followed_by, or name another denominator.", within=("per", "of"))
        if self.target is not None and self.direction == "neither":
            raise refusal("A target needs a direction.", "Say up or down.", within=("direction",))
        if self.standardise is not None and (self.per is None or self.per.of not in ("person_years", "people")):
            what = "Only a rate per person_years or people can be standardised."
            raise refusal(what, "Add per, or take out standardise.", within=("standardise",))
        return self


class Told(Strict):
    """One measure, and whose figures it is made from."""

    measure: Annotated[Id, Cites("measure")]
    by: Words
    """Who tells it, as in: The council."""


class SideBySide(Named):
    """Two sources' figures for one thing, side by side: what one tells and the other does not is worth asking about."""

    definition: Words
    """What both are about."""
    first: Told
    second: Told
    may_differ: Words
    """Why they need not be the same."""


class Measures(Strict):
    """measures.yaml: what counts."""

    measures: Annotated[ById[Measure], Defines("measure")] = Field(default_factory=empty)
    side_by_side: Annotated[ById[SideBySide], Defines("side by side")] = Field(default_factory=empty)
    """Measures that tell of one thing by two sources."""

    @model_validator(mode="after")
    def _can_be_held_together(self) -> "Measures":
        for id, one in self.side_by_side.items():
            pair = [self.measures.get(told.measure) for told in (one.first, one.second)]
            kinds = {(m.interval, m.per and (m.per.of, m.per.number), m.sum and m.sum.what) for m in pair if m}
            if len(kinds) > 1:
                raise refusal(
                    "These two measures are not of one kind.",
                    "Name two with the same interval, that count or sum the same and are per the same.",
                    within=("side_by_side", id),
                )
        return self
