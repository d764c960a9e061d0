"""Whom a professional was chosen to go to: the first thing that they want to know."""

from dataclasses import dataclass
from datetime import datetime

from vanguard.access import Actor
from vanguard.care import roster
from vanguard.care.hub.models import Referral
from vanguard.care.hub.pathways import flow_of


@dataclass(frozen=True)
class Errand:
    """One referral for which the reader goes: the step in words, who chose them when, and by when to be there.

    `person_id` is empty for somebody we have never met, `due_at` None where no clock runs.
    """

    referral: int
    person_id: str
    words: str
    by: str
    at: datetime
    due_at: datetime | None


def errands(actor: Actor) -> tuple[Errand, ...]:
    """To whom the actor goes, what is due first coming first."""
    chosen = roster.sent_to(actor.username)
    rows = Referral.objects.in_bulk([referral for referral, _ in chosen])
    found = [
        Errand(
            referral=referral,
            person_id=rows[referral].person_id,
            words=flow_of(rows[referral].blueprint, rows[referral].pathway).step(going.step).label,
            by=going.by,
            at=going.at,
            due_at=rows[referral].due_at,
        )
        for referral, going in chosen
        if referral in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.due_at is None, one.due_at or one.at)))
