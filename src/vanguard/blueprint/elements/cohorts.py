"""cohorts.yaml: for whom the care model is, why, and who looks through them."""

from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from vanguard.blueprint.elements.basics import ById, Cited, Id, Period, Strict, Words
from vanguard.blueprint.wording import condition, orderable, saying
from vanguard.lake.condition import Condition, Saying


class Reason(Strict):
    """Why someone is in a cohort: where `when` holds, `say` is said and `points` count."""

    when: Annotated[Condition, PlainValidator(condition)]
    say: Annotated[Saying, PlainValidator(saying)]
    points: Annotated[int, Field(ge=0, le=1000)]
    source: Cited


class Review(Strict):
    """Who looks through the cohort, and how often (an ISO 8601 duration such as P1M)."""

    by: Annotated[tuple[Id, ...], Field(min_length=1)]
    every: Period


class Order(Strict):
    """What decides between persons of the same points; those without a value come last."""

    by: Annotated[str, PlainValidator(orderable)]
    first: Literal["highest", "lowest"]


class Cohort(Strict):
    """Some of the people of a place, chosen by a condition over person_feature."""

    id: Id
    label: Words
    tier: Id
    source: Cited
    who: Annotated[Condition, PlainValidator(condition)]
    because: Annotated[tuple[Reason, ...], Field(min_length=1)]
    review: Review
    order: tuple[Order, ...] = ()


class Cohorts(Strict):
    """cohorts.yaml: for whom the care model is."""

    cohorts: ById[Cohort]
