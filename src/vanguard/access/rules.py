"""The policy of a place, read and checked: the platform's file, and what the place's blueprints and codes add to it.

Every id that it names is defined, and what is seen has no gaps. Read once by each process.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from vanguard import blueprint
from vanguard.access.joining import Codes, apart, join
from vanguard.access.terms import (
    BREAK_GLASS,
    ITEMS,
    LEVELS,
    OWN,
    REGISTERED,
    RELATIVE,
    TEAM_LIST,
    BreakGlassRules,
    MarkedRules,
    Outcome,
    PatternRules,
    Policy,
    ReasonRules,
    Relationship,
    RelativeRules,
    Role,
    SensitiveSet,
    Sharing,
    Sight,
    SignInRules,
)
from vanguard.codes import (
    Grouping,
    alerts,
    alerts_about,
    code_matches,
    conditions,
    conditions_about,
    extended,
    groupings,
    sensitive,
    sensitive_about,
    supplied_sets,
)
from vanguard.own_yaml import data_of

POLICY_FILE = Path(__file__).with_name("policy.yaml")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: a signed-in user as of this request. `localities` are codes, of the user's teams.

    For a relative from the public `citizen_id` is theirs and `user_id` is nobody's.
    """

    user_id: int
    username: str
    name: str
    role: Role
    organisation: str | None
    practice: str | None
    localities: frozenset[str]
    request_id: str = ""
    citizen_id: int | None = None

    @property
    def holder(self) -> tuple[str, str]:
        """As whom the actor themselves holds relationships: kind and id."""
        return ("user", str(self.user_id)) if self.citizen_id is None else ("citizen", str(self.citizen_id))

    def may(self, right: str) -> bool:
        """Whether the role has a right of the policy."""
        return right in self.role.rights


def policy() -> Policy:
    """The policy of this place. Raises BadInput where the place's blueprints or code sets have mistakes."""
    return _of_place(settings.PLACE)


@lru_cache(maxsize=8)
def _of_place(place: Path) -> Policy:
    # Places with nothing of their own have the same policy, which is not read for each.
    return policy_of(place if any((place / own).exists() for own in ("blueprints", "codes")) else None)


@cache
def policy_of(place: Path | None) -> Policy:
    """The policy of the place in this folder; of one with nothing of its own for None. Raises BadInput."""
    home = place or Path("/nowhere")
    code_sets = _code_sets(home)
    platform = read_policy(data_of(POLICY_FILE.read_text("utf-8")), code_sets)
    return join(platform, blueprint.adopted(home), code_sets)


def _code_sets(home: Path) -> dict[str, Codes]:
    """Every code set that the policy or a blueprint may name, with the codes that the place adds to it."""
    own = supplied_sets(home)
    found: dict[str, Grouping] = dict(groupings())
    found |= {one.id: one for one in extended(conditions_about().id, conditions(), own)}
    found |= {one.id: one for one in extended(alerts_about().id, alerts(), own)}
    found |= {one.id: one for one in extended(sensitive_about().id, sensitive(), own)}
    return {one.id: code_matches(one) for one in found.values()}


def read_policy(data: Mapping[str, Any], known: Mapping[str, Codes]) -> Policy:
    """The policy that `data` (as in policy.yaml) states, alone. Raises ValueError for one that does not hold together.

    `known` are the codes of each code set that it may name.
    """
    _only("items", data["items"], ITEMS)
    if tuple(data["items"]) != ITEMS:
        raise ValueError(f"items: expected {', '.join(ITEMS)} in this order")
    if lacking := {REGISTERED, TEAM_LIST, BREAK_GLASS, RELATIVE, OWN} - set(data["relationships"]):
        raise ValueError(f"relationships: {', '.join(sorted(lacking))} not defined")
    _only("blueprints", data["blueprints"]["rights"], data["rights"])
    if RELATIVE not in data["roles"]:
        raise ValueError(f"roles: {RELATIVE} not defined")
    for set_id, spec in data["sensitive_sets"].items():
        _only(f"sensitive set {set_id}", spec["code_sets"], known)
    for role_id, spec in data["roles"].items():
        _only(f"role {role_id}", spec["rights"], data["rights"])
        _only(f"role {role_id}", spec["under"], data["relationships"])
    roles = {one: _role(one, spec, data) for one, spec in data["roles"].items()}
    for role in roles.values():
        if wrong := apart(role):
            raise ValueError(f"role {role.id} {wrong}")
    return Policy(
        items=data["items"],
        relationships={
            one: Relationship(
                one, spec["name"], spec["listed"], spec.get("lapses_after_minutes"), spec.get("must_end", False)
            )
            for one, spec in data["relationships"].items()
        },
        sensitive_sets={
            one: SensitiveSet(one, spec["name"], frozenset(code for each in spec["code_sets"] for code in known[each]))
            for one, spec in data["sensitive_sets"].items()
        },
        choices={one: _sharing(one, spec, data) for one, spec in data["choices"].items()},
        rights=data["rights"],
        blueprints_may_give=frozenset(data["blueprints"]["rights"]),
        sign_in=SignInRules(**data["sign_in"]),
        reasons=ReasonRules(**data["reasons"]),
        break_glass=BreakGlassRules(**data["break_glass"]),
        marked=MarkedRules(**data["marked"]),
        relatives=RelativeRules(**data["relatives"]),
        notice_days=data["notices"]["days"],
        outcomes={one: Outcome(one, spec["name"], spec["closes"]) for one, spec in data["outcomes"].items()},
        patterns=PatternRules(**data["patterns"]),
        roles=roles,
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
