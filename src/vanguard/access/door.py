"""The door to persons' data: decide, put on record durably, only then let in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from vanguard.access import audit
from vanguard.access.entitlement import Entitlement, ListEntitlement, Refused, mint
from vanguard.access.rules import Actor, Standing, decide
from vanguard.access.sql import Query, instant

STANDING = Query("SELECT practice, locality FROM record_personindex WHERE person_id = %s")
GLASS_BROKEN = Query("SELECT 1 FROM access_breakglass WHERE user_id = %s AND person_id = %s AND until > %s LIMIT 1")
SLICE = 500
LONGEST_ID = 64


def open_person(actor: Actor, person_id: str, *, what: str, now: datetime) -> Entitlement:
    """The right to read item `what` of the policy about one person.

    Raises Refused (on record too), or AuditUnavailable if the record cannot be kept.
    """
    standing = _standing(actor, person_id, now)
    decision = decide(actor, standing, what)
    note(
        actor,
        now,
        what=what,
        # What was asked for may be anything that somebody typed into an address.
        whom=person_id[:LONGEST_ID],
        why=decision.why,
        outcome="shown" if decision.granted else "refused",
    )
    if not decision.granted:
        raise Refused
    entitlement: Entitlement = mint(Entitlement, actor=actor, person_id=person_id, what=what, why=decision.why, at=now)
    return entitlement


def open_list(actor: Actor, what: str, person_ids: Sequence[str], *, now: datetime) -> ListEntitlement:
    """The right to show a list that names these persons (identity and what the list is for).

    Raises Refused if the actor may not see lists or is not related to one of them. A broken glass opens one
    record, not lists.
    """
    may = actor.may("list_people") and _all_related(actor, person_ids)
    note(actor, now, what=what, whom=list(person_ids), why="list", outcome="shown" if may else "refused")
    if not may:
        raise Refused
    entitlement: ListEntitlement = mint(ListEntitlement, actor=actor, person_ids=tuple(person_ids), what=what, at=now)
    return entitlement


def open_rows(actor: Actor, right: str, what: str, rows: Sequence[str] = (), *, now: datetime) -> None:
    """Put on record that rows not asked for by person were seen: pseudonymised, counted, quarantined.

    `rows` are the ids of those that may quote a person.

    Raises PermissionDenied (on record too) if the role lacks the right.
    """
    may = actor.may(right)
    note(actor, now, what=what, whom=list(rows), why=right, outcome="shown" if may else "refused")
    if not may:
        raise PermissionDenied


def scope(actor: Actor) -> Q:
    """A filter over fields `practice` and `locality`: the persons whom the actor may see listed."""
    related = Q(pk__in=[])
    if actor.may("list_people"):
        if "practice" in actor.role.related_by and actor.practice:
            related |= Q(practice=actor.practice)
        if "locality" in actor.role.related_by and actor.localities:
            related |= Q(locality__in=sorted(actor.localities))
    return related


def note(actor: Actor | None, now: datetime, *, what: str, whom: object, why: str, outcome: str) -> None:
    """One line of the audit trail, durable on return. Raises AuditUnavailable."""
    audit.write(
        f"{settings.PLACE}/audit",
        {
            "who": actor.username if actor else "",
            "role": actor.role.id if actor else "",
            "whom": whom,
            "what": what,
            "why": why,
            "outcome": outcome,
            "request": actor.request_id if actor else "",
        },
        now,
    )


def _standing(actor: Actor, person_id: str, now: datetime) -> Standing | None:
    row = STANDING.row((person_id,))
    standing = Standing(row[0], row[1]) if row else None
    if "break_glass" not in actor.role.related_by or decide(actor, standing, "identity").granted:
        return standing
    # Asked for nobody too: how long a refusal takes must not tell whether the person exists.
    broken = GLASS_BROKEN.row((actor.user_id, person_id, instant(now))) is not None
    return replace(standing, glass_broken=broken) if standing else None


def _all_related(actor: Actor, person_ids: Sequence[str]) -> bool:
    from vanguard.know.record.models import PersonIndex

    wanted = list(dict.fromkeys(person_ids))
    found = 0
    for start in range(0, len(wanted), SLICE):
        some = wanted[start : start + SLICE]
        # By the people's own key: a filter on the locality too would read everybody of the locality.
        rows = PersonIndex.objects.filter(person_id__in=some).values_list("practice", "locality")
        found += sum(decide(actor, Standing(*row), "identity").granted for row in rows)
    return found == len(wanted)
