"""What people choose to share: recorded by a professional, kept in versions."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from vanguard.access.carrying import Chosen, stricter
from vanguard.access.door import note
from vanguard.access.entitlement import Entitlement, Refused
from vanguard.access.models import Choice
from vanguard.access.rules import policy
from vanguard.access.terms import BREAK_GLASS, PROVISIONAL_CALL, REGISTERED
from vanguard.errors import BadInput

# What opens a record for a while, to somebody whom the person did not come to.
PASSING = (BREAK_GLASS, PROVISIONAL_CALL)


@dataclass(frozen=True)
class Recorded:
    """One version of a person's choice: in force from `since` until `until` (None: still), recorded `by` a `role`.

    Both are empty for one that was carried over when records were joined or parted, and waits to be confirmed.
    """

    chosen: Chosen
    since: datetime
    until: datetime | None
    by: str
    role: str
    note: str


def unspoken() -> Chosen:
    """What holds for a person of whom no choice is recorded."""
    return Chosen(policy().sharing(None).id, True)


def choices_of(entitlement: Entitlement) -> tuple[Recorded, ...]:
    """Every version, the one in force first; none where nothing was ever recorded."""
    _only_an_entitlement(entitlement)
    rows = Choice.objects.filter(person_id=entitlement.person_id).select_related("made_by").order_by("-start", "-pk")
    return tuple(
        Recorded(
            Chosen(row.sharing, row.planning),
            row.start,
            row.until,
            row.made_by.name if row.made_by else "",
            row.role,
            row.note,
        )
        for row in rows
    )


def record_choice(entitlement: Entitlement, chosen: Chosen, *, words: str) -> None:
    """Record what the person chose, as of when the entitlement was given. The version before it ends, and stays.

    The same choice again makes no new version, unless it confirms one that was carried over. What was closed only the
    person's own practice opens further. Raises Refused without the right and to whoever sees the record in an
    emergency or for a call, BadInput for a choice that the policy has not, for too long a note, and where somebody else
    recorded one at the same moment.
    """
    _only_an_entitlement(entitlement)
    actor, now, person_id = entitlement.actor, entitlement.at, entitlement.person_id
    if not actor.may("record_choices") or entitlement.why in PASSING:
        why = entitlement.why if actor.may("record_choices") else "role"
        note(actor, now, what="choice", whom=person_id, why=why, outcome="refused")
        raise Refused
    if chosen.sharing not in policy().choices:
        raise BadInput("Choose what the person wants to share.")
    tidy = " ".join(words.split())
    if len(tidy) > policy().reasons.most_letters:
        raise BadInput(f"Enter at most {policy().reasons.most_letters} letters.")
    try:
        with transaction.atomic():
            present = Choice.objects.select_for_update().filter(person_id=person_id, until=None).first()
            if present and present.made_by_id and Chosen(present.sharing, present.planning) == chosen:
                return
            if entitlement.why != REGISTERED and present and _opens(Chosen(present.sharing, present.planning), chosen):
                note(actor, now, what="choice", whom=person_id, why=entitlement.why, outcome="refused")
                raise BadInput(
                    "Only the person's own practice opens the record further. Tell the practice, or the person."
                )
            if present:
                present.until = now
                present.save(update_fields=["until"])
            Choice.objects.create(
                person_id=person_id,
                sharing=chosen.sharing,
                planning=chosen.planning,
                note=tidy,
                start=now,
                made_by_id=actor.user_id,
                role=actor.role.id,
            )
            why = f"{chosen.sharing}, {'planning too' if chosen.planning else 'not for planning'}"
            note(actor, now, what="choice", whom=person_id, why=why, outcome="recorded")
    except IntegrityError as error:
        raise BadInput("Somebody else recorded a choice just now. Look at it before you change it.") from error


def _opens(present: Chosen, chosen: Chosen) -> bool:
    """Whether `chosen` opens what `present` keeps closed."""
    return stricter(present, chosen) != chosen


def _only_an_entitlement(entitlement: Entitlement) -> None:
    if type(entitlement) is not Entitlement:
        raise TypeError("A person's choices are seen with an entitlement: call vanguard.access.open_person.")
