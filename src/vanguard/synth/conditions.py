"""Long-term conditions: who has which, and since when. A shared frailty factor makes them cluster."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vanguard.synth.chance import Bools, Floats, Ints, Stream
from vanguard.synth.days import FOREVER, YEAR
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates


@dataclass(frozen=True)
class Conditions:
    """`since` is people x conditions: the day on which it began, FOREVER where it did not."""

    ids: tuple[str, ...]
    since: Ints

    def of(self, id: str) -> Ints:
        """The day on which each person's condition `id` began."""
        return self.since[:, self.ids.index(id)]

    def any_of(self, ids: list[str]) -> Ints:
        """The day on which the first of these conditions began."""
        return np.asarray(np.min(self.since[:, [self.ids.index(id) for id in ids]], axis=1))

    def by(self, person: Ints, day: Ints) -> Bools:
        """Rows x conditions: whether these people had each condition by these days."""
        return self.since[person] <= day[:, None]

    @property
    def count(self) -> Ints:
        """How many conditions each person has by the end."""
        return np.asarray((self.since < FOREVER).sum(axis=1), dtype=np.int64)


def fall_ill(rng: Stream, lives: Lives) -> Conditions:
    """Conditions for everyone, by age, sex, deprivation and frailty."""
    table = rates("conditions")["conditions"]
    ids = list(table)
    since = np.full((len(lives), len(table)), FOREVER, dtype=np.int64)
    for column, one in enumerate(table.values()):
        share = _share(lives, one, {id: since[:, ids.index(id)] < FOREVER for id in one.get("follows", {})})
        earliest = lives.birth + int(one["from_age"] * YEAR)
        ago = np.floor(rng.exponential(one["years"], len(lives)) * YEAR).astype(np.int64)
        begun = lives.gone - 1 - ago
        # A condition that would have begun too early in life begins somewhere in its first possible third.
        span = np.maximum(lives.gone - 1 - earliest, 0)
        early = earliest + np.floor(rng.random(len(lives)) * span / 3).astype(np.int64)
        begun = np.where(begun < earliest, early, begun)
        has = (rng.random(len(lives)) < share) & (earliest < lives.gone - 1)
        for id in one.get("follows", {}):
            # What follows from another condition mostly begins after it.
            other = since[:, ids.index(id)]
            left = lives.gone - 1 - other
            late = (other < FOREVER) & (begun < other) & (rng.random(len(lives)) < 0.8)
            begun = np.where(
                late, other + np.floor(rng.random(len(lives)) * np.maximum(left, 1)).astype(np.int64), begun
            )
        since[has, column] = begun[has]
    return Conditions(tuple(table), since)


def _share(lives: Lives, one: dict[str, Any], others: dict[str, Bools]) -> Floats:
    """The chance that each person has the condition by the end; `others` says who has those it follows."""
    percent = np.clip(np.array(one["percent"], dtype=float), 1e-6, None)[lives.band] / 100
    odds = np.log(percent / (1 - percent)) + np.where(lives.female, 0.5, -0.5) * np.log(one["female"])
    odds += one["frailty"] * lives.frailty + one["deprivation"] * lives.deprivation
    # Less the rise that a spread of log odds brings to the mean.
    odds -= 0.5 * one["frailty"] ** 2 * (1 - percent)
    for id, has in others.items():
        # With the mean of each age band as it was.
        ratio = one["follows"][id]
        common = np.bincount(lives.band, has, minlength=8) / np.maximum(np.bincount(lives.band, minlength=8), 1)
        odds += np.log(np.where(has, ratio, 1.0) / (1 + (ratio - 1) * common[lives.band]))
    return np.asarray(1 / (1 + np.exp(-odds)))


def frailty_score(lives: Lives, conditions: Conditions) -> Floats:
    """How frail each person is: the shared factor, their conditions, and their years over 75."""
    rule = rates("primary_care")["alerts"]["frailty_score"]
    return np.asarray(
        lives.frailty
        + rule["each_condition"] * conditions.count
        + rule["each_year_over_75"] * np.maximum(lives.age - 75, 0)
        - rule["less"]
    )
