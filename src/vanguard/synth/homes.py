"""Addresses: a home for each household, another where it lived before, and care homes."""

import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from vanguard.synth.chance import Floats, Ints, Stream, pick_many
from vanguard.synth.columns import Texts
from vanguard.synth.margins import localities, practices, small_areas, streets
from vanguard.synth.rates import rates

POSTCODES_PER_AREA = 36
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
FITTED = 200
"""Rounds of fitting practices to their lists; each brings both sides nearer."""


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
    """A practice for each household by area: mostly one of its locality, so that each practice has its list."""
    shares = practice_shares()
    locality = _locality_of_area()[area]
    chosen = np.zeros(len(area), dtype=np.int64)
    for one in range(len(shares)):
        here = np.flatnonzero(locality == one)
        chosen[here] = pick_many(rng, shares[one], len(here))
    return chosen


@cache
def practice_shares() -> Floats:
    """Localities x practices: where the people of a locality register. Residents and lists are both as published, so
    where a locality has more people than its practices have places, more of them go elsewhere."""
    lives, places = rates("lives"), localities()
    people = np.zeros(len(places))
    np.add.at(people, _locality_of_area(), [sum(area.residents) for area in small_areas()])
    lists = np.array([one.list_size for one in practices()], dtype=float)
    lists *= people.sum() / lists.sum()
    far = [
        [
            1.0 if one.locality == place.code else lives["elsewhere"][0 if one.ccg == place.ccg else 1]
            for one in practices()
        ]
        for place in places
    ]
    registered = np.array(far) * lists
    for _ in range(FITTED):
        registered *= (people / registered.sum(axis=1))[:, None]
        registered *= lists / registered.sum(axis=0)
    return np.asarray(registered / registered.sum(axis=1)[:, None])


@cache
def _locality_of_area() -> Ints:
    codes = [place.code for place in localities()]
    return np.array([codes.index(area.locality) for area in small_areas()], dtype=np.int64)


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
