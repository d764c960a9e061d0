"""Draw people on the small areas by age and sex, so that the living match the margins on the last day."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Bools, Floats, Ints, Stream
from vanguard.synth.days import YEAR, Window
from vanguard.synth.margins import age_bands, small_areas
from vanguard.synth.rates import rates


@dataclass(frozen=True)
class Drawn:
    """One row a person: day of birth, sex, small area (position in `small_areas()`), and whether they die in
    the window. The dead have the age that they would have reached on its last day."""

    birth: Ints
    female: Bools
    area: Ints
    dying: Bools


def drawn_for(registered: int, window: Window) -> int:
    """How many people to draw for so many to be registered on the last day: others have died or left by then."""
    residents, dead_for_living = _residents_and_dead(window)
    lives = rates("lives")
    leave = min(lives["leave_per_year"] * window.years, max(0.0, 1 - lives["arrive_per_year"] * window.years))
    alive = residents.sum() / (residents * (1 + dead_for_living)).sum()
    return int(np.ceil(registered / (alive * (1 - leave))))


def _residents_and_dead(window: Window) -> tuple[Floats, Floats]:
    """By small area and age band: residents, and how many died on the way for each who lives at the end."""
    deaths, slope = rates("lives")["deaths_per_year"], rates("lives")["deaths_of_deprivation"]
    residents = np.array([area.residents for area in small_areas()], dtype=float)
    return residents, np.outer(np.exp(slope * deprivation()), np.array(deaths) * window.years)


def band_of(age: Ints) -> Ints:
    """The age band (position in `age_bands()`) of ages in completed years."""
    return np.digitize(age, [band.first for band in age_bands()[1:]]).astype(np.int64)


def age_on(birth: Ints, day: int | Ints) -> Ints:
    """Completed years, to the nearest day of a mean year."""
    return np.floor((day - birth) / YEAR).astype(np.int64)


def draw(rng: Stream, people: int, window: Window, part: int = 0, parts: int = 1) -> Drawn:
    """Part `part` of `people` people, some of them dead by the end of the window, in the order of their areas.

    Places are taken evenly along the table of areas and ages, and the parts take them in turn, so even a
    small place, and every part of a large one, has its share of each.
    """
    bands = age_bands()
    yearly = [np.power(band.yearly, np.arange(band.last - band.first + 1)) for band in bands]
    residents, dead_for_living = _residents_and_dead(window)
    edges = np.cumsum((residents * (1 + dead_for_living)).ravel())
    along = (np.arange(part, people, parts) + rng.random()) / people * edges[-1]
    people = len(along)
    cell = np.searchsorted(edges, along, side="right")
    area, band = np.divmod(np.minimum(cell, residents.size - 1), len(bands))
    age = np.zeros(people, dtype=np.int64)
    for position, one in enumerate(bands):
        here = np.flatnonzero(band == position)
        steps = np.cumsum(yearly[position])
        age[here] = one.first + np.searchsorted(steps, rng.random(len(here)) * steps[-1], side="right")
    female = rng.random(people) < np.array([one.female for one in bands])[band]
    dying = rng.random(people) < (dead_for_living / (1 + dead_for_living))[area, band]
    birth = window.end - 1 - np.floor((age + rng.random(people)) * YEAR).astype(np.int64)
    return Drawn(birth, female, area.astype(np.int64), dying)


def deprivation() -> Floats:
    """Deprivation of each small area in standard deviations over residents, 0 at their mean."""
    score = np.array([area.imd_score for area in small_areas()])
    people = np.array([sum(area.residents) for area in small_areas()])
    mean = np.average(score, weights=people)
    return np.asarray((score - mean) / np.sqrt(np.average((score - mean) ** 2, weights=people)))
