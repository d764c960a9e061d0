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
    columns = ("blueprint", "pathway", "person_id", "due_at")
    rows = {
        number: row
        for number, *row in Referral.objects.filter(pk__in=[going.referral for going in chosen]).values_list(
            "pk", *columns
        )
    }
    found = []
    for going in chosen:
        if going.referral in rows:
            blueprint, pathway, person_id, due_at = rows[going.referral]
            words = flow_of(blueprint, pathway).step(going.step).label
            found.append(Errand(going.referral, person_id, words, going.by, going.at, due_at))
    return tuple(sorted(found, key=lambda one: (one.due_at is None, one.due_at or one.at)))
