"""What every element is made of: ids, words, times, numbers, what cites what, and strictness."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from vanguard.blueprint.meanings import meanings
from vanguard.blueprint.refusal import refusal


@dataclass(frozen=True)
class Defines:
    """Marks a mapping whose keys, or a list whose items, are the ids of this kind. Others may cite them."""

    kind: str


@dataclass(frozen=True)
class Cites:
    """Marks an id that must be one of this kind, defined anywhere in the blueprint.

    Ids that are defined within another element (a step within a pathway) are looked up in the element of that
    kind which encloses the citation.
    """

    kind: str


Element = TypeVar("Element")
Number = TypeVar("Number", int, float, Decimal)


def named(value: Any) -> Any:
    """Give each element of a mapping its own id, so that it can be passed on alone."""
    if not isinstance(value, dict):
        return value
    return {key: {**spec, "id": key} if isinstance(spec, dict) else spec for key, spec in value.items()}


def frozen(found: Mapping[str, Element]) -> Mapping[str, Element]:
    return MappingProxyType(dict(found))


def yes_or_no(value: Any) -> Any:
    """YAML's older reading of yes and no as truth values holds only where a truth value is wanted."""
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


def _exact(value: Any) -> Decimal:
    """A decimal number exactly as written."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("float_type", "")
    if not math.isfinite(value):
        raise PydanticCustomError("finite_number", "")
    return Decimal(repr(value))


def _sums_to_one(shares: Mapping[str, Number]) -> Mapping[str, Number]:
    total = math.fsum(shares.values())
    if not math.isclose(total, 1, rel_tol=0, abs_tol=1e-9):
        raise refusal(f"These shares sum to {total:.10g}, not 1.", "Change them until they sum to 1.")
    return MappingProxyType(dict(shares))


ID = r"^[a-z][a-z0-9_-]{0,59}$"
VERSION = r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})"
SITE = r"^[a-z0-9][a-z0-9-]{0,59}$"
ONE_VERSION = f"^{VERSION}$"
NAMED_VERSION = rf"^[a-z][a-z0-9_-]{{0,59}}@{VERSION}$"
PERIOD = r"^P([1-9][0-9]{0,3})[DWMY]$"

Id = Annotated[str, Field(pattern=ID)]
SiteId = Annotated[str, Field(pattern=SITE)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Version = Annotated[str, Field(pattern=ONE_VERSION)]
Period = Annotated[str, Field(pattern=PERIOD)]
YesNo = Annotated[bool, BeforeValidator(yes_or_no), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Pence = Annotated[int, Field(ge=0, le=10**15)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Exact = Annotated[
    Decimal,
    PlainValidator(_exact),
    Field(ge=0, le=1),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
ById = Annotated[Mapping[Id, Element], BeforeValidator(named), AfterValidator(frozen)]
Shares = Annotated[Mapping[Element, Share], AfterValidator(_sums_to_one)]
ExactShares = Annotated[Mapping[Element, Exact], AfterValidator(_sums_to_one)]


def empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With what its parts mean, for editors and for the reference."""
        described = handler(schema)
        parts = handler.resolve_ref_schema(described).get("properties", {})
        said = meanings(cls)
        for name, field in cls.model_fields.items():
            if name in said:
                parts[field.alias or name]["description"] = said[name]
        return described

    @classmethod
    def defines(cls, written: Mapping[str, Any]) -> Iterable[tuple[str, str]]:  # noqa: ARG003 - for those that do
        """Ids that others may cite and that stand in no field of what is written: kind and id."""
        return ()


class Cited(Strict):
    """Which source an element rests on, and where in it."""

    cites: Annotated[Id, Cites("source")]
    """The id of a source in blueprint.yaml."""
    at: Words | None = None
    """Where in the source: a page, a section, a table."""
    sites: tuple[Annotated[SiteId, Cites("site")], ...] = ()
    """Ids of the sites of blueprint.yaml that have the element, or planned it."""


class Named(Strict):
    """An element with an id (the name it stands under), a label for people, and where it comes from."""

    id: str
    label: Words
    """What people call it."""
    source: Cited
    """Where it comes from: the source, and where in it."""
