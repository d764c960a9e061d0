"""Addresses: a home for each household, another where it lived before, and care homes."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Ints, Stream, pick_many
from vanguard.synth.margins import practices, small_areas, streets
from vanguard.synth.rates import rates

POSTCODES_PER_AREA = 14
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Homes:
    """One row a home: its line of address, postcode, small area and practice (positions in the margins)."""

    line: list[str]
    postcode: list[str]
    area: Ints
    practice: Ints


def settle(rng: Stream, area: Ints, practice: Ints, *, care_homes: int) -> Homes:
    """A home in each of these areas; the last `care_homes` of them are care homes."""
    words = streets()
    codes = _postcodes()
    which = rng.integers(0, POSTCODES_PER_AREA, len(area))
    # One postcode is one street.
    street = (area * 7919 + which * 104_729) % (len(words.first) * len(words.last))
    number = rng.integers(1, 120, len(area))
    named = rng.random(len(area)) < 0.04
    lines, postcodes = [], []
    private = len(area) - care_homes
    for home in range(len(area)):
        place = small_areas()[area[home]]
        first, last = divmod(int(street[home]), len(words.last))
        road = f"{words.first[first]} {words.last[last]}"
        if home >= private:
            extra = home - private
            title = words.care_homes[extra % len(words.care_homes)]
            door = f"{title} Care Home{f' {extra // len(words.care_homes) + 1}' if extra >= 30 else ''},"
        elif named[home]:
            door = f"{words.houses[int(number[home]) % len(words.houses)]},"
        else:
            door = str(number[home])
        lines.append(f"{door} {road}, {words.towns[place.postal_district]}")
        postcodes.append(codes[int(area[home])][int(which[home])])
    return Homes(lines, postcodes, area, practice)


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


def _postcodes() -> list[list[str]]:
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
    return found
