"""Who may see what and why: the policy, entitlements, break-glass and the audit trail.
Who are you, why are you entitled, durable audit, read: no other way leads to a person's data."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vanguard.access.accounts import (
        Account,
        accounts_in_use,
        emergencies_since,
        every_account,
        local_accounts,
        make_local_account,
    )
    from vanguard.access.audit import AuditUnavailable
    from vanguard.access.audit.index import Look
    from vanguard.access.calls import end_call, take_call
    from vanguard.access.carrying import Change, Chosen, Restriction, stricter
    from vanguard.access.choices import Recorded, choices_of, record_choice, unspoken
    from vanguard.access.citizens import CitizenActor, citizen_of, for_citizens
    from vanguard.access.disclosure import Given, disclose, give
    from vanguard.access.door import open_list, open_person, open_rows
    from vanguard.access.entitlement import Entitlement, ListEntitlement, ReasonNeeded, Refused
    from vanguard.access.exports import download, use_of
    from vanguard.access.following import follow, followed_up_to, restrictions
    from vanguard.access.glass import break_glass, trace
    from vanguard.access.lookers import (
        Looker,
        Lookers,
        find_looked_at,
        may_see_lookers,
        people_of,
        who_looked,
        who_looked_at,
    )
    from vanguard.access.looks import last_look
    from vanguard.access.marks import Marked, give_reason, mark, marked_records, reason_needed, unmark
    from vanguard.access.middleware import actor_of
    from vanguard.access.oidc import MINUTES_THERE, back_from_sign_in, leave_to_sign_in, sign_in_cookie
    from vanguard.access.oidc_claims import Seat
    from vanguard.access.oidc_file import check_sign_in
    from vanguard.access.oidc_out import ended_elsewhere, way_out
    from vanguard.access.oidc_place import providers, sign_in_address, sign_in_keys
    from vanguard.access.oidc_refusal import NotSignedIn
    from vanguard.access.oidc_seating import choose_role, roles_to_choose
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
    from vanguard.access.patterns import Opened, Pattern
    from vanguard.access.relationships import Holder, end_relationship, open_relationship
    from vanguard.access.relatives import (
        Invited,
        Lent,
        accept,
        end_invited,
        invite,
        invited,
        open_as_relative,
        records_lent,
    )
    from vanguard.access.rules import Actor, policy
    from vanguard.access.secrets import pseudonym, pseudonym_key
    from vanguard.access.sensitive import KeptBack, kept_back, sensitive_codes
    from vanguard.access.signin import LockedOut, sign_in, sign_out
    from vanguard.access.sql import Query
    from vanguard.access.standing import planning, scope
    from vanguard.access.standing_out import odd_openings, odd_openings_of
    from vanguard.access.terms import Policy

# Django reads this room's settings helpers before its apps are ready, so the door opens on first use.
DOOR = {
    "Account": "accounts",
    "Actor": "rules",
    "AuditUnavailable": "audit",
    "Change": "carrying",
    "Chosen": "carrying",
    "CitizenActor": "citizens",
    "Done": "openings",
    "Entitlement": "entitlement",
    "Given": "disclosure",
    "Holder": "relationships",
    "Invited": "relatives",
    "KeptBack": "sensitive",
    "Lent": "relatives",
    "ListEntitlement": "entitlement",
    "LockedOut": "signin",
    "Look": "audit.index",
    "Looker": "lookers",
    "Lookers": "lookers",
    "MINUTES_THERE": "oidc",
    "Marked": "marks",
    "NotSignedIn": "oidc_refusal",
    "Opened": "patterns",
    "Pattern": "patterns",
    "Policy": "terms",
    "Query": "sql",
    "ReasonNeeded": "entitlement",
    "Recorded": "choices",
    "Refused": "entitlement",
    "Restriction": "carrying",
    "Seat": "oidc_claims",
    "Seen": "openings",
    "Watched": "openings",
    "accept": "relatives",
    "accounts_in_use": "accounts",
    "actor_of": "middleware",
    "back_from_sign_in": "oidc",
    "break_glass": "glass",
    "check_sign_in": "oidc_file",
    "choices_of": "choices",
    "choose_role": "oidc_seating",
    "citizen_of": "citizens",
    "disclose": "disclosure",
    "download": "exports",
    "emergencies_since": "accounts",
    "end_call": "calls",
    "end_invited": "relatives",
    "end_relationship": "relationships",
    "ended_elsewhere": "oidc_out",
    "every_account": "accounts",
    "find_looked_at": "lookers",
    "follow": "following",
    "follow_up": "openings",
    "follow_ups": "openings",
    "followed_up_to": "following",
    "for_citizens": "citizens",
    "give": "disclosure",
    "give_reason": "marks",
    "invite": "relatives",
    "invited": "relatives",
    "kept_back": "sensitive",
    "last_look": "looks",
    "leave_to_sign_in": "oidc",
    "local_accounts": "accounts",
    "make_local_account": "accounts",
    "mark": "marks",
    "marked_records": "marks",
    "may_see_lookers": "lookers",
    "odd_openings": "standing_out",
    "odd_openings_of": "standing_out",
    "one_opening": "openings",
    "open_as_relative": "relatives",
    "open_list": "door",
    "open_person": "door",
    "open_relationship": "relationships",
    "open_rows": "door",
    "people_of": "lookers",
    "planning": "standing",
    "policy": "rules",
    "practice_openings": "openings",
    "providers": "oidc_place",
    "pseudonym": "secrets",
    "pseudonym_key": "secrets",
    "queue": "openings",
    "reason_needed": "marks",
    "record_choice": "choices",
    "records_lent": "relatives",
    "restrictions": "following",
    "roles_to_choose": "oidc_seating",
    "scope": "standing",
    "sensitive_codes": "sensitive",
    "sign_in": "signin",
    "sign_in_address": "oidc_place",
    "sign_in_cookie": "oidc",
    "sign_in_keys": "oidc_place",
    "sign_out": "signin",
    "stricter": "carrying",
    "take_call": "calls",
    "trace": "glass",
    "unmark": "marks",
    "unspoken": "choices",
    "use_of": "exports",
    "waiting": "openings",
    "way_out": "oidc_out",
    "what_was_seen": "openings",
    "who_looked": "lookers",
    "who_looked_at": "lookers",
}

__all__ = [
    "MINUTES_THERE",
    "Account",
    "Actor",
    "AuditUnavailable",
    "Change",
    "Chosen",
    "CitizenActor",
    "Done",
    "Entitlement",
    "Given",
    "Holder",
    "Invited",
    "KeptBack",
    "Lent",
    "ListEntitlement",
    "LockedOut",
    "Look",
    "Looker",
    "Lookers",
    "Marked",
    "NotSignedIn",
    "Opened",
    "Pattern",
    "Policy",
    "Query",
    "ReasonNeeded",
    "Recorded",
    "Refused",
    "Restriction",
    "Seat",
    "Seen",
    "Watched",
    "accept",
    "accounts_in_use",
    "actor_of",
    "back_from_sign_in",
    "break_glass",
    "check_sign_in",
    "choices_of",
    "choose_role",
    "citizen_of",
    "disclose",
    "download",
    "emergencies_since",
    "end_call",
    "end_invited",
    "end_relationship",
    "ended_elsewhere",
    "every_account",
    "find_looked_at",
    "follow",
    "follow_up",
    "follow_ups",
    "followed_up_to",
    "for_citizens",
    "give",
    "give_reason",
    "invite",
    "invited",
    "kept_back",
    "last_look",
    "leave_to_sign_in",
    "local_accounts",
    "make_local_account",
    "mark",
    "marked_records",
    "may_see_lookers",
    "odd_openings",
    "odd_openings_of",
    "one_opening",
    "open_as_relative",
    "open_list",
    "open_person",
    "open_relationship",
    "open_rows",
    "people_of",
    "planning",
    "policy",
    "practice_openings",
    "providers",
    "pseudonym",
    "pseudonym_key",
    "queue",
    "reason_needed",
    "record_choice",
    "records_lent",
    "restrictions",
    "roles_to_choose",
    "scope",
    "sensitive_codes",
    "sign_in",
    "sign_in_address",
    "sign_in_cookie",
    "sign_in_keys",
    "sign_out",
    "stricter",
    "take_call",
    "trace",
    "unmark",
    "unspoken",
    "use_of",
    "waiting",
    "way_out",
    "what_was_seen",
    "who_looked",
    "who_looked_at",
]


def __getattr__(name: str) -> Any:
    if name not in DOOR:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"vanguard.access.{DOOR[name]}"), name)
