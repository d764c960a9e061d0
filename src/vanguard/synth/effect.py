"""A planted effect: a service that prevents emergency admissions among those whom it serves."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vanguard.errors import BadInput
from vanguard.synth.chance import Floats, Ints, Stream
from vanguard.synth.conditions import Conditions, frailty_score
from vanguard.synth.days import FOREVER, YEAR, number
from vanguard.synth.disorder.profile import mistakes, read_mapping
from vanguard.synth.lives import Lives
from vanguard.synth.margins import localities, practices
from vanguard.synth.stays import EMERGENCY, Stays


class Effect(BaseModel):
    """What the service does, and for whom. Empty lists of localities and practices mean all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = "service"
    starts: date
    ends: date | None = None
    cut: Annotated[float, Field(ge=0, le=1)]
    """Share that it prevents of their emergency admissions, except those in which they die or from which they
    move to a care home."""
    localities: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    from_age: Annotated[int, Field(ge=0, le=120)] = 0
    share: Annotated[float, Field(gt=0, le=1)] = 1
    """Of those in reach, the share that is taken on."""
    need: Annotated[float, Field(ge=-5, le=5)] = 0
    """Confounding: change in the log odds of being taken on for each unit of the frailty score, which also
    drives admissions. 0: by chance alone."""
    over_months: Annotated[int, Field(ge=0, le=60)] = 0
    """People are taken on evenly over so many months; 0: all on the first day."""


def read_effect(path: Path) -> Effect:
    """The effect of a YAML file. Raises BadInput for a mistake in it."""
    try:
        effect = Effect.model_validate(read_mapping(path))
    except ValidationError as error:
        raise BadInput(mistakes(error), where=str(path)) from error
    for name, given, known in (
        ("localities", effect.localities, [one.code for one in localities()]),
        ("practices", effect.practices, [one.code for one in practices()]),
    ):
        strange = sorted(set(given) - set(known))
        if strange:
            raise BadInput(f"`{name}`: there is no {strange[0]}.", where=str(path), do=f"There are {', '.join(known)}.")
    return effect


@dataclass(frozen=True)
class Served:
    """Whom the service serves: the person, the first day, the first day no longer, and their need."""

    effect: Effect
    person: Ints
    start: Ints
    end: Ints
    need: Floats


def choose_served(rng: Stream, lives: Lives, conditions: Conditions, effect: Effect) -> Served:
    """Those taken on: in reach on the first day (or when they come to live there), by chance and by need."""
    first, last = number(effect.starts), number(effect.ends) if effect.ends else FOREVER
    person = np.arange(len(lives))
    begun = np.maximum(np.full(len(lives), first), lives.first)
    reached = (begun < np.minimum(lives.gone, last)) & ((begun - lives.birth) / YEAR >= effect.from_age)
    if effect.localities or effect.practices:
        theirs = np.array([p.locality in effect.localities or p.code in effect.practices for p in practices()])
        reached &= theirs[lives.practice_on(person, np.minimum(begun, lives.window.end - 1))]
    score = frailty_score(lives, conditions)
    those = np.flatnonzero(reached)
    tilt = effect.need * (score[those] - (score[those].mean() if len(those) else 0.0))
    taken = those[rng.random(len(those)) < _with_mean(tilt, effect.share)]
    start = begun[taken] + np.floor(rng.random(len(taken)) * effect.over_months * 30.4).astype(np.int64)
    kept = start < np.minimum(lives.gone[taken], last)
    taken, start = taken[kept], start[kept]
    end = np.minimum(
        np.full(len(taken), last), np.where(lives.gone[taken] < lives.window.end, lives.gone[taken], FOREVER)
    )
    return Served(effect, taken, start, end, score[taken])


def _with_mean(tilt: Floats, share: float) -> Floats:
    """Chances whose log odds differ by `tilt` and whose mean is `share`."""
    if share == 1:
        return np.ones(len(tilt))
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        if len(tilt) and np.mean(1 / (1 + np.exp(-(middle + tilt)))) < share:
            low = middle
        else:
            high = middle
    return np.asarray(1 / (1 + np.exp(-(high + tilt))))


class Prevention:
    """Takes prevented stays out, and remembers them."""

    def __init__(self, rng: Stream, served: Served | None, people: int) -> None:
        self.rng, self.served = rng, served
        self.prevented: list[Stays] = []
        self.start = np.full(people, FOREVER)
        self.end = np.full(people, FOREVER)
        if served:
            self.start[served.person], self.end[served.person] = served.start, served.end

    def __call__(self, stays: Stays) -> Stays:
        """The stays that happen all the same."""
        if not self.served:
            return stays
        theirs = (stays.day >= self.start[stays.person]) & (stays.day < self.end[stays.person])
        theirs &= (stays.kind == EMERGENCY) & (stays.fixed == 0)
        gone = theirs & (self.rng.random(len(stays)) < self.served.effect.cut)
        self.prevented.append(stays.keep(gone))
        return stays.keep(~gone)
