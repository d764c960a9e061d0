"""Somebody rings about a person: who is found, and what the call-taker may see while the call goes on.

The person is found by NHS number, or by name and date of birth together. Being found is enough for the relationship of
a call, which lapses by itself unless the call becomes a referral.
"""

from datetime import date, datetime

from vanguard.access.door import note
from vanguard.access.entitlement import Refused
from vanguard.access.relationships import Holder, end_relationship, open_relationship
from vanguard.access.rules import Actor
from vanguard.access.terms import PROVISIONAL_CALL
from vanguard.errors import BadInput


def takes_calls(actor: Actor) -> bool:
    """Whether this role may find somebody whom it does not know, for the length of a call."""
    return PROVISIONAL_CALL in actor.role.related_by


def take_call(
    actor: Actor, *, nhs_number: str = "", names: tuple[str, ...] = (), birth_date: date | None = None, now: datetime
) -> str | None:
    """The id of the one person meant, to whom the actor is now related for the length of a call; None for nobody.

    `names` are words of the name, folded. Raises Refused for a role that takes no calls, BadInput where several people
    fit or there is not enough to look for one.
    """
    from vanguard.know.record.models import PersonIndex

    if not takes_calls(actor):
        note(actor, now, what="call", whom="", why="role", outcome="refused")
        raise Refused
    people = PersonIndex.objects.all()
    if nhs_number:
        people = people.filter(nhs_number=nhs_number)
    elif names and birth_date:
        people = people.filter(birth_date=birth_date)
        for word in names:
            people = people.filter(folded__contains=f" {word}")
    else:
        raise BadInput("Enter an NHS number, or a name and a date of birth.")
    found = list(people.values_list("person_id", flat=True)[:2])
    outcome = "found" if len(found) == 1 else "several" if found else "not found"
    note(actor, now, what="call", whom=found[0] if len(found) == 1 else "", why=PROVISIONAL_CALL, outcome=outcome)
    if len(found) > 1:
        raise BadInput("Several people fit.", do="Ask for the NHS number, or for all first names.")
    if not found:
        return None
    reason = "on the phone about this person"
    open_relationship(
        found[0], PROVISIONAL_CALL, Holder("user", str(actor.user_id)), reason=reason, made_by=actor, now=now
    )
    return found[0]


def asked_whether_referred(actor: Actor, *, found: bool, now: datetime) -> None:
    """Put on record that what was typed of somebody was looked for among the open referrals, found or not."""
    note(actor, now, what="whether_referred", whom="", why="refer", outcome="found" if found else "not found")


def end_call(actor: Actor, person_id: str, *, reason: str, now: datetime) -> None:
    """The call is over: it became a referral, or nothing came of it."""
    end_relationship(
        person_id, PROVISIONAL_CALL, Holder("user", str(actor.user_id)), reason=reason, ended_by=actor, now=now
    )
