"""simulate.yaml: what the simulation assumes. Everything else it takes from pathways.yaml, by the same ids."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, model_validator

from vanguard.blueprint.elements.answers import AnyCondition, Channel
from vanguard.blueprint.elements.basics import (
    ById,
    Cited,
    Cites,
    Defines,
    Id,
    Named,
    NotNegative,
    Share,
    Shares,
    Strict,
    empty,
    frozen,
)
from vanguard.blueprint.elements.population import Population
from vanguard.blueprint.elements.sliders import Slider
from vanguard.blueprint.elements.spreads import (
    Distribution,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
)
from vanguard.blueprint.elements.staffing import Beds, Staffed
from vanguard.blueprint.refusal import refusal

Value = TypeVar("Value")
CitedPathway = Annotated[Id, Cites("pathway")]
CitedResource = Annotated[Id, Cites("resource")]


def _some_weight(weights: tuple[float, ...]) -> tuple[float, ...]:
    if not any(weights):
        raise refusal("All of these are 0.", "Give at least one a weight.")
    return weights


def _of(length: int) -> Any:
    """So many weights, not all 0; only their proportions matter."""
    return Annotated[tuple[NotNegative, ...], Field(min_length=length, max_length=length), AfterValidator(_some_weight)]


class Arrivals(Strict):
    """How many people come into a pathway, from where and when."""

    per_year: NotNegative | None = None
    origins: Annotated[Shares[Annotated[Id, Cites("origin")]] | None, Field(alias="from")] = None
    """The share of each origin of the pathway's entry; they sum to 1."""
    channels: Annotated[Shares[Channel] | None, Field(alias="by")] = None
    """The share of each channel of the pathway's entry; they sum to 1. Needed where there is more than one."""
    hours: _of(24) | None = None  # type: ignore[valid-type]
    """24 weights, from midnight; without them every hour is the same."""
    weekdays: _of(7) | None = None  # type: ignore[valid-type]
    """7 weights, from Monday."""
    months: _of(12) | None = None  # type: ignore[valid-type]
    """12 weights, from January."""
    female: Share | None = None
    """The share of women; needed where some beds are for women or for men, or a condition asks for sex."""
    age: Distribution | None = None
    """How old people are, in whole years up to 120 (what is less than one is left off); needed where a condition asks
    for age."""
    source: Cited | None = None


