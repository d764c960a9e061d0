"""What general practices write down: problems, medicines, observations, contacts and alerts."""

from dataclasses import dataclass

import numpy as np

from vanguard.codes import Term, primary_care
from vanguard.synth.chance import Bools, Floats, Ints, Stream, happen, pick
from vanguard.synth.conditions import Conditions, frailty_score
from vanguard.synth.days import FOREVER, YEAR, between, instant, weekday
from vanguard.synth.falls import Falls
from vanguard.synth.households import NOBODY
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import EMERGENCY, Stays


@dataclass(frozen=True)
class Entries:
    """One row an entry, by person and time: `at` in local seconds, `term` a position in `terms`, `value`
    NaN where there is none, `end` a day or FOREVER."""

    person: Ints
    at: Ints
    term: Ints
    value: Floats
    end: Ints
    terms: tuple[Term, ...]


class _Pages:
    """Entries as they are gathered."""

    def __init__(self, rng: Stream, lives: Lives) -> None:
        self.rng, self.lives = rng, lives
        self.terms = primary_care().terms
        self.number = {term.code: position for position, term in enumerate(self.terms)}
        self.parts: list[tuple[Ints, Ints, Ints, Floats, Ints]] = []

    def write(
        self,
        code: str | Ints,
        person: Ints,
        day: Ints,
        *,
        value: Floats | None = None,
        end: Ints | None = None,
        second: Ints | None = None,
    ) -> None:
        """Add entries of one code (or numbered ones), in opening hours unless the second of the day is given.
        Those outside a person's time on the list (from birth until they go) are left out."""
        count = len(person)
        term = np.full(count, self.number[code]) if isinstance(code, str) else code
        if second is None:
            second = 8 * 3600 + 60 * self.rng.integers(0, 630, count)
        value = np.full(count, np.nan) if value is None else value
        end = np.full(count, FOREVER) if end is None else end
        lives = self.lives
        kept = (day >= lives.birth[person]) & (day < lives.gone[person]) & (day < lives.window.end)
        kept &= day < lives.died[person]
        self.parts.append((person[kept], instant(day, second)[kept], term[kept], value[kept], end[kept]))

    def bound(self) -> Entries:
        """All entries by person and time."""
        person, at, term, value, end = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        # One number for person, time and term sorts faster than three.
        span = int(at.max(initial=0)) - int(at.min(initial=0)) + 1
        within = (at - at.min(initial=0)) * len(self.terms) + term
        order = np.argsort(person * (span * len(self.terms)) + within, kind="stable")
        return Entries(person[order], at[order], term[order], value[order], end[order], self.terms)


def write_down(rng: Stream, lives: Lives, conditions: Conditions, stays: Stays, falls: Falls) -> Entries:
    """All entries of the practices: those of the window, and older problems and medicines that still
    count."""
    pages = _Pages(rng, lives)
    for column, id in enumerate(conditions.ids):
        person = np.flatnonzero(conditions.since[:, column] < FOREVER)
        pages.write(id, person, conditions.since[person, column])
    _medicines(pages, conditions)
    housebound = _alerts(pages, conditions, falls)
    _contacts(pages, conditions, stays, housebound)
    _observations(pages, conditions, stays)
    return pages.bound()


def _medicines(pages: _Pages, conditions: Conditions) -> None:
    """Medicines that follow from conditions; one that two conditions ask for is written once."""
    rng, lives, table = pages.rng, pages.lives, rates("primary_care")
    begun: dict[str, Ints] = {}
    for id, entry in rates("conditions")["conditions"].items():
        since = conditions.of(id)
        for code, share in entry["medicines"].items():
            takes = (since < FOREVER) & (rng.random(len(lives)) < share)
            start = since + rng.integers(0, table["medicine_starts_within_days"], len(lives))
            start = np.where(takes, start, FOREVER)
            begun[code] = np.minimum(begun.get(code, np.full(len(lives), FOREVER)), start)
    for code, start in begun.items():
        person = np.flatnonzero(start < lives.gone)
        years = rng.exponential(1 / table["medicine_stops_per_year"], len(person))
        end = start[person] + 28 + np.floor(years * YEAR).astype(np.int64)
        still = end >= np.minimum(lives.gone[person], lives.window.end)
        pages.write(code, person, start[person], end=np.where(still, FOREVER, end))


def _contacts(pages: _Pages, conditions: Conditions, stays: Stays, housebound: Ints) -> None:
    """Consultations and visits, on weekdays and not while in hospital."""
    rng, lives, table = pages.rng, pages.lives, rates("primary_care")
    rate = np.array(table["contacts_per_year"])[lives.band] * np.exp(table["contacts_frailty"] * lives.frailty)
    rate = rate * (1 + table["contacts_for_each_condition"] * conditions.count)
    # Days at weekends are dropped below.
    person = happen(rng, rate * lives.years * 7 / 5)
    day = between(rng, lives.first[person], lives.gone[person], table["contacts_winter"])
    back = stays.keep((stays.kind == EMERGENCY) & (stays.out < lives.window.end))
    back = back.keep(rng.random(len(back)) < table["after_discharge"])
    person = np.concatenate([person, back.person])
    day = np.concatenate([day, back.out + 1 + rng.poisson(4, len(back))])
    kept = (weekday(day) < 5) & ~stays.cover(person, day)
    person, day = person[kept], day[kept]

    kinds = table["contacts"]
    old = (lives.band[person] >= 6).astype(np.int64)
    weight = np.array(list(kinds.values()), dtype=np.float64).T[old]
    home = list(kinds).index("home_visit")
    visited = day >= housebound[person]
    weight[visited] *= 1 - table["home_visit_if_housebound"]
    weight[visited, home] = table["home_visit_if_housebound"]
    codes = np.array([pages.number[code] for code in kinds])
    pages.write(codes[pick(rng, weight)], person, day)


