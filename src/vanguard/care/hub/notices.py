"""What a role must know of: whom the pathway says to tell, and whom a deadline escalates to, until one has seen it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

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
    rows = Notice.objects.filter(_mine(actor), role=actor.role.id, seen_at=None).select_related("referral")
    found = [
        Unseen(
            one.pk,
            one.referral_id,
            one.referral.person_id,
            one.why,
            one.words,
            one.at,
            one.referral.referred_by_id == actor.user_id,
        )
        for one in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.why == "told", -one.at.timestamp()))[:most])


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
