"""Scores that add up conditions of primary-care records: the Cambridge score and the Electronic Frailty Index.
Their codes are the place's to supply."""

from dataclasses import dataclass
from functools import cache

from vanguard.codes.bands import Band, read_bands
from vanguard.codes.code_set import CodeSet, load
from vanguard.codes.groupings import Grouping, codes_of


@dataclass(frozen=True)
class WeightedCondition(Grouping):
    """A condition and what it adds, in the score's smallest units. `from_medicines`: no coded entry can tell it."""

    units: int
    from_medicines: bool = False


@dataclass(frozen=True)
class WeightedScore:
    """The value is the sum of units divided by `units_in_one`, shown with so many `decimals`."""

    about: CodeSet
    conditions: tuple[WeightedCondition, ...]
    units_in_one: int
    decimals: int
    bands: tuple[Band, ...]


@cache
def cambridge_score() -> WeightedScore:
    """The Cambridge Multimorbidity Score for the general outcome, in hundredths."""
    about, data = load("cambridge_multimorbidity")
    found = tuple(
        WeightedCondition(id, spec["label"], codes_of(spec), spec["hundredths"])
        for id, spec in data["conditions"].items()
    )
    return WeightedScore(about, found, units_in_one=100, decimals=2, bands=())


@cache
def electronic_frailty_index() -> WeightedScore:
    """The Electronic Frailty Index: deficits, of 36."""
    about, data = load("electronic_frailty_index")
    found = tuple(
        WeightedCondition(id, spec["label"], codes_of(spec), 1, spec.get("from_medicines", False))
        for id, spec in data["deficits"].items()
    )
    return WeightedScore(about, found, units_in_one=len(found), decimals=3, bands=read_bands(data["bands"]))
