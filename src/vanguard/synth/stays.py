"""Hospital stays: who is admitted when, why and for how long. Emergencies follow from age, frailty and
conditions; readmissions follow from stays; the last days of the dying and moves into care homes often
begin with one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Bools, Floats, Ints, Stream, happen, lognormal, pick, pick_many
from vanguard.synth.conditions import Conditions
from vanguard.synth.days import FOREVER, between, by_month, to_weekday
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates

EMERGENCY, ELECTIVE, MATERNITY, TRANSFER = range(4)
KINDS = ("emergency", "elective", "maternity", "transfer")


@dataclass(frozen=True)
class Stays:
    """One row a stay, by person and day. `reason` is a position in the reasons of its kind; `out` the day of
    discharge, FOREVER while it goes on; `fixed` ranks stays that must happen above the rest."""

    person: Ints
    day: Ints
    out: Ints
    kind: Ints
    reason: Ints
    fixed: Ints

    def __len__(self) -> int:
        return len(self.person)

    @property
    def nights(self) -> Ints:
        """Nights in hospital; meaningless while the stay goes on."""
        return self.out - self.day

    def keep(self, those: Bools | Ints) -> "Stays":
        """Only these rows."""
        return Stays(*(column[those] for column in self._columns()))

    def with_(self, other: "Stays") -> "Stays":
        """These and others, by person and day."""
        columns = [np.concatenate(pair) for pair in zip(self._columns(), other._columns(), strict=True)]
        order = np.lexsort((-columns[5], columns[1], columns[0]))
        return Stays(*(column[order] for column in columns))

    def cover(self, person: Ints, day: Ints) -> Bools:
        """Whether these people were in hospital on these days."""
        if not len(self):
            return np.zeros(len(person), dtype=bool)
        key = self.person * (2 * FOREVER) + self.day
        last = np.searchsorted(key, person * (2 * FOREVER) + day, side="right") - 1
        return np.asarray((last >= 0) & (self.person[last] == person) & (day <= self.out[last]))

    def _columns(self) -> tuple[Ints, ...]:
        return self.person, self.day, self.out, self.kind, self.reason, self.fixed


def stay(rng: Stream, lives: Lives, conditions: Conditions, happening: Callable[["Stays"], "Stays"]) -> Stays:
    """All hospital stays of the window; nobody is in two at once. `happening` takes out those that a service
    prevents, and with them the readmissions that would have followed."""
    first = _emergencies(rng, lives, conditions)
    first = first.with_(_last_days(rng, lives, conditions)).with_(_before_care_home(rng, lives, conditions))
    first = first.with_(_planned(rng, lives)).with_(_births(rng, lives))
    stays = happening(_one_at_a_time(_within_life(lives, first)))
    for _ in range(2):
        again = _readmissions(rng, lives, conditions, stays)
        stays = _one_at_a_time(stays.with_(happening(_within_life(lives, again))))
    return stays.with_(_transfers(rng, lives, stays))


def reasons(kind: str) -> list[dict[str, object]]:
    """The reasons for stays of one kind, in order."""
    return list(rates("hospital")[kind].values())


def _emergencies(rng: Stream, lives: Lives, conditions: Conditions) -> Stays:
    table = rates("hospital")
    rate = np.array(table["emergency_by_age"])[lives.band] * np.exp(table["frailty"]["emergency"] * lives.frailty)
    for id, ratio in table["conditions"].items():
        rate = rate * np.where(conditions.of(id) < FOREVER, ratio, 1.0)
    expected = rate * lives.years
    # Scaled so that the place as a whole has the stated number for each head and year.
    expected *= table["emergency_per_head"] * lives.years.sum() / max(float(expected.sum()), 1e-9)
    person = happen(rng, expected)
    low, high = lives.first[person], lives.gone[person]
    day = to_weekday(rng, between(rng, low, high), low, high, table["weekdays"]["emergency"])
    return _for_reasons(rng, lives, conditions, person, day, fixed=0)


def _for_reasons(
    rng: Stream,
    lives: Lives,
    conditions: Conditions,
    person: Ints,
    day: Ints,
    *,
    fixed: int,
    falls: float = 1,
) -> Stays:
    """Emergency stays of these people from these days, with a reason and a length. `falls` multiplies the
    weight of reasons that are falls."""
    kinds = reasons("emergency")
    weight = emergency_weights(lives, conditions, person, day)
    weight *= np.where([bool(one.get("fall")) for one in kinds], falls, 1.0)
    reason = pick(rng, weight)
    typical = np.array([one["nights"] for one in kinds], dtype=float)[reason]
    slow = np.exp(rates("hospital")["frailty"]["nights"] * lives.frailty[person])
    slow *= np.where(lives.band[person] >= 6, 1.25, 1.0) * np.where(lives.band[person] <= 2, 0.7, 1.0)
    nights = np.floor(lognormal(rng, typical * slow + 0.3, 0.85)).astype(np.int64)
    columns = (np.zeros_like(person), reason, np.full_like(person, fixed))
    return Stays(person, day, day + np.minimum(nights, 120), *columns)


def emergency_weights(lives: Lives, conditions: Conditions, person: Ints, day: Ints) -> Floats:
    """Stays x reasons: how likely each reason is for these people on these days."""
    kinds = reasons("emergency")
    has = conditions.by(person, day)
    season = np.cos(2 * np.pi * (day - 15) / 365.2425)
    weight = np.zeros((len(person), len(kinds)))
    for column, one in enumerate(kinds):
        by_age = np.array(one["weight"], dtype=float)[lives.band[person]]
        by_age = by_age * (1 + float(str(one["winter"])) * season)
        ratios = one.get("conditions", {})
        assert isinstance(ratios, dict)
        for id, ratio in ratios.items():
            by_age = by_age * np.where(has[:, conditions.ids.index(id)], ratio, 1.0)
        if "needs" in one:
            by_age = by_age * has[:, conditions.ids.index(str(one["needs"]))]
        weight[:, column] = by_age
    return weight


def _last_days(rng: Stream, lives: Lives, conditions: Conditions) -> Stays:
    """Stays in which people die."""
    share = rates("hospital")["died_in_hospital"]
    person = np.flatnonzero((lives.died < FOREVER) & (rng.random(len(lives)) < share))
    return _ending(rng, lives, conditions, person, lives.died[person], fixed=3, falls=1)


def _before_care_home(rng: Stream, lives: Lives, conditions: Conditions) -> Stays:
    """Stays after which people move to a care home, falls above all."""
    share = rates("hospital")["care_home_after_hospital"]
    into = (lives.into_care > lives.first) & (lives.into_care < np.minimum(lives.gone, lives.window.end))
    person = np.flatnonzero(into & (rng.random(len(lives)) < share))
    return _ending(rng, lives, conditions, person, lives.into_care[person], fixed=2, falls=3)


def _ending(
    rng: Stream, lives: Lives, conditions: Conditions, person: Ints, last: Ints, *, fixed: int, falls: float
) -> Stays:
    """Emergency stays that end on these days."""
    some = _for_reasons(rng, lives, conditions, person, last, fixed=fixed, falls=falls)
    began = np.maximum(last - np.maximum(some.nights, 1), lives.first[person])
    began = np.minimum(began, last)
    return Stays(person, began, last, some.kind, some.reason, some.fixed)


def _planned(rng: Stream, lives: Lives) -> Stays:
    table, kinds = rates("hospital"), reasons("elective")
    rate = np.array(table["elective_by_age"])[lives.band] * np.exp(table["frailty"]["elective"] * lives.frailty)
    expected = rate * lives.years
    expected *= table["elective_per_head"] * lives.years.sum() / max(float(expected.sum()), 1e-9)
    person = happen(rng, expected)
    low, high = lives.first[person], lives.gone[person]
    day = by_month(rng, between(rng, low, high), low, high, table["elective_by_month"])
    day -= np.maximum((day + 3) % 7 - 4, 0)
    by_age = np.array([one["weight"] for one in kinds], dtype=float).T
    weight = by_age[lives.band[person]]
    for_women = np.array([bool(one.get("female")) for one in kinds])
    for_men = np.array([bool(one.get("male")) for one in kinds])
    woman = lives.female[person][:, None]
    weight = weight * ~(for_women & ~woman) * ~(for_men & woman)
    reason = pick(rng, weight)
    typical = np.array([one["nights"] for one in kinds], dtype=float)[reason]
    nights = np.where(typical > 0, rng.poisson(typical + 0.2), 0)
    return Stays(person, day, day + nights, np.full_like(person, ELECTIVE), reason, np.zeros_like(person))


def _births(rng: Stream, lives: Lives) -> Stays:
    """The stays of mothers whose children are born in the window; twins are one birth."""
    table = rates("hospital")["maternity"]
    child = np.flatnonzero((lives.mother >= 0) & (lives.birth >= lives.window.start))
    mother, born = lives.mother[child], lives.birth[child]
    age = (born - lives.birth[mother]) / 365.2425
    there = (born > lives.first[mother]) & (born < lives.gone[mother])
    there &= (age >= table["mother_from"]) & (age < table["mother_to"] + 1)
    there &= rng.random(len(child)) < table["in_hospital"]
    _, once = np.unique(mother[there] * FOREVER + born[there], return_index=True)
    mother, born = mother[there][once], born[there][once]
    nights = rng.poisson(table["nights"], len(mother))
    began = np.maximum(born - rng.integers(0, 2, len(mother)), lives.first[mother])
    reason = pick_many(rng, np.ones(len(table["icd10"])), len(mother))
    return Stays(mother, began, born + nights, np.full_like(mother, MATERNITY), reason, np.ones_like(mother))


def _readmissions(rng: Stream, lives: Lives, conditions: Conditions, stays: Stays) -> Stays:
    """Emergency stays soon after discharge from one."""
    rule = rates("hospital")["readmitted"]
    from_ = stays.keep((stays.kind == EMERGENCY) & (stays.fixed == 0) & (stays.out < lives.window.end))
    chance = rule["base"] + rule["frailty"] * np.maximum(lives.frailty[from_.person], 0)
    chance = (chance + rule["over_75"] * (lives.band[from_.person] >= 6)) / 2
    chosen = from_.keep(rng.random(len(from_)) < chance)
    gap = 1 + np.floor(rng.exponential(rule["mean_days"], len(chosen))).astype(np.int64)
    day = chosen.out + gap
    soon = (gap <= rule["within_days"]) & (day < lives.gone[chosen.person])
    return _for_reasons(rng, lives, conditions, chosen.person[soon], day[soon], fixed=0)


def _transfers(rng: Stream, lives: Lives, stays: Stays) -> Stays:
    """Stays in a community hospital that follow long emergency stays of older people."""
    after = np.r_[np.where(stays.person[1:] == stays.person[:-1], stays.day[1:], FOREVER), FOREVER][: len(stays)]
    long = (stays.kind == EMERGENCY) & (stays.nights > 5) & (lives.band[stays.person] >= 5)
    long &= (stays.out < lives.died[stays.person]) & (stays.out < lives.window.end)
    chosen = np.flatnonzero(long & (rng.random(len(stays)) < 6 * rates("hospital")["transferred"]))
    person, day = stays.person[chosen], stays.out[chosen]
    limit = np.minimum(after[chosen] - 1, np.minimum(lives.died[person], lives.into_care[person]))
    out = np.minimum(day + 4 + rng.poisson(9, len(chosen)), limit)
    real = (out > day) & (day < lives.gone[person])
    return Stays(
        person[real],
        day[real],
        np.where(out[real] >= lives.window.end, FOREVER, out[real]),
        np.full(int(real.sum()), TRANSFER),
        stays.reason[chosen][real],
        np.zeros(int(real.sum()), dtype=np.int64),
    )


def _within_life(lives: Lives, stays: Stays) -> Stays:
    """Stays cut off at death or departure; those still going on at the end have no discharge."""
    gone = lives.gone[stays.person]
    last = np.where(lives.died[stays.person] < FOREVER, lives.died[stays.person], gone - 1)
    stayer = gone >= lives.window.end
    alive_at_end = stayer & (lives.died[stays.person] == FOREVER)
    out = np.where(alive_at_end, stays.out, np.minimum(stays.out, last))
    out = np.where(alive_at_end & (out >= lives.window.end), FOREVER, out)
    cut = Stays(stays.person, stays.day, out, stays.kind, stays.reason, stays.fixed)
    return cut.keep((stays.day >= lives.first[stays.person]) & (stays.day <= out) & (stays.day < gone))


def _one_at_a_time(stays: Stays) -> Stays:
    """Without the stays that begin before the one before them has ended; fixed ones win."""
    while len(stays) > 1:
        same = stays.person[1:] == stays.person[:-1]
        clash = same & (stays.day[1:] <= stays.out[:-1])
        if not clash.any():
            break
        wins = stays.fixed[1:] > stays.fixed[:-1]
        drop = np.zeros(len(stays), dtype=bool)
        drop[1:] |= clash & ~wins
        drop[:-1] |= clash & wins
        stays = stays.keep(~drop)
    return stays
