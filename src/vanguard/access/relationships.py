"""Opening and ending relationships: what ties a user, a team or an organisation to a person, from when until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from vanguard.access.door import note
from vanguard.access.models import Relationship
from vanguard.access.rules import Actor, policy
from vanguard.access.standing import in_force
from vanguard.access.terms import BREAK_GLASS, LEVELS, REGISTERED


@dataclass(frozen=True)
class Holder:
    """Who is related: `kind` is user, team or organisation; `id` the user's number or the directory's code."""

    kind: str
    id: str


@transaction.atomic
def open_relationship(
    person_id: str,
    kind: str,
    holder: Holder,
    *,
    reason: str,
    made_by: Actor | None,
    now: datetime,
    until: datetime | None = None,
    scope: str = "",
) -> datetime | None:
    """Tie `holder` to the person from now on; returns when it ends, None if that is open. On record.

    Doing it again changes nothing while one stands that sees as much and lasts as long. `scope` is the item up to
    which it is given, empty for all that the policy lets. A kind that lapses by itself does so at the latest then.
    Raises ValueError for a relationship that nobody opens by hand, or one that must have an end and has none.
    """
    # Being registered is what the partners say, and a glass is broken by whoever needs to.
    _check(kind, holder, scope, until, now)
    if lapses := policy().relationships[kind].lapses_after_minutes:
        latest = now + timedelta(minutes=lapses)
        until = min(until, latest) if until else latest
    rows = _standing(person_id, kind, holder, now).filter(scope__in=["", scope] if scope else [""])
    lasting = Q(until=None) if until is None else Q(until=None) | Q(until__gte=until)
    if row := rows.filter(lasting).first():
        return row.until
    begin(person_id, kind, holder, reason=reason, made_by=made_by, now=now, until=until, scope=scope)
    _note(made_by, person_id, kind, holder, reason, "begun", now)
    return until


@transaction.atomic
def end_relationship(
    person_id: str,
    kind: str,
    holder: Holder,
    *,
    reason: str,
    ended_by: Actor | None,
    now: datetime,
    at: datetime | None = None,
) -> bool:
    """End this relationship, `at` a later time or now, however often it was opened; False if none lasts longer.

    On record.
    """
    until = at or now
    longer = Q(until=None) | Q(until__gt=until)
    ended = (
        _standing(person_id, kind, holder, now)
        .filter(longer)
        .update(until=until, ended_by_id=ended_by.user_id if ended_by else None)
    )
    if ended:
        _note(ended_by, person_id, kind, holder, reason, "ended", now)
    return bool(ended)


def begin(
    person_id: str,
    kind: str,
    holder: Holder,
    *,
    reason: str,
    made_by: Actor | None,
    now: datetime,
    until: datetime | None,
    scope: str = "",
) -> None:
    """A new row, unconditionally; putting it on record is the caller's. For this room alone."""
    Relationship.objects.create(
        person_id=person_id,
        kind=kind,
        holder_kind=holder.kind,
        holder_id=holder.id,
        scope=scope,
        start=now,
        until=until,
        reason=reason,
        made_by_id=made_by.user_id if made_by else None,
    )


def _standing(person_id: str, kind: str, holder: Holder, now: datetime) -> "QuerySet[Relationship]":
    return Relationship.objects.filter(
        in_force(now), person_id=person_id, kind=kind, holder_kind=holder.kind, holder_id=holder.id
    )


def _check(kind: str, holder: Holder, scope: str, until: datetime | None, now: datetime) -> None:
    if kind not in policy().relationships or kind in (REGISTERED, BREAK_GLASS):
        raise ValueError(f"{kind} is not a relationship that is opened")
    if holder.kind not in Relationship.Holder.values or not holder.id:
        raise ValueError(f"{holder.kind} {holder.id} cannot hold a relationship")
    if scope and not LEVELS.get(scope):
        raise ValueError(f"{scope} is not an item of the policy")
    if until is not None and until <= now:
        raise ValueError("a relationship ends after it begins")
    if until is None and policy().relationships[kind].must_end:
        raise ValueError(f"{kind} is given until a day")


def _note(
    actor: Actor | None, person_id: str, kind: str, holder: Holder, reason: str, outcome: str, now: datetime
) -> None:
    why = f"{kind}, {holder.kind} {holder.id}: {reason}"
    note(actor, now, what="relationship", whom=person_id, why=why, outcome=outcome)
