"""contract.yaml: who is paid for whom, how much, and what happens when it costs less or more. Money is in pence."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from vanguard.blueprint.elements.basics import (
    ById,
    Cited,
    Cites,
    Defines,
    Exact,
    ExactShares,
    Finite,
    Id,
    Named,
    Pence,
    Positive,
    Strict,
    Words,
    empty,
)
from vanguard.blueprint.refusal import refusal
from vanguard.blueprint.wording import PersonCondition

Partner = Annotated[Id, Cites("partner")]
Age = Annotated[int, Field(ge=0, le=150)]


class Party(Named):
    """An organisation that pays, is paid, or both."""

    pays_or_is_paid: Literal["pays", "is_paid", "both"]


class Population(Strict):
    """Whom the contract is for: everyone registered, or those of them in a cohort or for whom `whom` holds."""

    cohort: Annotated[Id, Cites("cohort")] | None = None
    whom: PersonCondition | None = None
    source: Cited


class Weight(Strict):
    """How much more or less a head of some age counts than the average."""

    ages: Annotated[tuple[Age, ...], Field(min_length=2, max_length=2)]
    """The first and the last age, both included."""
    sex: Literal["female", "male"] | None = None
    weight: Positive


class Capitation(Strict):
    """So much for each head and year."""

    per_head_pence: Pence
    growth: Exact = Field(default=Decimal(0), json_schema_extra={"default": 0})
    """By which share it grows each year of the contract."""
    weights: tuple[Weight, ...] = ()
    source: Cited

    @model_validator(mode="after")
    def _ages_once(self) -> "Capitation":
        for number, weight in enumerate(self.weights):
            if weight.ages[1] < weight.ages[0]:
                raise refusal("The last age is below the first.", "Write [65, 74].", within=("weights", number, "ages"))
        for (_, a), (number, b) in itertools.combinations(enumerate(self.weights), 2):
            same_sex = a.sex is None or b.sex is None or a.sex == b.sex
            if same_sex and a.ages[0] <= b.ages[1] and b.ages[0] <= a.ages[1]:
                what = f"The ages {b.ages[0]} to {b.ages[1]} overlap with {a.ages[0]} to {a.ages[1]}."
                raise refusal(what, "Give each age one weight.", within=("weights", number, "ages"))
        return self


class Contribution(Named):
    """What one partner puts into the pooled fund."""

    partner: Partner
    pence_a_year: Pence
    covers: Words
    """The services that the money is for."""


class Threshold(Strict):
    """From this value of the measure on, this share of the payment is earned."""

    at: Finite
    earns: Exact


class Indicator(Strict):
    """A measure that earns money."""

    measure: Annotated[Id, Cites("measure")]
    weight: Exact
    """Its share of the money for performance; the weights of all indicators sum to 1."""
    thresholds: Annotated[tuple[Threshold, ...], Field(min_length=1)]
    between: Literal["steps", "straight_line"] = "steps"
    """Between two thresholds: what the one passed earns, or in proportion."""
    source: Cited
    id: str

    @model_validator(mode="after")
    def _in_order(self) -> "Indicator":
        values = [threshold.at for threshold in self.thresholds]
        earned = [threshold.earns for threshold in self.thresholds]
        rising, falling = sorted(set(values)), sorted(set(values), reverse=True)
        if values not in (rising, falling) or earned != sorted(earned):
            what = "The thresholds are not in order."
            do = "List them from the worst value to the best; what they earn never falls."
            raise refusal(what, do, within=("thresholds",))
        return self


class Performance(Strict):
    """Money that is earned by results."""

    share_of_budget: Exact
    """How much of the budget is held back for it."""
    paid_to: ExactShares[Partner]
    """Which partner gets which share."""
    indicators: Annotated[ById[Indicator], Defines("indicator"), Field(min_length=1)]
    source: Cited

    @model_validator(mode="after")
    def _weights_sum(self) -> "Performance":
        total = sum(indicator.weight for indicator in self.indicators.values())
        if total != 1:
            do = "Change them until they sum to 1."
            raise refusal(f"The weights of the indicators sum to {total}, not 1.", do, within=("indicators",))
        return self


class Sharing(Strict):
    """Who bears or keeps a difference between the budget and what care cost."""

    beyond: Exact = Field(default=Decimal(0), json_schema_extra={"default": 0})
    """The share of the budget by which it must differ before anything is shared."""
    at_most: Exact
    """The share of the budget beyond which nothing more is shared: the cap of a gain, the collar of a loss."""
    shares: ExactShares[Partner]
    """Which partner bears or keeps which share."""
    source: Cited

    @model_validator(mode="after")
    def _in_order(self) -> "Sharing":
        if self.at_most <= self.beyond:
            what = f"Nothing is ever shared: it begins beyond {self.beyond} and ends at {self.at_most}."
            raise refusal(what, "Let at_most be more than beyond.", within=("at_most",))
        return self


class Contract(Named):
    """One contract for a whole population."""

    start: Annotated[date, Field(alias="from")]
    to: date
    partners: Annotated[ById[Party], Defines("partner"), Field(min_length=1)]
    population: Population
    capitation: Capitation | None = None
    pool: Annotated[ById[Contribution], Defines("contribution")] = Field(default_factory=empty)
    performance: Performance | None = None
    gain: Sharing | None = None
    """When care costs less than the budget."""
    risk: Sharing | None = None
    """When care costs more than the budget."""

    @model_validator(mode="after")
    def _has_a_budget(self) -> "Contract":
        if self.to < self.start:
            do = "The last day is never before the first."
            raise refusal(f"{self.to} is before {self.start}.", do, within=("to",))
        if self.capitation is None and not self.pool:
            raise refusal("The contract has no budget.", "Give capitation, a pool or both.")
        return self


class Contracts(Strict):
    """contract.yaml: who is paid for whom, and how much."""

    contracts: Annotated[ById[Contract], Defines("contract")] = Field(default_factory=empty)
