"""Notes of visits: what somebody wrote down at a person's side, sent when there was a signal, and kept once."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from vanguard.access import Actor
from vanguard.care import beds
from vanguard.care.hub.entries import SOURCE
from vanguard.care.hub.episodes import NotYours
from vanguard.care.hub.models import Note, Referral
from vanguard.care.hub.pathways import flow_of
from vanguard.care.outbox import Entry, say
from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.flow import Flow
from vanguard.know.record import tell

MOST_LETTERS = 4000
# A note may lie on a telephone without a signal for so long.
LONGEST = timedelta(days=7)
AT_HOME, IN_A_BED = "home", "community"


def may_note(actor: Actor, flow: Flow) -> bool:
    """Whether the actor's role has a part in the pathway."""
    return any(actor.role.id in flow.roles(step) for step in flow.pathway.steps)


@transaction.atomic
def add_note(actor: Actor, number: int, key: uuid.UUID, words: str, *, ago: timedelta, now: datetime) -> bool:
    """Keep a note that was written so long `ago`; False where the note of this key is kept already.

    It is in the record at once. Raises Referral.DoesNotExist, NotYours, or BadInput for what is no note.
    """
    row = Referral.objects.select_for_update(no_key=True).get(pk=number)
    flow = flow_of(row.blueprint, row.pathway)
    if not may_note(actor, flow):
        raise NotYours(f"{flow.pathway.label}: this is not for a {actor.role.name} to note.", do="Tell who has a part.")
    if Note.objects.filter(key=key, referral_id=number, by_id=actor.user_id).exists():
        return False
    if Note.objects.filter(key=key).exists():
        raise BadInput("This note belongs to another referral.", do="Reload the page and write it again.")
    if not words.strip() or len(words) > MOST_LETTERS:
        raise BadInput(f"Write a note of at most {MOST_LETTERS:,} letters.")
    at = max(row.received_at, now - min(max(ago, timedelta(0)), LONGEST))
    Note.objects.create(
        referral=row, key=key, words=words.strip(), at=at, by_id=actor.user_id, role=actor.role.id, recorded_at=now
    )
    label, setting = f"{flow.pathway.label}: note of a visit", _setting(number, at, now)
    if row.person_id:
        instant = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        entry = {"kind": "Encounter", "setting": setting, "status": "finished", "start": instant, "timed": True}
        day = {"date": local_date(at).isoformat(), "codes": [], "known_from": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
        tell(row.person_id, f"note-{key}", {**entry, **day, "display": label, "text": words.strip(), "source": SOURCE})
    # Its words stay in the record: nobody counts them.
    said = Entry("Encounter", "finished", label, (f"pathway:{row.pathway}",), start=at, setting=setting)
    say(SOURCE, str(number), row.person_id, {f"{number}/note/{key}": said}, now=now)
    return True


def _setting(number: int, at: datetime, now: datetime) -> str:
    """Where the person was at an instant: in a bed of the service's, or where they live."""
    for stay in beds.stays_of(number, now):
        if stay.arrived_at and stay.arrived_at <= at and (stay.ended_at is None or at < stay.ended_at):
            return IN_A_BED
    return AT_HOME
