"""The decision: how much one actor may see of one person, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vanguard.access.rules import Actor
from vanguard.access.terms import ITEMS, LEVELS, MOST, OWN, REGISTERED, TEAM_LIST, Sharing

# Reasons for refusing, beside the policy's relationships, which are the reasons for showing.
NO_ROLE, NOBODY, NOT_RELATED, CHOICE, REASON_NEEDED = (
    "role",
    "no such person",
    "not related",
    "the person's choice",
    "reason needed",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to one actor, as of now.

    `held` are the relationships on record between the two, each with the level up to which it was given.
    `choice` is the person's own, None where none is recorded. A `watched` record needs a reason, which may
    have been given.
    """

    practice: str | None
    locality: str | None
    held: Mapping[str, int] = field(default_factory=dict)
    choice: Sharing | None = None
    watched: bool = False
    reason_given: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` is the relationship that entitles, or the reason for refusing.

    If granted, `item` is what may be seen, at most what was asked for, with entries of the sets `sensitive`;
    `narrowed` is the id of the person's choice if it lets see less than the relationship would.
    """

    granted: bool
    why: str
    item: str = ""
    sensitive: frozenset[str] = frozenset()
    narrowed: str = ""


def decide(actor: Actor, standing: Standing | None, what: str) -> Decision:
    """How much, up to item `what`, may the actor see of a person who stands so? `standing` is None for nobody.

    The relationship that lets see most decides; the sensitive sets are those of every relationship that lets
    see as much, and none where the person or the relationship's own scope narrowed it.
    """
    asked = LEVELS.get(what, 0)
    sights = actor.role.sights
    if not asked or not sights:
        return Decision(False, NO_ROLE)
    if standing is None:
        return Decision(False, NOBODY)
    best = freely = 0
    why = ""
    sensitive: frozenset[str] = frozenset()
    choice = standing.choice
    for sight in sights:
        level = min(sight.level, _held(sight.relationship, actor, standing))
        freely = max(freely, level)
        if choice:
            level = min(level, choice.opens(sight.relationship))
        if not level or level < best:
            continue
        whole = sight.sensitive if level == sight.level else frozenset()
        if level > best:
            best, why, sensitive = level, sight.relationship, whole
        else:
            sensitive |= whole
    if not best:
        return Decision(False, CHOICE if freely else NOT_RELATED)
    if standing.watched and not standing.reason_given and why != OWN:
        return Decision(False, REASON_NEEDED)
    narrowed = choice.id if choice and best < min(freely, asked) else ""
    return Decision(True, why, ITEMS[min(best, asked) - 1], sensitive, narrowed)


def _held(relationship: str, actor: Actor, standing: Standing) -> int:
    """The level up to which this relationship holds between the two; 0 if it does not."""
    if relationship == REGISTERED:
        return MOST if actor.practice is not None and standing.practice == actor.practice else 0
    if relationship == TEAM_LIST and standing.locality is not None and standing.locality in actor.localities:
        return MOST
    return standing.held.get(relationship, 0)
