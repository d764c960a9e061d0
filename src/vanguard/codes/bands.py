"""Bands of a score: runs of whole units with a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Band:
    """A band of a score in its smallest units (tenths, points), both ends included; `last` is None at the top."""

    id: str
    label: str
    first: int
    last: int | None


def read_bands(spec: dict[str, Any]) -> tuple[Band, ...]:
    """The bands of a code set's file, in its order."""
    return tuple(Band(id, band["label"], band["from"], band.get("to")) for id, band in spec.items())


def band_of(bands: Iterable[Band], units: int) -> Band | None:
    """The band in which `units` lie; None where no band is published for them."""
    return next((b for b in bands if b.first <= units and (b.last is None or units <= b.last)), None)
