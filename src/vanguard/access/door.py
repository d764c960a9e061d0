"""The door to persons' data: decide, put on record durably, only then let in."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied

from vanguard.access import audit
from vanguard.access.decision import REASON_NEEDED, decide
from vanguard.access.entitlement import Entitlement, ListEntitlement, ReasonNeeded, Refused, mint
from vanguard.access.rules import Actor
from vanguard.access.standing import all_listed, standing_of

LONGEST_ID = 64


def open_person(actor: Actor, person_id: str, *, what: str = "full", now: datetime) -> Entitlement:
    """The right to see as much of one person as the policy lets, up to item `what`: the entitlement says how much.

    Raises Refused (on record too), ReasonNeeded for a watched record, or AuditUnavailable if the record cannot
    be kept.
    """
    standing = standing_of(actor, person_id, now)
    decision = decide(actor, standing, what)
    note(
        actor,
        now,
        what=decision.item or what,
        # What was asked for may be anything that somebody typed into an address.
        whom=person_id[:LONGEST_ID],
        why=decision.why,
        outcome="shown" if decision.granted else "refused",
        sensitive=decision.sensitive,
    )
    if standing is None or not decision.granted:
        raise ReasonNeeded if decision.why == REASON_NEEDED else Refused
    entitlement: Entitlement = mint(
        Entitlement,
        actor=actor,
        person_id=person_id,
        what=decision.item,
        why=decision.why,
        sensitive=decision.sensitive,
        narrowed=decision.narrowed,
        watched=standing.watched,
        at=now,
    )
    return entitlement


def open_list(
    actor: Actor, what: str, person_ids: Sequence[str], *, item: str = "identity", now: datetime
) -> ListEntitlement:
    """The right to show a list that names these persons, and `item` of each (a list's reasons come from all of it).

    Raises Refused if the actor may not see lists or that much of one of them. A broken glass or a call on the
    line opens one record, not lists.
    """
    may = actor.may("list_people") and all_listed(actor, person_ids, item, now)
    return _open_listed(actor, what, person_ids, "list", may, now)


def open_queue(actor: Actor, right: str, what: str, person_ids: Sequence[str], *, now: datetime) -> ListEntitlement:
    """The right to see who these persons are, whose records were opened under watch. Raises Refused."""
    return _open_listed(actor, what, person_ids, right, actor.may(right), now)


def open_rows(actor: Actor, right: str, what: str, rows: Sequence[str] = (), *, now: datetime) -> None:
    """Put on record that rows not asked for by person were seen: pseudonymised, counted, quarantined.

    `rows` are the ids of those that may quote a person.

    Raises PermissionDenied (on record too) if the role lacks the right.
    """
    may = actor.may(right)
    note(actor, now, what=what, whom=list(rows), why=right, outcome="shown" if may else "refused")
    if not may:
        raise PermissionDenied


def note(
    actor: Actor | None,
    now: datetime,
    *,
    what: str,
    whom: object,
    why: str,
    outcome: str,
    sensitive: frozenset[str] = frozenset(),
    rows: int | None = None,
) -> None:
    """One line of the audit trail, durable on return. `rows` is how many left as a file. Raises AuditUnavailable."""
    line = {
        "who": actor.username if actor else "",
        "role": actor.role.id if actor else "",
        "whom": whom,
        "what": what,
        "why": why,
        "outcome": outcome,
        "request": actor.request_id if actor else "",
    }
    if sensitive:
        line["sensitive"] = sorted(sensitive)
    if rows is not None:
        line["rows"] = rows
    audit.write(f"{settings.PLACE}/audit", line, now)


def _open_listed(
    actor: Actor, what: str, person_ids: Sequence[str], why: str, may: bool, now: datetime
) -> ListEntitlement:
    note(actor, now, what=what, whom=list(person_ids), why=why, outcome="shown" if may else "refused")
    if not may:
        raise Refused
    entitlement: ListEntitlement = mint(ListEntitlement, actor=actor, person_ids=tuple(person_ids), what=what, at=now)
    return entitlement
