"""The Charlson comorbidity index: its codings, and under each the variants that weigh it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from vanguard.codes.bands import Band, read_bands
from vanguard.codes.code_set import CodeSet, load
from vanguard.codes.groupings import Grouping, codes_of

CODINGS = ("charlson_quan_2005", "charlson_shmi")


@dataclass(frozen=True)
class CharlsonVariant:
    """One named way to weigh. Values of two variants are never comparable.

    `points` are of each category, `age_points` pairs of an age in completed years and the points from there on.
    A sum below `floor` counts as `floor`.
    """

    id: str
    label: str
    points: tuple[tuple[str, int], ...]
    age_points: tuple[tuple[int, int], ...]
    floor: int | None
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class CharlsonCoding:
    """Which ICD-10 codes make which category. `suppresses` are pairs of a severe and the mild form it silences."""

    about: CodeSet
    categories: tuple[Grouping, ...]
    suppresses: tuple[tuple[str, str], ...]
    variants: tuple[CharlsonVariant, ...]


@cache
def charlson() -> tuple[CharlsonCoding, ...]:
    """Every coding: Quan's of 2005, then that of the SHMI."""
    return tuple(_coding(name) for name in CODINGS)


def _coding(name: str) -> CharlsonCoding:
    about, data = load(name)
    categories = data["categories"]
    return CharlsonCoding(
        about=about,
        categories=tuple(Grouping(id, spec["label"], codes_of(spec)) for id, spec in categories.items()),
        suppresses=tuple(data["suppresses"].items()),
        variants=tuple(_variant(id, spec, categories) for id, spec in data["variants"].items()),
    )


def _variant(id: str, spec: dict[str, Any], categories: dict[str, Any]) -> CharlsonVariant:
    weighed_as = spec.get("points", id)
    return CharlsonVariant(
        id=id,
        label=spec["label"],
        points=tuple((category, of["points"][weighed_as]) for category, of in categories.items()),
        age_points=tuple(spec.get("age_points", {}).items()),
        floor=spec.get("floor"),
        bands=read_bands(spec.get("bands", {})),
    )
