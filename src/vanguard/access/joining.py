"""The platform's policy and the blueprints that a place runs, joined into one. Pure.

A blueprint names roles; it cannot make the platform more open than the platform's own file. Under a relationship its
roles see at most what some role of the platform sees under it, and hold only rights that blueprints may give. Its
sensitive sets keep more back and never less: a role that is given one holds the platform's sets that lie wholly within
it, and what no set of the platform covers is kept back from everybody who was not given it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from vanguard.access.terms import (
    AT_WORK,
    BEDS,
    BREAK_GLASS,
    ITEMS,
    PLANS,
    REFER,
    REFERRALS,
    ROTA,
    Code,
    Policy,
    Role,
    SensitiveSet,
    Sight,
)
from vanguard.blueprint import Blueprint, Pathways
from vanguard.errors import BadInput

Codes = frozenset[Code]


def join(platform: Policy, blueprints: Iterable[Blueprint], code_sets: Mapping[str, Codes]) -> Policy:
    """The policy of a place that runs these blueprints. `code_sets` are those that every blueprint may name.

    Raises BadInput with a sentence for each role or set that asks for more than the platform allows, or that two
    blueprints give otherwise.
    """
    roles, sets = dict(platform.roles), dict(platform.sensitive_sets)
    wrong: list[BadInput] = []
    for blueprint in blueprints:
        where = f"{blueprint.id} {blueprint.version}, access.yaml"
        meant, more = _sets(platform, blueprint, {**code_sets, **_own(blueprint)})
        for one in more:
            if sets.setdefault(one.id, one) != one:
                what = f"Sensitive set {one.id} has other codes elsewhere."
                wrong.append(BadInput(what, where=where, do="Give it its own id."))
        for role, faults in _roles(platform, blueprint, meant):
            wrong += [BadInput(f"Role {role.id} {what}", where=where, do=do) for what, do in faults]
            other = roles.setdefault(role.id, role)
            if (other.rights, other.sights) != (role.rights, role.sights):
                by = f"the blueprint {other.given_by}" if other.given_by else "the platform"
                what = f"Role {role.id} is also one of {by}, which sees or may do something else."
                wrong.append(BadInput(what, where=where, do="Give it its own id."))
    if wrong:
        raise BadInput("\n".join(map(str, wrong)))
    return replace(platform, roles=roles, sensitive_sets=sets)


def apart(role: Role) -> str:
    """What a role may not be at once, as the rest of a sentence; empty if it is well."""
    if "pseudonymised_rows" in role.rights and role.sights:
        return "sees people by name and rows under pseudonyms, so could tell whose these are."
    if "break_glass" in role.rights and BREAK_GLASS not in role.related_by:
        return "may open records in an emergency and sees nothing of them then."
    return ""


def _sets(
    platform: Policy, blueprint: Blueprint, code_sets: Mapping[str, Codes]
) -> tuple[dict[str, frozenset[str]], list[SensitiveSet]]:
    """What each sensitive set of the blueprint stands for, as ids of the policy's; and those that it adds."""
    meant: dict[str, frozenset[str]] = {}
    more: list[SensitiveSet] = []
    covered = frozenset[Code]().union(*(one.codes for one in platform.sensitive_sets.values()))
    for id_, spec in blueprint.access.sensitive_sets.items():
        codes = frozenset(code for one in spec.code_sets for code in code_sets[one])
        meant[id_] = frozenset(one.id for one in platform.sensitive_sets.values() if one.codes <= codes)
        if left := codes - covered:
            more.append(SensitiveSet(id_, spec.label, left))
            meant[id_] |= {id_}
    return meant, more


