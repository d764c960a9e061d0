"""The margins of the synthetic place: its small areas, practices and localities, ages, names and streets.
Published facts re-expressed in our own form, and stated assumptions; `source.yaml` says which is which."""

from vanguard.synth.margins.ages import AgeBand, age_bands
from vanguard.synth.margins.places import (
    Hospital,
    Locality,
    Practice,
    SmallArea,
    hospitals,
    localities,
    practices,
    small_areas,
)
from vanguard.synth.margins.words import Community, Streets, communities, published, streets

__all__ = [
    "AgeBand",
    "Community",
    "Hospital",
    "Locality",
    "Practice",
    "SmallArea",
    "Streets",
    "age_bands",
    "communities",
    "hospitals",
    "localities",
    "practices",
    "published",
    "small_areas",
    "streets",
]
