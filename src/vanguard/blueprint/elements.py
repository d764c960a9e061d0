"""The elements of a blueprint as frozen typed objects."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from vanguard.blueprint.wording import condition, orderable, saying
from vanguard.lake.condition import Condition, Saying

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Period = Annotated[str, Field(pattern=r"^P([1-9][0-9]*)[DWMY]$")]
Element = TypeVar("Element")


def _name_each(value: Any) -> Any:
    """Give each element of a mapping its own id, so that it can be passed on alone."""
    if not isinstance(value, dict):
        return value
    return {
        key: {**spec, "id": key} if isinstance(spec, dict) and "id" not in spec else spec for key, spec in value.items()
    }


ById = Annotated[
    Mapping[str, Element], BeforeValidator(_name_each), AfterValidator(lambda found: MappingProxyType(found))
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Source(_Strict):
    """A paper that elements cite, or our own judgement."""

    id: Id
    title: Words
    publisher: Words
    published: Words


class Cited(_Strict):
    """Which source an element rests on, and where in it."""

    cites: Id
    at: Words | None = None


class Role(_Strict):
    """Someone who acts in the care model."""

    id: Id
    label: Words
    source: Cited


class Tier(_Strict):
    """A level of need, lowest first."""

    id: Id
    label: Words
    purpose: Words
    source: Cited


class Effective(_Strict):
    """The days on which the version is in force, both included; without `to` until the next."""

    start: Annotated[date, Field(alias="from")]
    to: date | None = None


class Reason(_Strict):
    """Why someone is in a cohort: where `when` holds, `say` is said and `points` count."""

    when: Annotated[Condition, PlainValidator(condition)]
    say: Annotated[Saying, PlainValidator(saying)]
    points: Annotated[int, Field(ge=0, le=1000)]
    source: Cited


class Review(_Strict):
    """Who looks through the cohort, and how often (an ISO 8601 duration such as P1M)."""

    by: Annotated[tuple[Id, ...], Field(min_length=1)]
    every: Period


class Order(_Strict):
    """What decides between persons of the same points; those without a value come last."""

    by: Annotated[str, PlainValidator(orderable)]
    first: Literal["highest", "lowest"]


class Cohort(_Strict):
    """Some of the people of a place, chosen by a condition over person_feature."""

    id: Id
    label: Words
    tier: Id
    source: Cited
    who: Annotated[Condition, PlainValidator(condition)]
    because: Annotated[tuple[Reason, ...], Field(min_length=1)]
    review: Review
    order: tuple[Order, ...] = ()


class Main(_Strict):
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


class Cohorts(_Strict):
    """cohorts.yaml: for whom the care model is."""

    cohorts: ById[Cohort]


class Blueprint(Main):
    """A whole blueprint, checked. Mappings are by id, in the files' order."""

    cohorts: ById[Cohort]


FILES: dict[str, type[_Strict]] = {"blueprint.yaml": Main, "cohorts.yaml": Cohorts}


def fields_at(model: type[BaseModel], place: tuple[str | int, ...]) -> tuple[str, ...]:
    """The names that may stand at a place of a file, for naming the nearest right one."""
    found: type[BaseModel] | None = model
    for step in place:
        field = _field(found, step) if found and isinstance(step, str) else None
        found = _model_in(field.annotation) if field else found
    return tuple(field.alias or name for name, field in found.model_fields.items()) if found else ()


def _field(model: type[BaseModel], name: str) -> Any:
    return next((f for own, f in model.model_fields.items() if name in (own, f.alias)), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_model_in(part) for part in getattr(annotation, "__args__", ())]
    return next((part for part in inner if part), None)


def readable(pattern: str) -> str:
    """What a pattern asks for, in words."""
    if re.fullmatch(pattern, "P1M"):
        return "a period such as P1M (a month), P2W or P90D"
    return "a version such as 1.0.0" if re.fullmatch(pattern, "1.0.0") else "small letters, digits, _ and -"
