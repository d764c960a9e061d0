"""cohorts.yaml: for whom the care model is, why, and who looks through them."""

from typing import Annotated, Literal

from pydantic import Field

from vanguard.blueprint.elements.basics import ById, Cited, Cites, Defines, Id, Named, Period, Strict, empty
from vanguard.blueprint.wording import OrderedColumn, PersonCondition, PersonSaying


class Reason(Strict):
    """Why someone is in a cohort: where `when` holds, `say` is said and `points` count."""

    when: PersonCondition
    say: PersonSaying
    points: Annotated[int, Field(ge=0, le=1000)]
    source: Cited


class Review(Strict):
    """Who looks through the cohort, and how often (an ISO 8601 duration such as P1M)."""

    by: Annotated[tuple[Annotated[Id, Cites("role")], ...], Field(min_length=1)]
    every: Period


class Order(Strict):
    """What decides between persons of the same points; those without a value come last."""

    by: OrderedColumn
    first: Literal["highest", "lowest"]


class Cohort(Named):
    """Some of the people of a place, chosen by a condition over person_feature."""

    tier: Annotated[Id, Cites("tier")]
    who: PersonCondition
    because: Annotated[tuple[Reason, ...], Field(min_length=1)]
    review: Review
    order: tuple[Order, ...] = ()


class Cohorts(Strict):
    """cohorts.yaml: for whom the care model is."""

    cohorts: Annotated[ById[Cohort], Defines("cohort")] = Field(default_factory=empty)