def _roles(
    platform: Policy, blueprint: Blueprint, meant: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Role, list[tuple[str, str]]]]:
    """The blueprint's roles, and what is wrong with each."""
    planning = {role for plan in blueprint.plans.care_plans.values() for role in plan.review.by}
    at_work = {**_at_work(blueprint.pathways), PLANS: planning}
    for id_, held in blueprint.access.rights.items():
        under = {one: given for one, given in held.under.items() if given.see == ITEMS[: len(given.see)]}
        faults = [
            (f"does not see items from {ITEMS[0]} on under {one}.", f"List them without a gap: {', '.join(ITEMS)}.")
            for one in held.under.keys() - under.keys()
        ]
        # The policy's own order decides which relationship is put on record.
        sights = tuple(
            Sight(one, len(given.see), frozenset[str]().union(*(meant[each] for each in given.sensitive)))
            for one in platform.relationships
            for name, given in under.items()
            if name == one
        )
        rights = {*held.rights, *(right for right, roles in at_work.items() if id_ in roles)}
        role = Role(id_, blueprint.roles[id_].label, frozenset(rights), sights, blueprint.label)
        yield role, [*faults, *_faults(platform, role)]


def _at_work(pathways: Pathways) -> dict[str, set[str]]:
    """The rights that come with a part in the pathways, without a line of access.yaml, and the roles that have them."""
    resources = pathways.resources
    beds = {id_ for id_, one in resources.items() if one.kind == "bed"}
    tended = {role for id_ in beds for role in resources[id_].roles}
    called = set()
    for pathway in pathways.pathways.values():
        for step in pathway.steps.values():
            tended |= _roles_of(pathways, step.by) if step.uses in beds else set()
        # Whoever is called when nobody came in time puts somebody on shift.
        called.update(one.escalate_to for one in (*pathway.clocks.values(), *pathway.steps.values()))
    following, writing = _parts(pathways)
    return {REFERRALS: following, REFER: writing, BEDS: tended, ROTA: {role for role in called if role is not None}}


def _parts(pathways: Pathways) -> tuple[set[str], set[str]]:
    """Roles that take part in pathways beyond referring somebody themselves, and roles that refer on screen."""
    following, writing = set[str](), set[str]()
    for pathway in pathways.pathways.values():
        taken = {step for channel, step in pathway.entry.by.items() if channel == "phone"}
        written = {step for channel, step in pathway.entry.by.items() if channel != "phone"}
        for id_, step in pathway.steps.items():
            writing |= _roles_of(pathways, step.by) if id_ in written else set()
            following |= _roles_of(pathways, step.by) if id_ in taken or id_ not in written else set()
    idle = {role for one in pathways.resources.values() for role in one.roles} - following - writing
    return following | idle, writing


def _roles_of(pathways: Pathways, resource: str | None) -> set[str]:
    """The roles of a resource and of those that stand in for it."""
    roles, done = set[str](), set[str]()
    while resource is not None and resource not in done:
        done.add(resource)
        roles.update(pathways.resources[resource].roles)
        resource = pathways.resources[resource].otherwise
    return roles


def _faults(platform: Policy, role: Role) -> Iterator[tuple[str, str]]:
    """What a blueprint's role asks beyond the platform, and what would put it right."""
    seen = [sight for one in platform.roles.values() for sight in one.sights]
    for right in sorted(role.rights - platform.blueprints_may_give - AT_WORK):
        yield f"has the right {right}, which no blueprint may give.", "Take it away."
    for sight in role.sights:
        theirs = [one for one in seen if one.relationship == sight.relationship]
        most = max((own.level for own in theirs), default=0)
        if sight.level > most:
            do = f"At most {ITEMS[most - 1]}." if most else "Take it away."
            yield f"sees {ITEMS[sight.level - 1]} under {sight.relationship}, more than any role of the platform.", do
        sets = frozenset[str]().union(*(own.sensitive for own in theirs))
        for one in sorted((sight.sensitive & platform.sensitive_sets.keys()) - sets):
            do = "Take its sensitive set away there."
            yield f"sees {one} under {sight.relationship}, which no role of the platform does.", do
    if what := apart(role):
        yield what, "Make two roles of it, or take one away."


def _own(blueprint: Blueprint) -> dict[str, Codes]:
    return {
        id_: frozenset(
            (f"{spec.system}:{code}", longer)
            for codes, longer in ((spec.codes, False), (spec.prefixes, True))
            for code in codes
        )
        for id_, spec in blueprint.code_sets.items()
    }
