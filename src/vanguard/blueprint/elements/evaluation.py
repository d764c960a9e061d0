"""evaluation.yaml: the plan of each evaluation, written before its result."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from vanguard.blueprint.elements.basics import (
    ById,
    Cites,
    Defines,
    Id,
    Named,
    Period,
    Positive,
    Strict,
    Words,
    YesNo,
    empty,
    frozen,
)
from vanguard.blueprint.elements.measures import Events
from vanguard.blueprint.refusal import refusal
from vanguard.blueprint.wording import PersonCondition

Design = Literal["difference_in_differences", "synthetic_control", "interrupted_time_series", "matched_cohort"]
Check = Literal[
    "pre_trend",
    "placebo_in_time",
    "placebo_in_space",
    "leave_one_out",
    "convex_hull",
    "season",
    "autocorrelation",
    "balance",
    "negative_control",
]
CHECKS: dict[str, tuple[str, ...]] = {
    "difference_in_differences": ("pre_trend", "placebo_in_time", "placebo_in_space", "leave_one_out"),
    "synthetic_control": ("placebo_in_time", "placebo_in_space", "leave_one_out", "convex_hull"),
    "interrupted_time_series": ("placebo_in_time", "season", "autocorrelation"),
    "matched_cohort": ("balance", "pre_trend"),
}
Name = Annotated[str, Field(min_length=1, max_length=120)]


class Exclusion(Strict):
    """What is left out, and why; said before the result is known."""

    units: tuple[Name, ...] = ()
    """Codes of the units left out altogether."""
    whom: PersonCondition | None = None
    """The persons left out."""
    start: Annotated[date | None, Field(alias="from")] = None
    """With `to`, the days left out; of the units, if some are named."""
    to: date | None = None
    because: Words

    @model_validator(mode="after")
    def _leaves_something_out(self) -> "Exclusion":
        if not self.units and self.whom is None and self.start is None and self.to is None:
            raise refusal("Nothing is left out.", "Add units, whom, from or to.")
        if self.start is not None and self.to is not None and self.to < self.start:
            do = "The last day is never before the first."
            raise refusal(f"{self.to} is before {self.start}.", do, within=("to",))
        return self


class Comparators(Strict):
    """Whom the change is compared with."""

    described: Words
    """Who they are and why they are a fair comparison, in words."""
    units: tuple[Name, ...] = ()
    """Their codes; without any, every unit that is neither treated nor excluded."""
    whom: PersonCondition | None = None
    """For a matched cohort: who may be chosen."""


class Match(Strict):
    """How persons of a matched cohort are paired with others."""

    exactly: tuple[Name, ...] = ()
    """Columns of person_feature that must be equal."""
    nearest: tuple[Name, ...] = ()
    """Columns of person_feature that must be near."""
    history: tuple[Annotated[Id, Cites("measure")], ...] = ()
    """Measures whose number of events in the 365 days before must be near."""
    distance: Literal["propensity", "mahalanobis"] = "mahalanobis"
    caliper: Positive | None = None
    """The greatest distance allowed, in standard deviations."""
    controls: Annotated[int, Field(ge=1, le=20)] = 1
    """How many others for each person."""


class Received(Events):
    """What makes a person of a matched cohort one of those who received something: the first event of this kind."""

    described: Words
    """Who they are and from when, in words."""


class Evaluation(Named):
    """One question about an effect, and how it will be answered."""

    question: Words
    """What people want to know."""
    outcome: Annotated[Id, Cites("measure")]
    design: Design
    units: Literal["person", "practice", "locality", "area", "place", "commissioner", "provider", "council"]
    start: date | None = None
    """The day from which the change could have an effect."""
    starts: Annotated[Mapping[Name, date], AfterValidator(frozen)] = Field(default_factory=empty)
    """Instead of start: for each treated unit, by its code, the day on which it began."""
    treated: tuple[Name, ...] = ()
    """With start: codes of the units that changed."""
    cohort: Annotated[Id, Cites("cohort")] | None = None
    """For a matched cohort: who was treated, from the first month end at which they were in this cohort."""
    received: Received | None = None
    """Instead of cohort: who was treated, from the day on which they first received this."""
    before: Period
    """How long a time before the start is looked at."""
    after: Period
    """How long a time after it."""
    comparators: Comparators | None = None
    match: Match | None = None
    exclusions: tuple[Exclusion, ...] = ()
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    """Tests that could show the design to be wrong here."""
    negative_controls: tuple[Annotated[Id, Cites("measure")], ...] = ()
    """Measures that the change cannot have touched."""
    clustered_by: Literal["person", "practice", "locality", "area", "commissioner", "provider", "council"] | None = None
    seen_before: YesNo = False
    """Whether anyone had looked at the outcome after the start when the plan was written."""

    @model_validator(mode="after")
    def _can_be_done(self) -> "Evaluation":
        if (self.start is None) == (not self.starts):
            raise refusal("The plan needs one start.", "Give start, or starts with a day for each treated unit.")
        if self.starts and self.treated:
            raise refusal("The treated units already stand in starts.", "Take them out.", within=("treated",))
        matched = self.design == "matched_cohort"
        if matched and (
            self.units != "person" or self.match is None or (self.cohort is None) == (self.received is None)
        ):
            raise refusal(
                "A matched cohort is of persons.", "Give units: person, match, and either cohort or received."
            )
        if matched and self.start is None:
            raise refusal("Persons enter one by one from a day on.", "Give start, the first day.", within=("starts",))
        if not matched and self.received is not None:
            raise refusal(f"A {self.design} is not of persons.", "Take it out.", within=("received",))
        if not matched and self.match is not None:
            raise refusal(f"A {self.design} matches nobody.", "Take it out.", within=("match",))
        if self.comparators is None and self.design != "interrupted_time_series":
            raise refusal(f"A {self.design} needs comparators.", "Say whom the change is compared with.")
        for number, check in enumerate(self.checks):
            fitting = (*CHECKS[self.design], "negative_control")
            if check not in fitting:
                what = f"The check {check} does not belong to a {self.design}."
                raise refusal(what, f"There are {', '.join(fitting)}.", within=("checks", number))
        if ("negative_control" in self.checks) != bool(self.negative_controls):
            raise refusal("negative_control and negative_controls go together.", "Give both or neither.")
        return self


class Evaluations(Strict):
    """evaluation.yaml: the plans of analysis."""

    evaluations: Annotated[ById[Evaluation], Defines("evaluation")] = Field(default_factory=empty)
