"""Cohorts whose truth is known because we planted it: the frailer enter more often, and fare worse anyway.

A person's events come at a rate that rises with frailty and age. Each month some enter, the likelier the frailer and
the more often they were lately in hospital. From the day of entering, the rate is multiplied by 1 + effect. People die,
the frailer sooner. Falls are a second outcome that entering does not touch.
"""

from dataclasses import dataclass, replace

import numpy as np

from vanguard.learn.evaluate.matched import Cohort, Events

FIRST = np.datetime64("2016-01-01")
DAYS = 1096
MONTH_ENDS = np.arange("2017-01", "2018-01", dtype="datetime64[M]").astype("datetime64[D]") - 1
"""Twelve: from the end of December 2016. Entries are in 2017; a year before and a year after are known."""


@dataclass(frozen=True)
class Known:
    cohort: Cohort
    naive: float
    """Ratio of yearly rates in 2018 of who entered and who did not: what comparing without matching would say."""
    luck: np.ndarray
    """For each admission a number from 0 to 1, or below 0 before its person entered: whether an effect keeps it."""

    def thinned(self, effect: float) -> Cohort:
        """The cohort as it would be with an effect, where this one has none."""
        admissions, stays = self.cohort.events["admissions"], self.luck < 1 + effect
        planted = Events(admissions.person[stays], admissions.day[stays])
        return replace(self.cohort, events={**self.cohort.events, "admissions": planted})


def cohort_of(persons: int, entering: int, effect: float, seed: int, *, localities: int = 3) -> Known:
    chance = np.random.default_rng(seed)
    frailty = chance.gamma(2.0, 1.0, persons)
    age = np.clip(55 + 12 * chance.standard_normal(persons) + 4 * frailty, 18, 100).round()
    rate = 0.25 * np.exp(0.35 * (frailty - 2) + 0.015 * (age - 63))
    dies = (chance.exponential(1 / (0.01 * np.exp(0.5 * (frailty - 2)))) * 365).astype(np.int64)
    admission, fall = happen(chance, rate, dies), happen(chance, 0.5 * rate, dies)

    at = (MONTH_ENDS - FIRST).astype(np.int64)
    lately = np.stack(
        [np.bincount(admission[0][(admission[1] > day - 365) & (admission[1] <= day)], minlength=persons) for day in at]
    )
    entered = np.full(persons, -1)
    weight = np.exp(0.5 * (frailty - 2))
    for month, day in enumerate(at):
        odds = np.where((entered < 0) & (dies > day + 28), weight * (1 + 0.5 * lately[month]), 0.0)
        chosen = chance.choice(persons, entering // len(at), replace=False, p=odds / odds.sum())
        entered[chosen] = day + 1 + chance.integers(0, 28, len(chosen))
    entered[entered >= dies] = -1
    after = (entered[admission[0]] >= 0) & (admission[1] >= entered[admission[0]])
    luck = np.where(after, chance.random(len(after)), -1.0)
    stays = luck < 1 + effect
    who, when = admission[0][stays], admission[1][stays]

    def wide(column: np.ndarray) -> np.ndarray:
        return np.broadcast_to(column, (len(at), persons))

    cohort = Cohort(
        persons=np.array([f"P{number:06}" for number in range(persons)]),
        entered=np.where(entered < 0, np.datetime64("NaT"), FIRST + entered),
        observed_from=np.full(persons, np.datetime64("NaT", "D")),
        observed_until=np.where(dies < DAYS, FIRST + dies, np.datetime64("NaT")),
        known_until=FIRST + DAYS,
        month_ends=MONTH_ENDS,
        columns={
            "sex": wide(chance.choice(["female", "male"], persons)),
            "locality": wide(chance.integers(0, localities, persons)),
            "age": wide(age),
            "frailty": wide(frailty),
            "admissions_12m": lately.astype(float),
        },
        events={"admissions": Events(who, FIRST + when), "falls": Events(fall[0], FIRST + fall[1])},
    )
    in_2018 = np.bincount(who[when >= 731], minlength=persons)
    return Known(cohort, float(in_2018[entered >= 0].mean() / in_2018[entered < 0].mean()), luck)


def happen(chance: np.random.Generator, rate: np.ndarray, dies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whom, and on which day since FIRST; nobody after their death."""
    person = np.repeat(np.arange(len(rate)), chance.poisson(rate * DAYS / 365.25))
    day = chance.integers(0, DAYS, len(person))
    alive = day < dies[person]
    return person[alive], day[alive]
