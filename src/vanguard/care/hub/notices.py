"""What a role must know of: whom the pathway says to tell, and whom a deadline escalates to, until one has seen it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from vanguard.access import Actor
from vanguard.care.hub.models import Notice, Referral

# A home page looks so far back and shows so many; the rest stands on the page of all of them.
RECENT = timedelta(days=28)
FIRST = 20
COLUMNS = ("pk", "referral_id", "referral__person_id", "why", "words", "at", "referrer_id")


@dataclass(frozen=True)
class Unseen:
    """One notice: about which referral and person (empty for one we never met), why, what, when; `mine`: one's own."""

    id: int
    referral: int
    person_id: str
    why: str
    words: str
    at: datetime
    mine: bool


def notice(row: Referral, **said: Any) -> Notice:
    """What somebody must know about a referral, not written yet, for those whom it concerns."""
    whose = {"practice_id": row.practice_id, "locality_id": row.locality_id, "referrer_id": row.referred_by_id}
    return Notice(referral=row, **whose, **said)


def unseen(actor: Actor, now: datetime) -> tuple[Unseen, ...]:
    """The first of what nobody of the actor's role and practice, or localities, has seen of late: missed deadlines
    first. However much nobody ever marked as seen, no more is read than came of late."""
    told = ExpressionWrapper(Q(why="told"), output_field=BooleanField())
    rows = _unseen(actor, reduce(or_, _whose(actor))).filter(at__gt=now - RECENT).annotate(only_told=told)
    return _as_unseen(actor, rows.order_by("only_told", "-at", "-pk")[:FIRST])


def waits(actor: Actor) -> bool:
    """Whether there is anything at all that nobody of these has seen yet."""
    return any(_unseen(actor, whose).exists() for whose in _whose(actor))


def newest_unseen(actor: Actor, *, before: int | None, most: int) -> tuple[Unseen, ...]:
    """So many of all that nobody of these has seen yet, the newest first, or from the notice of the number `before` on
    back in time. However much there ever was, no more is read."""
    earlier = Q()
    whose = _whose(actor)
    if before is not None and (last := Notice.objects.filter(reduce(or_, whose), pk=before).first()):
        earlier = Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(pk__lt=last.pk))
    # Each by its own index: together the database would read them all to put them in order.
    found = {
        one.id: one
        for each in whose
        for one in _as_unseen(actor, _unseen(actor, each).filter(earlier).order_by("-at", "-pk")[:most])
    }
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True)[:most])


def seen(actor: Actor, number: int, *, now: datetime) -> bool:
    """Somebody of the role has seen it; who was first stays. False where it is not theirs."""
    rows = Notice.objects.filter(reduce(or_, _whose(actor)), role=actor.role.id, pk=number)
    return bool(rows.filter(seen_at=None).update(seen_at=now, seen_by_id=actor.user_id)) or rows.exists()


def _unseen(actor: Actor, whose: Q) -> QuerySet[Notice]:
    return Notice.objects.filter(whose, role=actor.role.id, seen_at=None)


def _as_unseen(actor: Actor, rows: QuerySet[Notice]) -> tuple[Unseen, ...]:
    """These rows, read by their columns."""
    return tuple(Unseen(*one, mine=by == actor.user_id) for *one, by in rows.values_list(*COLUMNS))


def _whose(actor: Actor) -> list[Q]:
    # Who refers is told of their own, wherever the person belongs.
    theirs = Q(referrer_id=actor.user_id)
    if actor.practice:
        return [theirs, Q(practice_id=actor.practice)]
    return [theirs, *(Q(locality_id=one) for one in sorted(actor.localities))]
