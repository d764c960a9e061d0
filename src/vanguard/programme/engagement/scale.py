"""How far engagement is to go for a change: the highest level that any rule asks for. The rules are rows. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

PEOPLE, MOVES, CLOSES, FORMAL, SELDOM_HEARD, ANY = "people", "moves", "closes", "formal", "seldom_heard", "any"


@dataclass(frozen=True)
class Rule:
    """What it looks at, from how many people on (None for what is or is not), and the level that it asks for."""

    about: str
    least: int | None
    level: int
    why: str


@dataclass(frozen=True)
class Change:
    """What the rules look at of a change."""

    people: int | None
    moves: bool
    closes: bool
    formal: bool
    seldom_heard: bool


def asked_for(change: Change, rules: Iterable[Rule]) -> tuple[int, tuple[str, ...]]:
    """The level that the rules ask for, 0 if none does, and why: each reason that asks for that level."""
    holding = [one for one in rules if _holds(one, change)]
    level = max((one.level for one in holding), default=0)
    return level, tuple(one.why for one in holding if one.level == level)


def _holds(rule: Rule, change: Change) -> bool:
    if rule.about == ANY:
        return True
    if rule.about == PEOPLE:
        return change.people is not None and change.people >= (rule.least or 0)
    return bool(getattr(change, rule.about))
