"""The Hospital Frailty Risk Score: its weights and its bands."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vanguard.codes.bands import Band, read_bands
from vanguard.codes.code_set import CodeSet, load

# Who reads a blueprint needs codes, but no Arrow, which is slow to import.
if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class FrailtyWeights:
    """Tenths of a point of each three-character ICD-10 category, and to whom the score applies.

    Formula: Gilbert and others, Lancet 2018;391:1775-82: the sum of the weights, each category once.
    """

    about: CodeSet
    tenths: tuple[tuple[str, int], ...]
    bands: tuple[Band, ...]
    minimum_age: int
    look_back_years: int


@cache
def frailty_weights() -> FrailtyWeights:
    """The published weights, by falling weight."""
    about, data = load("hospital_frailty")
    return FrailtyWeights(
        about=about,
        tenths=tuple((code, weight) for weight, codes in data["weights"].items() for code in codes),
        bands=read_bands(data["bands"]),
        minimum_age=data["minimum_age"],
        look_back_years=data["look_back_years"],
    )


def frailty_table() -> "pa.Table":
    """Columns `category` (three-character ICD-10, no system before it) and `tenths`."""
    import pyarrow as pa

    weights = frailty_weights().tenths
    return pa.table(
        {
            "category": pa.array([code for code, _ in weights], pa.string()),
            "tenths": pa.array([tenths for _, tenths in weights], pa.int64()),
        }
    )


def frailty_bands_table() -> "pa.Table":
    """Columns `band`, `label`, `first` and `last` in tenths, both included; `last` is null at the top."""
    import pyarrow as pa

    bands = frailty_weights().bands
    return pa.table(
        {
            "band": pa.array([band.id for band in bands], pa.string()),
            "label": pa.array([band.label for band in bands], pa.string()),
            "first": pa.array([band.first for band in bands], pa.int64()),
            "last": pa.array([band.last for band in bands], pa.int64()),
        }
    )