def _observations(pages: _Pages, conditions: Conditions, stays: Stays) -> None:
    """Measurements about a person's own level; the two blood pressures share a moment."""
    rng, lives, table = pages.rng, pages.lives, rates("primary_care")
    for what, rule in table["observations"].items():
        for_it = conditions.any_of(rule["conditions"]) < FOREVER
        adult = lives.band >= 2
        rate = np.where(for_it, rule["per_year"], np.where(adult, rule["others"], 0.0))
        person = happen(rng, rate * lives.years * 7 / 5)
        day = between(rng, lives.first[person], lives.gone[person])
        kept = (weekday(day) < 5) & ~stays.cover(person, day)
        person, day = person[kept], day[kept]
        second = 8 * 3600 + 60 * rng.integers(0, 630, len(person))
        codes = ["systolic_bp", "diastolic_bp"] if what == "blood_pressure" else [what]
        shared = rng.normal(0, 1, len(lives))
        for code in codes:
            level = _level(pages, conditions, code, shared)
            one = table["values"][code]
            value = level[person] + rng.normal(0, one["within"], len(person))
            value = np.clip(value, one["from"], one["to"])
            pages.write(code, person, day, value=value.round(one["decimals"]), second=second)


def _level(pages: _Pages, conditions: Conditions, code: str, shared: Floats) -> Floats:
    """Each person's usual value."""
    one, lives = rates("primary_care")["values"][code], pages.lives
    level = one["at_20"] + one["yearly"] * (lives.age - 20) + one["between"] * shared
    for id, more in one["with"].items():
        level = level + np.where(conditions.of(id) < FOREVER, more, 0)
    return np.asarray(level, dtype=float)


def _alerts(pages: _Pages, conditions: Conditions, falls: Falls) -> Ints:
    """What whoever opens the record must see first. Returns the day from which each person is housebound."""
    rng, lives, rule = pages.rng, pages.lives, rates("primary_care")["alerts"]
    window, people = lives.window, len(lives)
    score = frailty_score(lives, conditions)
    lately = lives.gone - 1 - np.floor(rng.exponential(1.6, people) * YEAR).astype(np.int64)
    lately = np.maximum(lately, lives.birth + int(65 * YEAR))

    def noted(those: Bools, code: str, day: Ints) -> None:
        person = np.flatnonzero(those)
        pages.write(code, person, day[person])

    severe = (lives.age >= rule["frailty_severe"]["from_age"]) & (score > rule["frailty_severe"]["score"])
    moderate = (lives.age >= rule["frailty_moderate"]["from_age"]) & (score > rule["frailty_moderate"]["score"])
    noted(severe, "frailty_severe", lately)
    noted(moderate & ~severe, "frailty_moderate", lately)

    indoors = (lives.age >= rule["housebound"]["from_age"]) & (
        score + rng.normal(0, 0.4, people) > rule["housebound"]["score"]
    )
    noted(indoors, "housebound", lately)

    size = np.bincount(lives.household, minlength=int(lives.household.max(initial=0)) + 1)[lives.household]
    alone = (size == 1) & (lives.age >= rule["lives_alone"]["from_age"]) & (lives.into_care == FOREVER)
    noted(alone & (rng.random(people) < rule["lives_alone"]["recorded"]), "lives_alone", lately)

    someday = between(rng, lives.birth + 300, np.maximum(lives.gone, lives.birth + 301))
    noted(rng.random(people) < rule["penicillin_allergy"]["share"], "penicillin_allergy", someday)

    resident = (lives.into_care < FOREVER) & (lives.into_care < lives.gone)
    noted(resident, "care_home_resident", np.where(resident, lives.into_care + 1, 0))

    ill = conditions.any_of(rule["carer"]["of"])
    cared_for = np.flatnonzero((ill < FOREVER) & (lives.into_care == FOREVER))
    cared_for = cared_for[rng.random(len(cared_for)) < rule["carer"]["recorded"]]
    helper = np.where(lives.partner[cared_for] != NOBODY, lives.partner[cared_for], lives.mother[cared_for])
    known = helper != NOBODY
    cared_for, helper = cared_for[known], helper[known]
    begun = np.maximum(ill[cared_for], lives.birth[helper] + int(18 * YEAR)) + 60
    pages.write("has_carer", cared_for, begun)
    carer, first = np.unique(helper, return_index=True)
    pages.write("carer", carer, begun[first])

    end_of_life = rule["end_of_life_plan"]
    foreseen = (lives.died < FOREVER) & (lives.age >= 50) & (rng.random(people) < end_of_life["dying"])
    before = np.floor(rng.exponential(end_of_life["months_before"] * 30, people)).astype(np.int64) + 3
    planned = severe & (lives.died == FOREVER) & (rng.random(people) < end_of_life["frailty_severe"])
    noted(foreseen, "end_of_life_plan", np.where(foreseen, lives.died - before, 0))
    noted(planned, "end_of_life_plan", np.maximum(lately, window.end - before))

    told = rng.random(len(falls.person)) < rule["fall"]["recorded"]
    pages.write("fall", falls.person[told], falls.day[told] + rng.integers(0, 6, int(told.sum())))
    return np.where(indoors, lately, FOREVER)
