"""Who of those on shift should go, and why. Pure: a human decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from vanguard.web import presenters as say


@dataclass(frozen=True)
class Asked:
    """What a step asks of whoever goes, at an instant; `skill` None where anybody of the pool may."""

    skill: str | None
    skill_words: str
    locality: str | None
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """Somebody on shift until `until`, for a locality (None: the whole place), with so many open allocations."""

    code: str
    name: str
    employer: str
    skills: frozenset[str]
    locality: str | None
    locality_name: str
    until: datetime
    going: int


@dataclass(frozen=True)
class Suggestion:
    """A candidate with what speaks for and against them, in words. One who lacks the skill is not suggested."""

    who: Candidate
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    suggested: bool


def suggest(candidates: Iterable[Candidate], asked: Asked) -> tuple[Suggestion, ...]:
    """Everybody on shift, the best first: who has the skill, then the nearest, then who has most room, then who stays
    longest. Whose shift is over is left out."""
    there = [one for one in candidates if one.until > asked.at]
    fewest = min((one.going for one in there if _skilled(one, asked)), default=0)
    return tuple(_judged(one, asked, fewest) for one in sorted(there, key=lambda one: _rank(one, asked)))


def _rank(one: Candidate, asked: Asked) -> tuple[bool, int, int, float, str, str]:
    return (not _skilled(one, asked), _far(one, asked), one.going, -one.until.timestamp(), one.name, one.code)


def _skilled(one: Candidate, asked: Asked) -> bool:
    return asked.skill is None or asked.skill in one.skills


def _far(one: Candidate, asked: Asked) -> int:
    """0 the person's own locality, 1 the whole place or nobody knows, 2 another locality."""
    if one.locality is None or asked.locality is None:
        return 1
    return 0 if one.locality == asked.locality else 2


def _judged(one: Candidate, asked: Asked, fewest: int) -> Suggestion:
    reasons, against = [], []
    if asked.skill is not None:
        (reasons if _skilled(one, asked) else against).append(
            f"{'Has' if _skilled(one, asked) else 'Does not have'} the skill: {asked.skill_words}"
        )
    reasons.append(f"On shift until {say.day_and_time(one.until)}")
    match _far(one, asked):
        case 0:
            reasons.append(f"Works in the person's locality, {one.locality_name}")
        case 1:
            reasons.append(f"Works for {one.locality_name or 'the whole place'}")
        case _:
            against.append(f"Works in another locality, {one.locality_name}")
    goes = "is going to nobody else" if one.going == 0 else f"has {one.going} more to go to"
    if one.going <= fewest:
        reasons.append(f"Has room: {goes}")
    else:
        against.append(f"{say.sentence(goes)}; the fewest of those on shift is {fewest}")
    return Suggestion(one, tuple(reasons), tuple(against), _skilled(one, asked))
