"""Who may see what and why: the policy, entitlements, break-glass and the audit trail.
Who are you, why are you entitled, durable audit, read: no other way leads to a person's data."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vanguard.access.audit import AuditUnavailable
    from vanguard.access.calls import end_call, take_call
    from vanguard.access.choices import Chosen, Recorded, choices_of, record_choice, stricter, unspoken
    from vanguard.access.citizens import CitizenActor, citizen_of, for_citizens
    from vanguard.access.disclosure import Given, disclose, give
    from vanguard.access.door import open_list, open_person, open_rows
    from vanguard.access.entitlement import Entitlement, ListEntitlement, ReasonNeeded, Refused
    from vanguard.access.exports import download, use_of
    from vanguard.access.glass import break_glass, trace
    from vanguard.access.looks import last_look
    from vanguard.access.marks import Marked, give_reason, mark, marked_records, reason_needed, unmark
    from vanguard.access.middleware import actor_of
    from vanguard.access.oidc_file import check_sign_in
    from vanguard.access.openings import (
        Done,
        Seen,
        Watched,
        follow_up,
        follow_ups,
        one_opening,
        practice_openings,
        queue,
        waiting,
        what_was_seen,
    )
    from vanguard.access.relationships import Holder, end_relationship, open_relationship
    from vanguard.access.rules import Actor, policy
    from vanguard.access.secrets import pseudonym, pseudonym_key
    from vanguard.access.sensitive import KeptBack, kept_back, sensitive_codes
    from vanguard.access.signin import LockedOut, sign_in, sign_out
    from vanguard.access.sql import Query
    from vanguard.access.standing import planning, scope
    from vanguard.access.terms import Policy

# Django reads this room's settings helpers before its apps are ready, so the door opens on first use.
DOOR = {
    "Actor": "rules",
    "AuditUnavailable": "audit",
    "Chosen": "choices",
    "CitizenActor": "citizens",
    "Done": "openings",
    "Entitlement": "entitlement",
    "Given": "disclosure",
    "Holder": "relationships",
    "KeptBack": "sensitive",
    "ListEntitlement": "entitlement",
    "LockedOut": "signin",
    "Marked": "marks",
    "Policy": "terms",
    "Query": "sql",
    "ReasonNeeded": "entitlement",
    "Recorded": "choices",
    "Refused": "entitlement",
    "Seen": "openings",
    "Watched": "openings",
    "actor_of": "middleware",
    "break_glass": "glass",
    "check_sign_in": "oidc_file",
    "choices_of": "choices",
    "citizen_of": "citizens",
    "disclose": "disclosure",
    "download": "exports",
    "end_call": "calls",
    "end_relationship": "relationships",
    "follow_up": "openings",
    "follow_ups": "openings",
    "for_citizens": "citizens",
    "give": "disclosure",
    "give_reason": "marks",
    "kept_back": "sensitive",
    "last_look": "looks",
    "mark": "marks",
    "marked_records": "marks",
    "one_opening": "openings",
    "open_list": "door",
    "open_person": "door",
    "open_relationship": "relationships",
    "open_rows": "door",
    "planning": "standing",
    "policy": "rules",
    "practice_openings": "openings",
    "pseudonym": "secrets",
    "pseudonym_key": "secrets",
    "queue": "openings",
    "reason_needed": "marks",
    "record_choice": "choices",
    "scope": "standing",
    "sensitive_codes": "sensitive",
    "sign_in": "signin",
    "sign_out": "signin",
    "stricter": "choices",
    "take_call": "calls",
    "trace": "glass",
    "unmark": "marks",
    "unspoken": "choices",
    "use_of": "exports",
    "waiting": "openings",
    "what_was_seen": "openings",
}

__all__ = [
    "Actor",
    "AuditUnavailable",
    "Chosen",
    "CitizenActor",
    "Done",
    "Entitlement",
    "Given",
    "Holder",
    "KeptBack",
    "ListEntitlement",
    "LockedOut",
    "Marked",
    "Policy",
    "Query",
    "ReasonNeeded",
    "Recorded",
    "Refused",
    "Seen",
    "Watched",
    "actor_of",
    "break_glass",
    "check_sign_in",
    "choices_of",
    "citizen_of",
    "disclose",
    "download",
    "end_call",
    "end_relationship",
    "follow_up",
    "follow_ups",
    "for_citizens",
    "give",
    "give_reason",
    "kept_back",
    "last_look",
    "mark",
    "marked_records",
    "one_opening",
    "open_list",
    "open_person",
    "open_relationship",
    "open_rows",
    "planning",
    "policy",
    "practice_openings",
    "pseudonym",
    "pseudonym_key",
    "queue",
    "reason_needed",
    "record_choice",
    "scope",
    "sensitive_codes",
    "sign_in",
    "sign_out",
    "stricter",
    "take_call",
    "trace",
    "unmark",
    "unspoken",
    "use_of",
    "waiting",
    "what_was_seen",
]


def __getattr__(name: str) -> Any:
    if name not in DOOR:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"vanguard.access.{DOOR[name]}"), name)
