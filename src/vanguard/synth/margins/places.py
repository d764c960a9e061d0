"""Localities, practices and small areas of the place that `synth` imitates."""

from dataclasses import dataclass
from functools import cache

from vanguard.synth.margins.ages import age_bands
from vanguard.synth.margins.files import document, rows


@dataclass(frozen=True)
class Locality:
    """A cluster of practices: our code, name and the CCG code (10Y or 10H) that it belongs to."""

    code: str
    name: str
    ccg: str


@dataclass(frozen=True)
class Practice:
    """A general practice of April 2015: `ccg` is a code, `locality` a Locality's code, `list_size` in
    people."""

    code: str
    name: str
    postcode: str
    ccg: str
    locality: str
    list_size: int
    list_size_assumed: bool


@dataclass(frozen=True)
class SmallArea:
    """A lower-layer super output area of 2011. `residents` are counts in the order of `age_bands()`.

    `imd_decile` is 1 for the most deprived tenth of England; `imd_score` rises with deprivation.
    """

    code: str
    name: str
    district: str
    rural_class: str
    imd_score: float
    imd_decile: int
    locality: str
    postal_district: str
    residents: tuple[int, ...]


@dataclass(frozen=True)
class Hospital:
    """A hospital trust, or one of its sites, by the code that its extracts carry."""

    code: str
    name: str


@cache
def hospitals() -> tuple[Hospital, ...]:
    """Where people of the place go to hospital, within the county and beyond it."""
    return tuple(Hospital(row["code"], row["name"]) for row in rows("hospitals.csv"))


@cache
def localities() -> tuple[Locality, ...]:
    """The seven localities, in the order of `localities.yaml`."""
    return tuple(
        Locality(id, entry["name"], entry["ccg"]) for id, entry in document("localities.yaml")["localities"].items()
    )


@cache
def practices() -> tuple[Practice, ...]:
    """The 56 practices by code, each in the locality that its postal district says."""
    by_district = {
        district: id
        for id, entry in document("localities.yaml")["localities"].items()
        for district in entry["practices_in"]
    }
    return tuple(
        Practice(
            code=row["code"],
            name=row["name"],
            postcode=row["postcode"],
            ccg=row["ccg"],
            locality=by_district[row["postcode"].split()[0]],
            list_size=int(row["list_size"]),
            list_size_assumed=row["list_from"] == "assumed",
        )
        for row in rows("practices.csv")
    )


@cache
def small_areas() -> tuple[SmallArea, ...]:
    """The 320 small areas by code, each in the locality that its district and number say.

    Where a group of areas has several postal districts, its areas take them in turn.
    """
    groups = {
        (group["district"], number): (id, tuple(group["postal_districts"]))
        for id, entry in document("localities.yaml")["localities"].items()
        for group in entry["areas"]
        for number in group["numbers"]
    }
    areas = []
    for position, row in enumerate(rows("small_areas.csv")):
        # An area's name ends in its middle-layer number and a letter: `Aylesbury Vale 021A`.
        locality, postal_districts = groups[row["district"], int(row["name"][-4:-1])]
        areas.append(
            SmallArea(
                code=row["code"],
                name=row["name"],
                district=row["district"],
                rural_class=row["rural_class"],
                imd_score=float(row["imd_score"]),
                imd_decile=int(row["imd_decile"]),
                locality=locality,
                postal_district=postal_districts[position % len(postal_districts)],
                residents=tuple(int(row[band.id]) for band in age_bands()),
            )
        )
    return tuple(areas)
