"""The policy as typed data, and the decision it makes about one actor and one person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

POLICY_FILE = Path(__file__).with_name("policy.yaml")


@dataclass(frozen=True, slots=True)
class Role:
    """What one role may open, do, and by which relationships."""

    id: str
    name: str
    items: frozenset[str]
    rights: frozenset[str]
    related_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignInRules:
    wrong_passwords: int
    minutes_locked: int


@dataclass(frozen=True, slots=True)
class BreakGlassRules:
    hours: int
    least_words: int
    most_letters: int
    minutes_to_give_reason: int
    failed_searches_an_hour: int

    def wrong_with(self, reason: str) -> str:
        """What is wrong with a reason, as a sentence for whoever gave it; empty if it will do."""
        words = [word for word in reason.split() if sum(letter.isalnum() for letter in word) > 1]
        if len(words) < self.least_words:
            return f"Enter a reason of at least {self.least_words} words"
        if len(reason) > self.most_letters:
            return f"Enter a reason of at most {self.most_letters} letters"
        return ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy. `relationships`, `items` and `rights` are ids with their meaning in words."""

    relationships: Mapping[str, str]
    items: Mapping[str, str]
    rights: Mapping[str, str]
    sign_in: SignInRules
    break_glass: BreakGlassRules
    roles: Mapping[str, Role]

    def role_name(self, role_id: str) -> str:
        """The role in words; a role that the policy no longer has, and so nobody can act in, by its id."""
        return self.roles[role_id].name if role_id in self.roles else role_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: a signed-in user as of this request. `localities` are codes, of the user's teams."""

    user_id: int
    username: str
    name: str
    role: Role
    organisation: str | None
    practice: str | None
    localities: frozenset[str]
    request_id: str = ""

    def may(self, right: str) -> bool:
        """Whether the role has a right of the policy."""
        return right in self.role.rights


@dataclass(frozen=True, slots=True)
class Standing:
    """What ties a person to a place: practice and locality codes, and whether this actor broke the glass."""

    practice: str | None
    locality: str | None
    glass_broken: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` is the relationship that entitles, or the reason for refusing."""

    granted: bool
    why: str


def decide(actor: Actor, standing: Standing | None, what: str) -> Decision:
    """May the actor open item `what` about a person who stands so? `standing` is None for nobody we know."""
    if what not in actor.role.items:
        return Decision(False, "role")
    if standing is None:
        return Decision(False, "no such person")
    for relationship in actor.role.related_by:
        if _holds(relationship, actor, standing):
            return Decision(True, relationship)
    return Decision(False, "not related")


def _holds(relationship: str, actor: Actor, standing: Standing) -> bool:
    if relationship == "practice":
        return actor.practice is not None and standing.practice == actor.practice
    if relationship == "locality":
        return standing.locality is not None and standing.locality in actor.localities
    return relationship == "break_glass" and standing.glass_broken


@cache
def policy() -> Policy:
    """The shipped policy, checked: every id that a role names is defined."""
    data = yaml.safe_load(POLICY_FILE.read_text())
    roles = {
        role_id: Role(
            role_id,
            spec["name"],
            frozenset(spec["items"]),
            frozenset(spec["rights"]),
            # The policy's own order decides which relationship is put on record.
            tuple(one for one in data["relationships"] if one in spec["related_by"]),
        )
        for role_id, spec in data["roles"].items()
    }
    for role_id, role in roles.items():
        unknown = (
            (role.items - set(data["items"]))
            | (role.rights - set(data["rights"]))
            | (set(data["roles"][role_id]["related_by"]) - set(data["relationships"]))
        )
        if unknown:
            raise ValueError(f"{POLICY_FILE.name}: role {role_id} names {', '.join(sorted(unknown))}, not defined")
    return Policy(
        data["relationships"],
        data["items"],
        data["rights"],
        SignInRules(**data["sign_in"]),
        BreakGlassRules(**data["break_glass"]),
        roles,
    )
