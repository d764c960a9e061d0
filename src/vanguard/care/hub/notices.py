"""What a role must know of: whom the pathway says to tell, and whom a deadline escalates to, until one has seen it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from vanguard.access import Actor
from vanguard.care.hub.models import Notice


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


def unseen(actor: Actor, *, most: int = 20) -> tuple[Unseen, ...]:
    """What nobody of the actor's role and practice, or localities, has seen yet: missed deadlines first."""
    told = ExpressionWrapper(Q(why="told"), output_field=BooleanField())
    rows = (
        Notice.objects.filter(_mine(actor), role=actor.role.id, seen_at=None)
        .annotate(only_told=told)
        .order_by("only_told", "-at", "-pk")
        .values_list("pk", "referral_id", "referral__person_id", "why", "words", "at", "referral__referred_by_id")
    )
    return tuple(Unseen(*one, mine=by == actor.user_id) for *one, by in rows[:most])


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
