"""Who may see what and why: the policy, entitlements, break-glass and the audit trail.
Who are you, why are you entitled, durable audit, read: no other way leads to a person's data."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vanguard.access.audit import AuditUnavailable
    from vanguard.access.disclosure import Given, disclose, give
    from vanguard.access.door import open_list, open_person, open_rows, scope
    from vanguard.access.entitlement import Entitlement, ListEntitlement, Refused
    from vanguard.access.glass import break_glass, trace
    from vanguard.access.looks import last_look
    from vanguard.access.middleware import actor_of
    from vanguard.access.rules import Actor, Policy, policy
    from vanguard.access.secrets import pseudonym
    from vanguard.access.signin import LockedOut, sign_in, sign_out
    from vanguard.access.sql import Query

# Django reads this room's settings helpers before its apps are ready, so the door opens on first use.
DOOR = {
    "Actor": "rules",
    "AuditUnavailable": "audit",
    "Entitlement": "entitlement",
    "Given": "disclosure",
    "ListEntitlement": "entitlement",
    "LockedOut": "signin",
    "Policy": "rules",
    "Query": "sql",
    "Refused": "entitlement",
    "actor_of": "middleware",
    "break_glass": "glass",
    "disclose": "disclosure",
    "give": "disclosure",
    "last_look": "looks",
    "open_list": "door",
    "open_person": "door",
    "open_rows": "door",
    "policy": "rules",
    "pseudonym": "secrets",
    "scope": "door",
    "sign_in": "signin",
    "sign_out": "signin",
    "trace": "glass",
}

__all__ = [
    "Actor",
    "AuditUnavailable",
    "Entitlement",
    "Given",
    "ListEntitlement",
    "LockedOut",
    "Policy",
    "Query",
    "Refused",
    "actor_of",
    "break_glass",
    "disclose",
    "give",
    "last_look",
    "open_list",
    "open_person",
    "open_rows",
    "policy",
    "pseudonym",
    "scope",
    "sign_in",
    "sign_out",
    "trace",
]


def __getattr__(name: str) -> Any:
    if name not in DOOR:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"vanguard.access.{DOOR[name]}"), name)
