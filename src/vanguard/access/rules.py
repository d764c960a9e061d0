"""The policy, read and checked: every id that it names is defined, and what is seen has no gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from vanguard.access.terms import (
    BREAK_GLASS,
    ITEMS,
    LEVELS,
    REGISTERED,
    TEAM_LIST,
    BreakGlassRules,
    MarkedRules,
    Outcome,
    PatternRules,
    Policy,
    ReasonRules,
    Relationship,
    Role,
    SensitiveSet,
    Sharing,
    Sight,
    SignInRules,
)
from vanguard.codes import sensitive

POLICY_FILE = Path(__file__).with_name("policy.yaml")


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


@cache
def policy() -> Policy:
    """The shipped policy."""
    return read_policy(yaml.safe_load(POLICY_FILE.read_text("utf-8")))


def read_policy(data: Mapping[str, Any]) -> Policy:
    """The policy that `data` (as in policy.yaml) states. Raises ValueError for one that does not hold together."""
    _only("items", data["items"], ITEMS)
    if tuple(data["items"]) != ITEMS:
        raise ValueError(f"items: expected {', '.join(ITEMS)} in this order")
    if lacking := {REGISTERED, TEAM_LIST, BREAK_GLASS} - set(data["relationships"]):
        raise ValueError(f"relationships: {', '.join(sorted(lacking))} not defined")
    code_sets = {one.id for one in sensitive()}
    for set_id, spec in data["sensitive_sets"].items():
        _only(f"sensitive set {set_id}", spec["code_sets"], code_sets)
    for role_id, spec in data["roles"].items():
        _only(f"role {role_id}", spec["rights"], data["rights"])
        _only(f"role {role_id}", spec["under"], data["relationships"])
    return Policy(
        items=data["items"],
        relationships={
            one: Relationship(
                one, spec["name"], spec["listed"], spec.get("lapses_after_minutes"), spec.get("must_end", False)
            )
            for one, spec in data["relationships"].items()
        },
        sensitive_sets={
            one: SensitiveSet(one, spec["name"], tuple(spec["code_sets"]))
            for one, spec in data["sensitive_sets"].items()
        },
        choices={one: _sharing(one, spec, data) for one, spec in data["choices"].items()},
        rights=data["rights"],
        sign_in=SignInRules(**data["sign_in"]),
        reasons=ReasonRules(**data["reasons"]),
        break_glass=BreakGlassRules(**data["break_glass"]),
        marked=MarkedRules(**data["marked"]),
        notice_days=data["notices"]["days"],
        outcomes={one: Outcome(one, spec["name"], spec["closes"]) for one, spec in data["outcomes"].items()},
        patterns=PatternRules(**data["patterns"]),
        roles={one: _role(one, spec, data) for one, spec in data["roles"].items()},
    )


def _role(role_id: str, spec: Mapping[str, Any], data: Mapping[str, Any]) -> Role:
    # The policy's own order decides which relationship is put on record.
    under = [(one, spec["under"][one]) for one in data["relationships"] if one in spec["under"]]
    sights = tuple(_sight(f"role {role_id} under {one}", one, held, data) for one, held in under)
    return Role(role_id, spec["name"], frozenset(spec["rights"]), sights)


def _sight(where: str, relationship: str, spec: Mapping[str, Any], data: Mapping[str, Any]) -> Sight:
    see, sets = tuple(spec["see"]), spec.get("sensitive", ())
    _only(where, sets, data["sensitive_sets"])
    if not see or see != ITEMS[: len(see)]:
        raise ValueError(f"{where}: see is {', '.join(see)}; expected items from {ITEMS[0]} on, without a gap")
    return Sight(relationship, len(see), frozenset(sets))


def _sharing(choice: str, spec: Mapping[str, Any], data: Mapping[str, Any]) -> Sharing:
    at_most = dict(spec["at_most"])
    _only(f"choice {choice}", at_most, {*data["relationships"], "otherwise"})
    _only(f"choice {choice}", at_most.values(), LEVELS)
    levels = {one: LEVELS[item] for one, item in at_most.items()}
    otherwise = levels.pop("otherwise")
    return Sharing(choice, spec["name"], spec["means"].strip(), levels, otherwise)


def _only(where: str, named: Iterable[str], defined: Iterable[str]) -> None:
    if unknown := set(named) - set(defined):
        raise ValueError(f"{where} names {', '.join(sorted(unknown))}, not defined")
