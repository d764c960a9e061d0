"""Names for everyone: households of one community, children with the household's family name."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Ints, Stream, pick_many, popularity
from vanguard.synth.days import YEAR
from vanguard.synth.households import NOBODY, Households
from vanguard.synth.margins import communities
from vanguard.synth.people import Drawn
from vanguard.synth.rates import rates


@dataclass(frozen=True)
class Names:
    """One row a person: positions in the lists of given and family names; `former` is the family name that
    a woman had before she took her partner's, or NOBODY. `alike` are those who were given one name."""

    given: Ints
    family: Ints
    former: Ints
    given_names: list[str]
    family_names: list[str]
    alike: Ints


def name(rng: Stream, drawn: Drawn, homes: Households, one_family: int = 0) -> Names:
    """A name for each person. `one_family` people of one sex and small area all have the same."""
    lives = rates("lives")
    people = len(drawn.birth)
    community = pick_many(rng, [one.share for one in communities()], homes.count)
    family_names = sorted({family for one in communities() for family in one.family})
    own = np.zeros(people, dtype=np.int64)
    for position, one in enumerate(communities()):
        here = np.flatnonzero(community[homes.household] == position)
        known = np.array([family_names.index(family) for family in one.family])
        own[here] = known[pick_many(rng, popularity(len(known)), len(here))]

    takes = (homes.partner != NOBODY) & drawn.female & (rng.random(people) < lives["shares_partners_name"])
    family = np.where(takes, own[homes.partner], own)
    mothers_partner = np.where(homes.mother != NOBODY, homes.partner[homes.mother], NOBODY)
    family = np.where(homes.mother != NOBODY, family[homes.mother], family)
    family = np.where(mothers_partner != NOBODY, own[mothers_partner], family)
    former = np.where(takes & (own != family), own, NOBODY)

    given_names = sorted(
        {given for one in communities() for lists in one.given.values() for era in lists for given in era}
    )
    given = _given(rng, np.arange(people), drawn, community[homes.household], given_names)
    for _ in range(3):
        # No two children of a household have the same name.
        key = homes.household * len(given_names) + given
        _, first = np.unique(key, return_index=True)
        again = np.setdiff1d(np.flatnonzero(homes.mother != NOBODY), first)
        given[again] = _given(rng, again, drawn, community[homes.household], given_names)
    son = (mothers_partner != NOBODY) & ~drawn.female & (rng.random(people) < lives["named_after_parent"])
    _, eldest = np.unique(np.where(son, homes.household, NOBODY - np.arange(people)), return_index=True)
    son &= np.isin(np.arange(people), eldest)
    given = np.where(son, given[mothers_partner], given)
    alike = _one_family(drawn, one_family)
    given[alike], family[alike], former[alike] = given[alike[:1]], family[alike[:1]], NOBODY
    return Names(given, family, former, given_names, family_names, alike)


def _one_family(drawn: Drawn, people: int) -> Ints:
    """So many men of the small area that has most of them, oldest first."""
    men = np.flatnonzero(~drawn.female)
    if not people or not len(men):
        return men[:0]
    there = men[drawn.area[men] == np.bincount(drawn.area[men]).argmax()]
    return np.asarray(there[np.argsort(drawn.birth[there], kind="stable")][:people])


def _given(rng: Stream, those: Ints, drawn: Drawn, community: Ints, given_names: list[str]) -> Ints:
    """Given names of the people `those`, by community, sex and year of birth."""
    given = np.zeros(len(those), dtype=np.int64)
    year = 1970 + drawn.birth[those] / YEAR
    number = {given: position for position, given in enumerate(given_names)}
    for position, one in enumerate(communities()):
        era = np.clip(np.searchsorted(one.eras, year, side="right") - 1, 0, None)
        for sex, female in (("female", True), ("male", False)):
            for when, known in enumerate(one.given[sex]):
                here = (community[those] == position) & (drawn.female[those] == female) & (era == when)
                numbers = np.array([number[given] for given in known])
                given[here] = numbers[pick_many(rng, popularity(len(known)), int(here.sum()))]
    return given
