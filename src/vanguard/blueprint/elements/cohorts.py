"""cohorts.yaml: for whom the care model is, why, and who looks through them."""

from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from vanguard.blueprint.elements.basics import ById, Cited, Cites, Defines, Id, Named, Period, Strict, empty
from vanguard.blueprint.wording import PersonCondition, orderable, saying
from vanguard.lake.condition import Saying

SAYING_SCHEMA = {
    "description": "One text, with columns in braces, or count (a column) with the texts one and many.",
    "oneOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {part: {"type": "string"} for part in ("count", "one", "many")},
            "required": ["count", "one", "many"],
            "additionalProperties": False,
        },
    ],
}


class Reason(Strict):
    """Why someone is in a cohort: where `when` holds, `say` is said and `points` count."""

    when: PersonCondition
    say: Annotated[Saying, PlainValidator(saying), WithJsonSchema(SAYING_SCHEMA)]
    points: Annotated[int, Field(ge=0, le=1000)]
    source: Cited


class Review(Strict):
    """Who looks through the cohort, and how often (an ISO 8601 duration such as P1M)."""

    by: Annotated[tuple[Annotated[Id, Cites("role")], ...], Field(min_length=1)]
    every: Period


class Order(Strict):
    """What decides between persons of the same points; those without a value come last."""

    by: Annotated[str, PlainValidator(orderable), WithJsonSchema({"type": "string"})]
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