class StepTime(Strict):
    """How long a step keeps whoever does it."""

    minutes: Distribution | None = None
    travel: Distribution | None = None
    """Minutes on the way, there and back, where the step is a visit."""
    stay_hours: Distribution | None = None
    """Hours for which the person keeps the bed that the step uses, without cleaning."""
    wait_hours: Distribution | None = None
    """Hours that pass before anyone takes the step up, though somebody is free: another service has to be asked."""
    wait_hours_by: Annotated[Mapping[Annotated[Id, Cites("clock")], Distribution], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """The same by promise, for those to whom it runs as they enter the step; for all others wait_hours. Of several that
    run, one that an answer has chosen counts before one that holds for everybody, and then the shorter."""
    wait_when: AnyCondition | None = None
    """Whom the wait is for, as a condition over earlier answers; without it everyone."""
    reach_bed_hours: Distribution | None = None
    """Hours from when a bed is found until the person is in it; held for longer than its resource allows, it goes to
    somebody else. Without it they are in it at once."""
    source: Cited | None = None


class EndTime(Strict):
    """What follows when someone has come to an end of the pathway."""

    wait_hours: Distribution | None = None
    """Hours that pass until it takes effect: until the service that takes over begins."""
    again: Share | None = None
    """The share of those who are referred again."""
    again_after_days: Distribution | None = None
    """The days until they are."""
    share: Share | None = None
    """Of an end that may come at any time (`from: any`): the share of those who come to whom it comes, if they are
    still there."""
    after_days: Distribution | None = None
    """The days from the receipt until it comes."""
    source: Cited | None = None

    @model_validator(mode="after")
    def _says_when(self) -> "EndTime":
        if (self.again is None) != (self.again_after_days is None):
            raise refusal("Who is referred again is only half said.", "Give both again and again_after_days.")
        if (self.share is None) != (self.after_days is None):
            raise refusal("When this end comes is only half said.", "Give both share and after_days.")
        return self


OptionShares = Shares[Annotated[str, Cites("option")]]


class Case(Strict):
    """How often a question is answered how, where a condition over earlier answers holds."""

    when: AnyCondition
    """A condition over origin, channel, sex and age where arrivals say them, and the questions that have been answered
    by then."""
    shares: OptionShares | None = None
    number: Distribution | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Case":
        return _says_how(self)


class Answered(Strict):
    """How often a question is answered how. Of the cases the first whose condition holds counts; where none does, what
    stands beside them."""

    cases: tuple[Case, ...] = ()
    shares: OptionShares | None = None
    """The share of each option (of yes and no, where the question is of that kind); they sum to 1."""
    number: Distribution | None = None
    """How the answers to a question of kind number are spread."""
    source: Cited | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Answered":
        return _says_how(self)


Says = TypeVar("Says", Case, Answered)


def _says_how(given: Says) -> Says:
    if (given.shares is None) == (given.number is None):
        raise refusal("Nothing says how it is answered.", "Give either shares or, for a question of numbers, number.")
    return given


class Change(Strict):
    """How often an answer changes later, without a step that asks again: who leads, or how soon someone must come."""

    share: Share
    """The share of those who come for whom it changes, if it has been given and they are still there."""
    after_hours: Distribution
    """The hours from the receipt until it does."""
    shares: OptionShares
    """The share of each option among the new answers; they sum to 1."""
    source: Cited | None = None


class Interruption(Strict):
    """How often a reason comes up for which clocks stand still. Until it is over, nobody sets out to the person."""

    share: Share
    """The share of those who come for whom it does, if they are still there."""
    after_hours: Distribution
    """The hours from the receipt until it does."""
    lasts_hours: Distribution
    source: Cited | None = None


class Patience(Strict):
    """How long people wait for an answer before they give up."""

    minutes: Distribution
    source: Cited | None = None


def _by(key: Any, value: Any) -> Any:
    return Annotated[Mapping[key, value], AfterValidator(frozen)]


class Assumptions(Strict):
    """What is assumed about each id of pathways.yaml."""

    arrivals: Annotated[Mapping[CitedPathway, Arrivals], AfterValidator(frozen)] = Field(default_factory=empty)
    """By pathway."""
    steps: Annotated[
        Mapping[CitedPathway, Annotated[Mapping[Annotated[Id, Cites("step")], StepTime], AfterValidator(frozen)]],
        AfterValidator(frozen),
    ] = Field(default_factory=empty)
    """By pathway and step."""
    ends: Annotated[
        Mapping[CitedPathway, Annotated[Mapping[Annotated[Id, Cites("end")], EndTime], AfterValidator(frozen)]],
        AfterValidator(frozen),
    ] = Field(default_factory=empty)
    """By pathway and end."""
    answers: Annotated[Mapping[Annotated[Id, Cites("question")], Answered], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """By question."""
    changes: Annotated[
        Mapping[CitedPathway, Annotated[Mapping[Annotated[Id, Cites("question")], Change], AfterValidator(frozen)]],
        AfterValidator(frozen),
    ] = Field(default_factory=empty)
    """By pathway and question."""
    pauses: Annotated[
        Mapping[CitedPathway, Annotated[Mapping[Annotated[Id, Cites("pause")], Interruption], AfterValidator(frozen)]],
        AfterValidator(frozen),
    ] = Field(default_factory=empty)
    """By pathway and reason to pause; one without a share comes up for nobody."""
    staff: Annotated[Mapping[CitedResource, Staffed], AfterValidator(frozen)] = Field(default_factory=empty)
    """By resource of kind staff."""
    beds: Annotated[Mapping[CitedResource, Beds], AfterValidator(frozen)] = Field(default_factory=empty)
    """By resource of kind bed."""
    patience: Annotated[Mapping[CitedPathway, Patience], AfterValidator(frozen)] = Field(default_factory=empty)
    """By pathway; without it nobody gives up."""

    def changed_by(self, over: "Assumptions") -> "Assumptions":
        """These assumptions with others laid over them, where those say something."""
        found: Assumptions = _laid_over(self, over)
        return found


class Scenario(Named):
    """The same service under other assumptions; what is not named stays as it is."""

    assume: Assumptions


class Simulate(Assumptions):
    """simulate.yaml: assumptions only."""

    scenarios: Annotated[ById[Scenario], Defines("scenario")] = Field(default_factory=empty)
    sliders: Annotated[ById[Slider], Defines("slider")] = Field(default_factory=empty)
    """The few numbers that matter, which people may move on the page of scenarios."""
    population: Population | None = None
    """Everybody in the place over years, where a place wants to know what they will need."""

    @model_validator(mode="after")
    def _is_whole(self) -> "Simulate":
        for id, arrivals in self.arrivals.items():
            for name, given in (
                ("per_year", arrivals.per_year),
                ("from", arrivals.origins),
                ("source", arrivals.source),
            ):
                if given is None:
                    raise refusal(f"{name} is missing.", "Add it.", within=("arrivals", id))
        return self

    def under(self, scenario: str | None = None) -> Assumptions:
        """The assumptions as they stand, or with what a scenario changes laid over them. Raises KeyError."""
        plain = Assumptions.model_construct(**{name: getattr(self, name) for name in Assumptions.model_fields})
        return plain if scenario is None else plain.changed_by(self.scenarios[scenario].assume)


def _laid_over(under: Any, over: Any) -> Any:
    """`over` where it says something, `under` elsewhere; shares, answers and lists count as a whole."""
    if isinstance(over, Fixed | Exponential | Lognormal | Gamma | Triangular | Uniform | Staffed | Answered):
        return over
    if isinstance(over, Strict) and type(over) is type(under):
        if isinstance(over, StepTime) and over.wait_hours is not None and not over.wait_hours_by:
            under = under.model_copy(update={"wait_hours_by": empty()})  # whoever gives one wait means everybody's
        said = {name: _laid_over(getattr(under, name), getattr(over, name)) for name in over.model_fields_set}
        return type(over).model_construct(**{**dict(under), **said})
    if (
        isinstance(over, Mapping)
        and isinstance(under, Mapping)
        and all(isinstance(v, Strict | Mapping) for v in over.values())
    ):
        return frozen({**under, **{key: _laid_over(under.get(key), value) for key, value in over.items()}})
    return over
