"""What a role must know of: whom the pathway says to tell, and whom a deadline escalates to, until one has seen it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from vanguard.access import Actor
from vanguard.care.hub.models import Notice

# A home page looks so far back and shows so many; the rest stands on the page of all of them.
RECENT = timedelta(days=28)
FIRST = 20
COLUMNS = ("pk", "referral_id", "referral__person_id", "why", "words", "at", "referral__referred_by_id")


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


def unseen(actor: Actor, now: datetime) -> tuple[Unseen, ...]:
    """The first of what nobody of the actor's role and practice, or localities, has seen of late: missed deadlines
    first. However much nobody ever marked as seen, no more is read than came of late."""
    told = ExpressionWrapper(Q(why="told"), output_field=BooleanField())
    rows = all_unseen(actor).filter(at__gt=now - RECENT).annotate(only_told=told)
    return as_unseen(actor, rows.order_by("only_told", "-at", "-pk")[:FIRST])


def all_unseen(actor: Actor) -> QuerySet[Notice]:
    """Everything that nobody of the actor's role and practice, or localities, has seen yet, the newest first."""
    return Notice.objects.filter(_mine(actor), role=actor.role.id, seen_at=None).order_by("-at", "-pk")


def as_unseen(actor: Actor, rows: QuerySet[Notice]) -> tuple[Unseen, ...]:
    """These rows, read by their columns."""
    return tuple(Unseen(*one, mine=by == actor.user_id) for *one, by in rows.values_list(*COLUMNS))


def seen(actor: Actor, number: int, *, now: datetime) -> bool:
    """Somebody of the role has seen it; False where it is not theirs, or was seen before."""
    rows = Notice.objects.filter(_mine(actor), pk=number, role=actor.role.id, seen_at=None)
    return bool(rows.update(seen_at=now, seen_by_id=actor.user_id))


def _mine(actor: Actor) -> Q:
    # Who refers is told of their own, wherever the person belongs.
    theirs = Q(referral__referred_by_id=actor.user_id)
    if actor.practice:
        return theirs | Q(referral__practice_id=actor.practice)
    return theirs | Q(referral__locality_id__in=sorted(actor.localities))
