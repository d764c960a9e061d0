"""The eight published age bands, with the assumptions that turn them into single years and sexes."""

from dataclasses import dataclass
from functools import cache

from vanguard.synth.margins.files import document


@dataclass(frozen=True)
class AgeBand:
    """Ages `first` to `last` in completed years, the share of women, how numbers change by year of age."""

    id: str
    first: int
    last: int
    female: float
    yearly: float


@cache
def age_bands() -> tuple[AgeBand, ...]:
    """The age bands from youngest to oldest."""
    return tuple(
        AgeBand(band["id"], band["from"], band["to"], band["female"], band["yearly"])
        for band in document("ages.yaml")["bands"]
    )
