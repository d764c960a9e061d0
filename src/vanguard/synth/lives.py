"""Lives: who comes, moves, goes into a care home, leaves or dies, and where each person lived on any day."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Bools, Floats, Ints, Stream, pick_many
from vanguard.synth.days import FOREVER, YEAR, Window, between
from vanguard.synth.homes import Homes, choose_practices, settle
from vanguard.synth.households import NOBODY, Households
from vanguard.synth.margins import small_areas
from vanguard.synth.people import Drawn, age_on, band_of, deprivation
from vanguard.synth.rates import rates


@dataclass(frozen=True)
class Lives:
    """One row a person. Days; FOREVER where something has not happened.

    `came` is the first day on a list of the place, `gone` the first day no longer there (the window's end
    for those who stay), `died` the day of death. `frailty` is the shared factor, 0 and 1 its mean and
    standard deviation. `home` is the household's home, `former_home` the one before `moved`, `care_home`
    the one since `into_care`.
    """

    birth: Ints
    female: Bools
    band: Ints
    age: Ints
    frailty: Floats
    deprivation: Floats
    household: Ints
    partner: Ints
    mother: Ints
    came: Ints
    gone: Ints
    died: Ints
    home: Ints
    former_home: Ints
    moved: Ints
    care_home: Ints
    into_care: Ints
    practice_differs: Ints
    homes: Homes
    window: Window

    def __len__(self) -> int:
        return len(self.birth)

    @property
    def years(self) -> Floats:
        """Years of the window that each person lives in the place."""
        return np.asarray(np.maximum(self.gone - np.maximum(self.came, self.window.start), 0) / YEAR)

    @property
    def first(self) -> Ints:
        """First day of the window that each person lives in the place."""
        return np.maximum(self.came, self.window.start)

    def home_on(self, person: Ints, day: Ints) -> Ints:
        """Where these people lived on these days (positions in `homes`)."""
        home = np.where(day < self.moved[person], self.former_home[person], self.home[person])
        return np.where(day >= self.into_care[person], self.care_home[person], home)

    def practice_on(self, person: Ints, day: Ints) -> Ints:
        """The practice that these people were registered with on these days (positions in `practices()`)."""
        own = self.practice_differs[person]
        there = self.homes.practice[self.home_on(person, day)]
        stays = (own != NOBODY) & (day >= self.moved[person]) & (day < self.into_care[person])
        return np.where(stays | ((own != NOBODY) & (self.moved[person] == FOREVER)), own, there)


def live(
    rng: Stream, drawn: Drawn, homes: Households, window: Window, registered: int, first_care_home: int = 0
) -> Lives:
    """A life for everyone; `registered` of them live in the place on the last day. Care homes are numbered from
    `first_care_home`."""
    lives = rates("lives")
    people = len(drawn.birth)
    age = age_on(drawn.birth, window.end)
    band = band_of(age)
    depr = deprivation()[drawn.area]
    slope = lives["frailty_of_deprivation"]
    frailty = np.sqrt(1 - slope**2) * rng.normal(0, 1, people) + slope * depr
    frailty += lives["frailty_of_the_dying"] * drawn.dying

    fate = rng.random(homes.count)
    arrives = fate < lives["arrive_per_year"] * window.years
    leaves = ~arrives & (fate > 1 - lives["leave_per_year"] * window.years)
    moves = ~arrives & ~leaves & (rng.random(homes.count) < lives["moves_per_year"] * window.years)
    some_day = between(rng, np.full(homes.count, window.start), np.full(homes.count, window.end))
    moved = np.where(moves, some_day, FOREVER)[homes.household]

    youngest = np.full(homes.count, -FOREVER, dtype=np.int64)
    np.maximum.at(youngest, homes.household, drawn.birth)
    could_leave = np.maximum(some_day, youngest + 30)
    leaving = np.where(leaves & (could_leave < window.end), could_leave, FOREVER)[homes.household]

    listed = window.end - np.floor(rng.exponential(lives["registered_years"], people) * YEAR).astype(np.int64)
    listed = np.minimum(listed, window.start - 1)
    came = np.where(arrives[homes.household], some_day[homes.household], listed)
    came = np.maximum(came, drawn.birth)

    low = np.maximum(np.maximum(came, window.start), drawn.birth)
    mortal = drawn.dying & (low < window.end)
    may_leave = np.where(arrives, FOREVER, could_leave)[homes.household]
    grown = age >= lives["adult_from"]
    leaving, mortal = _so_many_stay(rng, registered, leaving, mortal, np.where(grown, may_leave, FOREVER), window)
    end = np.minimum(leaving, window.end)
    dies = mortal & (low < end)
    died = np.where(dies, between(rng, low, np.maximum(end, low + 1), lives["deaths_winter"]), FOREVER)
    gone = np.where(dies, died + 1, end)

    into_care = gone - 1 - np.floor(rng.exponential(lives["care_home_years"], people) * YEAR).astype(np.int64)
    into_care = np.where(homes.care_home, np.maximum(into_care, came), FOREVER)

    places = _homes(rng, homes, moves, int(homes.care_home.sum()), first_care_home)
    former = places.former[homes.household]
    own = rng.random(people) < lives["other_practice_in_household"]
    other = choose_practices(rng, drawn.area)
    care_home = np.where(homes.care_home, rng.choice(places.care_homes, people), NOBODY)
    return Lives(
        birth=drawn.birth,
        female=drawn.female,
        band=band,
        age=age,
        frailty=frailty,
        deprivation=depr,
        household=homes.household,
        partner=homes.partner,
        mother=homes.mother,
        came=came,
        gone=gone,
        died=died,
        home=homes.household,
        former_home=np.where(former == NOBODY, homes.household, former),
        moved=moved,
        care_home=care_home,
        into_care=into_care,
        practice_differs=np.where(own, other, NOBODY),
        homes=places.homes,
        window=window,
    )


def _so_many_stay(
    rng: Stream, registered: int, leaving: Ints, mortal: Bools, may_leave: Ints, window: Window
) -> tuple[Ints, Bools]:
    """When each person leaves, and who dies, so that just `registered` are there on the last day.

    Chance comes within some few in a thousand of it: so many more leave, on the day that `may_leave` says, or stay
    behind. Where nobody is left to choose from, in a place of a handful, somebody does not die.
    """
    leaving, mortal = leaving.copy(), mortal.copy()
    order = rng.permutation(len(leaving))
    surplus = int(((leaving == FOREVER) & ~mortal).sum()) - registered
    if surplus > 0:
        able = order[(leaving[order] == FOREVER) & ~mortal[order] & (may_leave[order] < window.end)][:surplus]
        leaving[able] = may_leave[able]
    elif surplus < 0:
        back = order[(leaving[order] < FOREVER) & ~mortal[order]][:-surplus]
        leaving[back] = FOREVER
        spared = order[mortal[order]][: -surplus - len(back)]
        leaving[spared], mortal[spared] = FOREVER, False
    return leaving, mortal


@dataclass(frozen=True)
class _Places:
    homes: Homes
    former: Ints
    care_homes: Ints


def _homes(rng: Stream, homes: Households, moves: Bools, residents: int, first_number: int) -> _Places:
    """The homes of the households in their order, then those that some lived in before, then the care
    homes."""
    lives = rates("lives")
    movers = np.flatnonzero(moves)
    weight = np.array([sum(area.residents) for area in small_areas()], dtype=float)
    old = np.array([sum(area.residents[-2:]) for area in small_areas()], dtype=float)
    locality = np.array([area.locality for area in small_areas()])
    former_area = pick_many(rng, weight, len(movers))
    near = rng.random(len(movers)) < lives["moves_within_locality"]
    for one in sorted(set(locality)):
        here = np.flatnonzero(near & (locality[homes.area[movers]] == one))
        former_area[here] = pick_many(rng, weight * (locality == one), len(here))
    care_area = pick_many(rng, old, max(1, round(residents / lives["care_home_size"])))

    practice = choose_practices(rng, homes.area)
    former_practice = choose_practices(rng, former_area)
    keeps = (locality[former_area] == locality[homes.area[movers]]) & (
        rng.random(len(movers)) < lives["same_practice_after_move"]
    )
    former_practice = np.where(keeps, practice[movers], former_practice)
    area = np.concatenate([homes.area, former_area, care_area])
    chosen = np.concatenate([practice, former_practice, choose_practices(rng, care_area)])
    former = np.full(homes.count, NOBODY, dtype=np.int64)
    former[movers] = homes.count + np.arange(len(movers))
    first_care_home = homes.count + len(movers)
    return _Places(
        settle(rng, area, chosen, care_homes=len(care_area), first_care_home=first_number),
        former,
        np.arange(first_care_home, first_care_home + len(care_area)),
    )


@dataclass(frozen=True)
class Registrations:
    """One row a registration, by person and day: person, home, practice, first and last day (FOREVER while it
    goes on)."""

    person: Ints
    home: Ints
    practice: Ints
    start: Ints
    end: Ints


def registrations(lives: Lives) -> Registrations:
    """Everyone's registrations: a change of home or practice ends one and begins another."""
    person = np.arange(len(lives))
    forever = np.full(len(lives), FOREVER)
    parts = []
    for start, end in (
        (lives.came, np.minimum(lives.moved, lives.into_care)),
        (np.maximum(lives.came, lives.moved), lives.into_care),
        (np.maximum(lives.came, lives.into_care), forever),
    ):
        end = np.minimum(end, lives.gone)
        real = (start < end) & (start < FOREVER)
        parts.append((person[real], start[real], end[real]))
    # The first and second parts coincide for those who never moved.
    who, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((end, start, who))
    who, start, end = who[order], start[order], end[order]
    again = np.r_[False, (who[1:] == who[:-1]) & (start[1:] == start[:-1])]
    who, start, end = who[~again], start[~again], end[~again]
    ends_here = end == lives.gone[who]
    last = np.where(ends_here & (lives.died[who] < FOREVER), lives.died[who], end - 1)
    stays = ends_here & (lives.died[who] == FOREVER) & (end >= lives.window.end)
    end = np.where(stays, FOREVER, last)
    return Registrations(who, lives.home_on(who, start), lives.practice_on(who, start), start, end)
