"""Put people into households: couples, those on their own, children and grown children with their elders."""

from dataclasses import dataclass, replace

import numpy as np

from vanguard.synth.chance import Bools, Ints, Stream, rank_within
from vanguard.synth.days import Window
from vanguard.synth.people import Drawn, age_on, band_of
from vanguard.synth.rates import rates

NOBODY = -1


@dataclass(frozen=True)
class Households:
    """One row a person: the household's number, the partner and the mother (or NOBODY), and whether the
    person is to move to a care home. `count` households, `area` theirs."""

    household: Ints
    partner: Ints
    mother: Ints
    care_home: Bools
    count: int
    area: Ints


def form(rng: Stream, drawn: Drawn, window: Window, twins: float) -> tuple[Drawn, Households]:
    """Everyone in a household. Returns the people again: some have moved to join their household, and
    siblings have been set apart by age or, the share `twins` of those close in age, made twins."""
    lives = rates("lives")
    age = age_on(drawn.birth, window.end)
    band = band_of(age)
    people = len(age)
    care_home = rng.random(people) < np.array(lives["care_home"])[band]
    area = drawn.area.copy()

    in_couple = np.where(
        drawn.female,
        np.array(lives["in_couple"]["female"])[band],
        np.array(lives["in_couple"]["male"])[band],
    )
    adult = age >= lives["adult_from"]
    seeking = adult & ~care_home & (rng.random(people) < in_couple)
    partner = _couples(rng, seeking, drawn.female, age, area)

    at_home = rng.random(people) < np.array(lives["with_parents"])[band]
    dependant = (partner == NOBODY) & ~care_home & (~adult | at_home)
    heading = rng.random(people) < np.array(lives["heads_with_dependants"])[band]
    heads = np.flatnonzero(drawn.female & adult & ~dependant & ~care_home & heading)
    mother = _mothers(rng, np.flatnonzero(dependant), heads, age, area, lives["sibling_spread_years"])

    # A household bears the number of its woman of a couple, its mother, or its only member.
    first = np.arange(people)
    first = np.where((partner != NOBODY) & ~drawn.female, partner, first)
    first = np.where(mother != NOBODY, mother, first)
    firsts, household = np.unique(first, return_inverse=True)
    birth = _set_siblings_apart(rng, drawn.birth, mother, twins)
    home_area = area[firsts]
    moved = replace(drawn, birth=birth, area=home_area[household])
    return moved, Households(household.astype(np.int64), partner, mother, care_home, len(firsts), home_area)


def _couples(rng: Stream, seeking: Bools, female: Bools, age: Ints, area: Ints) -> Ints:
    """Each person's partner: first of about the same age in the same area, then, for who is left,
    anywhere."""
    partner = np.full(len(age), NOBODY, dtype=np.int64)
    for where in (area, np.zeros_like(area)):
        sides = []
        for one_sex, younger in ((female, 0), (~female, 2)):
            those = np.flatnonzero(seeking & one_sex & (partner == NOBODY))
            order = np.lexsort((age[those] - younger + rng.normal(0, 2, len(those)), where[those]))
            those = those[order]
            sides.append((those, where[those] * 10_000_000 + rank_within(where[those])))
        (women, key), (men, other) = sides
        _, at, with_ = np.intersect1d(key, other, assume_unique=True, return_indices=True)
        partner[women[at]], partner[men[with_]] = men[with_], women[at]
        area[men[with_]] = area[women[at]]
    return partner


def _mothers(rng: Stream, dependants: Ints, heads: Ints, age: Ints, area: Ints, spread: float) -> Ints:
    """Each dependant's mother in the household: in the same area, the older the child the older the
    mother, at least 16 years older; where the area has none, any such woman."""
    mother = np.full(len(age), NOBODY, dtype=np.int64)
    if not len(heads):
        return mother
    dependants = dependants[np.lexsort((age[dependants] + rng.normal(0, spread, len(dependants)), area[dependants]))]
    heads = heads[np.lexsort((age[heads] + rng.random(len(heads)), area[heads]))]
    first = np.searchsorted(area[heads], area[dependants], side="left")
    count = np.searchsorted(area[heads], area[dependants], side="right") - first
    children = np.searchsorted(area[dependants], area[dependants], side="right") - np.searchsorted(
        area[dependants], area[dependants], side="left"
    )
    rank = rank_within(area[dependants]) + rng.normal(0, 1.0, len(dependants))
    place = np.clip(np.floor(rank / children * count), 0, np.maximum(count - 1, 0)).astype(np.int64)
    for _ in range(8):
        possible = count > 0
        chosen = heads[np.where(possible, first + place, 0)]
        fits = possible & (age[chosen] >= age[dependants] + 16) & (mother[dependants] == NOBODY)
        mother[dependants[fits]] = chosen[fits]
        place = np.floor(rng.random(len(dependants)) * count).astype(np.int64)
    left = dependants[mother[dependants] == NOBODY]
    by_age = heads[np.argsort(age[heads], kind="stable")]
    old_enough = np.searchsorted(age[by_age], age[left] + 17)
    found = old_enough < len(by_age)
    spot = old_enough + np.floor(rng.random(len(left)) * (len(by_age) - old_enough)).astype(np.int64)
    mother[left[found]] = by_age[spot[found]]
    return mother


def _set_siblings_apart(rng: Stream, birth: Ints, mother: Ints, twins: float) -> Ints:
    """Days of birth under nine months from a younger sibling's become the same day, or a year or so
    earlier."""
    birth = birth.copy()
    children = np.flatnonzero(mother != NOBODY)
    children = children[np.lexsort((-birth[children], mother[children]))]
    rank = rank_within(mother[children])
    for position in range(1, int(rank.max(initial=0)) + 1):
        older = np.flatnonzero(rank == position)
        younger = birth[children[older - 1]]
        near = younger - birth[children[older]] < 275
        same_day = near & (rng.random(len(older)) < twins)
        apart = near & ~same_day
        birth[children[older[same_day]]] = younger[same_day]
        birth[children[older[apart]]] = younger[apart] - rng.integers(330, 800, int(apart.sum()))
    return birth
