"""The elements of a blueprint as frozen typed objects: one file here for each file of a blueprint."""

import re
from typing import Any

from pydantic import BaseModel

from vanguard.blueprint.elements.basics import ById, Cited, Strict
from vanguard.blueprint.elements.cohorts import Cohort, Cohorts, Order, Reason, Review
from vanguard.blueprint.elements.main import Effective, Main, Role, Source, Tier


class Blueprint(Main):
    """A whole blueprint, checked. Mappings are by id, in the files' order."""

    cohorts: ById[Cohort]


FILES: dict[str, type[Strict]] = {"blueprint.yaml": Main, "cohorts.yaml": Cohorts}


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


__all__ = [
    "FILES",
    "Blueprint",
    "Cited",
    "Cohort",
    "Cohorts",
    "Effective",
    "Main",
    "Order",
    "Reason",
    "Review",
    "Role",
    "Source",
    "Strict",
    "Tier",
    "fields_at",
    "readable",
]
