"""Addresses: a home for each household, another where it lived before, and care homes."""

import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from vanguard.synth.chance import Ints, Stream, pick_many
from vanguard.synth.columns import Texts
from vanguard.synth.margins import practices, small_areas, streets
from vanguard.synth.rates import rates

POSTCODES_PER_AREA = 36
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Homes:
    """One row a home: its line of address, postcode, small area and practice (positions in the margins)."""

    line: Texts
    postcode: Texts
    area: Ints
    practice: Ints


def settle(rng: Stream, area: Ints, practice: Ints, *, care_homes: int, first_care_home: int = 0) -> Homes:
    """A home in each of these areas; the last `care_homes` of them are care homes, numbered from
    `first_care_home`."""
    words = streets()
    which = rng.integers(0, POSTCODES_PER_AREA, len(area))
    # One postcode is one street.
    street = (area * 7919 + which * 104_729) % (len(words.first) * len(words.last))
    number = rng.integers(1, 120, len(area))
    named = rng.random(len(area)) < 0.04
    private = len(area) - care_homes
    doors = np.array([str(door) for door in range(120)] + [f"{house}," for house in words.houses], dtype=object)
    door = doors[np.where(named, 120 + number % len(words.houses), number)]
    door[private:] = [f"{_care_home(first_care_home + extra)}," for extra in range(care_homes)]
    roads = np.array([f" {first} {last}, " for first in words.first for last in words.last], dtype=object)
    towns = np.array([words.towns[place.postal_district] for place in small_areas()], dtype=object)
    lines = door + roads[street] + towns[area]
    postcode = _postcodes()[area, which]
    return Homes(lines, postcode, area, practice)


def _care_home(number: int) -> str:
    """The name of a care home, the same for each number."""
    titles = streets().care_homes
    again, title = divmod(number, len(titles))
    return f"{titles[title]} Care Home" + (f" {again + 1}" if again else "")


def care_home_ids(lines: Texts) -> list[str]:
    """Location numbers of care homes, like those of the regulator but beginning with 9, by their lines."""
    return [f"9-{zlib.crc32(line.encode()) % 10**9:09d}" for line in lines]


def choose_practices(rng: Stream, area: Ints) -> Ints:
    """A practice for each household by area: one of the area's locality by list size, or now and then
    another of the same clinical commissioning group."""
    elsewhere = rates("lives")["elsewhere_in_ccg"]
    chosen = np.zeros(len(area), dtype=np.int64)
    away = rng.random(len(area)) < elsewhere
    ccg = {practice.locality: practice.ccg for practice in practices()}
    locality = np.array([place.locality for place in small_areas()])[area]
    for one in sorted(ccg):
        for far in (False, True):
            here = np.flatnonzero((locality == one) & (away == far))
            weights = [p.list_size if (p.ccg == ccg[one] if far else p.locality == one) else 0 for p in practices()]
            chosen[here] = pick_many(rng, weights, len(here))
    return chosen


@cache
def _postcodes() -> Texts:
    """Invented postcodes of each small area, all different, in the area's postal district."""
    used: dict[str, int] = {}
    found = []
    for place in small_areas():
        mine = []
        for _ in range(POSTCODES_PER_AREA):
            count = used.get(place.postal_district, 0)
            used[place.postal_district] = count + 1
            pair, sector = divmod(count, 9)
            first, second = divmod(pair * 7 % 400, 20)
            mine.append(f"{place.postal_district} {sector + 1}{LETTERS[first]}{LETTERS[second]}")
        found.append(mine)
    return np.array(found, dtype=object)
