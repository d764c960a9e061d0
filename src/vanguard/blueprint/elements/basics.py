"""What every element is made of: ids, words, durations, sources, and strictness."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

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


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Cited(Strict):
    """Which source an element rests on, and where in it."""

    cites: Id
    at: Words | None = None
