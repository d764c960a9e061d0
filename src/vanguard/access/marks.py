"""Watched records: of staff, well-known people and people at risk. Who opens one says why, and that is followed up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from vanguard.access.decision import REASON_NEEDED, decide
from vanguard.access.door import note, open_queue
from vanguard.access.entitlement import ListEntitlement, Refused
from vanguard.access.models import Mark, Opening
from vanguard.access.openings import open_watched
from vanguard.access.rules import Actor, policy
from vanguard.access.standing import standing_of
from vanguard.access.whom import person_with
from vanguard.errors import BadInput


@dataclass(frozen=True)
class Marked:
    """One watched record: `kind` is one of the policy's; `by` is who had it watched, and why."""

    id: int
    person_id: str
    kind: str
    reason: str
    since: datetime
    by: str


def reason_needed(actor: Actor, person_id: str, *, now: datetime) -> bool:
    """Whether the actor, otherwise entitled, must give a reason before this record opens."""
    return decide(actor, standing_of(actor, person_id, now), "full").why == REASON_NEEDED


def unopened(actor: Actor, person_ids: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Those of these persons whose record is watched and not open to the actor by a reason that they gave."""
    watched = Mark.objects.filter(person_id__in=list(person_ids), until=None).values_list("person_id", flat=True)
    opened = Opening.objects.filter(user_id=actor.user_id, person_id__in=watched, until__gt=now)
    return frozenset(watched) - frozenset(opened.values_list("person_id", flat=True))


@transaction.atomic
def give_reason(actor: Actor, person_id: str, reason: str, *, now: datetime) -> None:
    """Open a watched record to somebody entitled, with a reason, for some hours; the privacy officer is told.

    Raises BadInput for a reason that will not do, Refused for whoever is not entitled anyway. Given once, it is
    not asked for again.
    """
    decision = decide(actor, standing_of(actor, person_id, now), "full")
    if decision.granted:
        return
    if decision.why != REASON_NEEDED:
        note(actor, now, what="marked", whom=person_id[:64], why=decision.why, outcome="refused")
        raise Refused
    words = " ".join(reason.split())
    if wrong := policy().reasons.wrong_with(words):
        raise BadInput(f"{wrong}.")
    until = now + timedelta(hours=policy().marked.hours)
    open_watched(actor, person_id, Opening.Kind.MARKED, reason=words, now=now, until=until)
    note(actor, now, what="marked", whom=person_id, why=words, outcome="opened")


def marked_records(actor: Actor, *, now: datetime) -> tuple[tuple[Marked, ...], ListEntitlement]:
    """The watched records, newest first, and the right to see whose they are. Raises Refused without the right."""
    rows = Mark.objects.filter(until=None).select_related("made_by").order_by("-start", "-pk")
    found = tuple(
        Marked(row.pk, row.person_id, row.kind, row.reason, row.start, row.made_by.name)
        for row in (rows if actor.may("mark_records") else ())
    )
    return found, open_queue(actor, "mark_records", "marks", [one.person_id for one in found], now=now)


def mark(actor: Actor, *, nhs_number: str, birth_date: date, kind: str, reason: str, now: datetime) -> bool:
    """Have the record of the person with this NHS number and date of birth watched; False if there is none.

    A record that is watched already stays so. Raises Refused without the right, BadInput for a kind that the policy
    has not or a reason that will not do.
    """
    _only_with_the_right(actor, now)
    if kind not in policy().marked.kinds:
        raise BadInput("Choose why the record is watched.")
    words = " ".join(reason.split())
    if wrong := policy().reasons.wrong_with(words):
        raise BadInput(f"{wrong}.")
    person_id = person_with(nhs_number, birth_date)
    try:
        with transaction.atomic():
            if person_id:
                Mark.objects.create(person_id=person_id, kind=kind, reason=words, start=now, made_by_id=actor.user_id)
            outcome = "begun" if person_id else "not found"
            note(actor, now, what="mark", whom=person_id, why=f"{kind}: {words}", outcome=outcome)
    except IntegrityError:
        # Watched already, by whomever.
        return True
    return bool(person_id)


@transaction.atomic
def unmark(actor: Actor, number: int, *, now: datetime) -> None:
    """Stop watching a record. Doing it again changes nothing. Raises Refused without the right or the mark."""
    _only_with_the_right(actor, now)
    row = Mark.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise Refused
    if row.until is None:
        row.until, row.ended_by_id = now, actor.user_id
        row.save(update_fields=["until", "ended_by"])
        note(actor, now, what="mark", whom=row.person_id, why=row.kind, outcome="ended")


def _only_with_the_right(actor: Actor, now: datetime) -> None:
    if not actor.may("mark_records"):
        note(actor, now, what="mark", whom="", why="role", outcome="refused")
        raise Refused
