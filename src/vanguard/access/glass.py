"""Breaking the glass: an unrelated person's record in an emergency, with a reason, for a few hours.

The person is found by NHS number and date of birth together and is not named before a reason is given.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from vanguard.access.door import note
from vanguard.access.entitlement import Refused
from vanguard.access.models import BreakGlass, Opening
from vanguard.access.openings import open_watched
from vanguard.access.relationships import Holder, begin
from vanguard.access.rules import Actor, policy
from vanguard.access.terms import BREAK_GLASS
from vanguard.access.whom import person_with
from vanguard.clock import LONDON
from vanguard.errors import BadInput


def trace(actor: Actor, *, nhs_number: str, birth_date: date, now: datetime) -> str | None:
    """The id of the person with this NHS number (ten digits) and date of birth; None if either is wrong.

    Raises Refused without the right, BadInput after too many failed searches in an hour: nobody is looked for then.
    """
    if not actor.may("break_glass"):
        note(actor, now, what="trace", whom="", why="role", outcome="refused")
        raise Refused
    most = policy().break_glass.failed_searches_an_hour
    tries = BreakGlass.objects.filter(user_id=actor.user_id, person_id="", traced_at__gt=now - timedelta(hours=1))
    failed = list(tries.order_by("-traced_at").values_list("traced_at", flat=True)[:most])
    if len(failed) == most:
        note(actor, now, what="trace", whom="", why="too many failed searches", outcome="refused")
        again = (failed[-1] + timedelta(hours=1, minutes=1)).astimezone(LONDON)
        raise BadInput(
            f"You found nobody {most} times within an hour, so nobody is looked for until {again:%H:%M}.",
            do="If care depends on it, telephone the person's practice or another partner who holds the record.",
        )
    person_id = person_with(nhs_number, birth_date)
    note(
        actor,
        now,
        what="trace",
        whom=person_id,
        why="break_glass",
        outcome="found" if person_id else "not found",
    )
    BreakGlass.objects.create(user_id=actor.user_id, person_id=person_id, traced_at=now)
    return person_id or None


@transaction.atomic
def break_glass(actor: Actor, person_id: str, reason: str, *, now: datetime) -> datetime:
    """Open the record of a person whom this actor traced just now; returns until when it is open.

    The privacy officer's queue and the person's practice know at once.

    Raises BadInput for a reason that will not do, Refused for a person whom this actor did not trace in the
    last minutes.
    """
    rules = policy().break_glass
    row = (
        BreakGlass.objects.filter(
            user_id=actor.user_id,
            person_id=person_id or None,
            opened_at=None,
            traced_at__gt=now - timedelta(minutes=rules.minutes_to_give_reason),
        )
        .order_by("-traced_at")
        .first()
    )
    if row is None or not actor.may("break_glass"):
        note(actor, now, what="break_glass", whom=person_id, why="not traced", outcome="refused")
        raise Refused
    words = " ".join(reason.split())
    if wrong := policy().reasons.wrong_with(words):
        raise BadInput(f"{wrong}.")
    row.opened_at, until = now, now + timedelta(hours=rules.hours)
    row.save(update_fields=["opened_at"])
    me = Holder("user", str(actor.user_id))
    begin(person_id, BREAK_GLASS, me, reason=words, made_by=actor, now=now, until=until)
    open_watched(actor, person_id, Opening.Kind.BREAK_GLASS, reason=words, now=now, until=until)
    note(actor, now, what="break_glass", whom=person_id, why=words, outcome="opened")
    return until
