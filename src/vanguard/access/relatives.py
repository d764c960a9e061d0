"""Relatives and friends who see a person's record because the person asked their practice to let them.

The practice hands out a code for one of them; with it and the person's date of birth somebody who signed in as a member
of the public begins to see the record, until the day that was set or the practice ends it. Each step is on record.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from vanguard.access.citizens import CitizenActor
from vanguard.access.door import note, open_person
from vanguard.access.entitlement import Entitlement, Refused
from vanguard.access.models import FailedSignIn, Invitation, Relationship
from vanguard.access.rules import Actor, policy
from vanguard.access.standing import in_force
from vanguard.access.terms import ITEMS, REGISTERED, RELATIVE
from vanguard.clock import LONDON, local_date
from vanguard.errors import BadInput

RIGHT = "share_with_relatives"
# Without signs that are taken for one another.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LETTERS = 12


@dataclass(frozen=True)
class Invited:
    """One whom the practice let see a record: `used` whether their code was, `until` when it ends."""

    id: int
    whom: str
    item: str
    until: datetime
    used: bool


@dataclass(frozen=True)
class Lent:
    """A record that a citizen may see, until when."""

    person_id: str
    until: datetime


def invited(entitlement: Entitlement) -> tuple[Invited, ...]:
    """Who may see this record, or was given a code that is still good; the latest first. Raises Refused."""
    only_who_shares(entitlement)
    now = entitlement.at
    rows = _standing(now).filter(person_id=entitlement.person_id).order_by("-made_at", "-pk")
    return tuple(Invited(row.pk, row.whom, row.scope, row.until, row.relationship_id is not None) for row in rows)


@transaction.atomic
def invite(entitlement: Entitlement, *, whom: str, item: str, last_day: date | None) -> str:
    """Let somebody see the record up to `item` and until the end of `last_day`; returns the code to hand to them.

    Raises Refused without the right, BadInput with what is wrong.
    """
    only_who_shares(entitlement)
    now, rules = entitlement.at, policy().relatives
    words = " ".join(whom.split())
    if not 0 < len(words) <= policy().reasons.most_letters:
        raise BadInput("Enter who they are, for example Jane Archer, daughter.", where="whom")
    most = max(sight.level for sight in entitlement.actor.role.sights if sight.relationship == REGISTERED)
    if item not in ITEMS[1:most]:
        raise BadInput("Choose what they may see.", where="item")
    today = local_date(now)
    if last_day is None or not today <= last_day <= today + timedelta(days=rules.most_days):
        raise BadInput(f"Enter a day from today on, at most {rules.most_days} days ahead.", where="last_day")
    until = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), LONDON)
    code = "".join(secrets.choice(SIGNS) for _ in range(LETTERS))
    Invitation.objects.create(
        code=_mark(code),
        person_id=entitlement.person_id,
        scope=item,
        whom=words,
        until=until,
        made_at=now,
        made_by_id=entitlement.actor.user_id,
    )
    _note(entitlement.actor, entitlement.person_id, f"{item} until {last_day.isoformat()}: {words}", "invited", now)
    return "-".join(code[start : start + 4] for start in range(0, LETTERS, 4))


@transaction.atomic
def end_invited(entitlement: Entitlement, number: int) -> None:
    """End what an invitation gave, or the invitation. Doing it again changes nothing. Raises Refused."""
    only_who_shares(entitlement)
    actor, now = entitlement.actor, entitlement.at
    row = Invitation.objects.select_for_update().filter(pk=number, person_id=entitlement.person_id).first()
    if row is None:
        raise Refused
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        Relationship.objects.filter(in_force(now), pk=row.relationship_id).update(until=now, ended_by_id=actor.user_id)
        _note(actor, row.person_id, row.whom, "ended", now)


@transaction.atomic
def accept(citizen: CitizenActor, code: str, birth_date: date | None, *, now: datetime) -> bool:
    """Begin to see a record by a code and the person's date of birth; False if they fit no invitation.

    After too many wrong ones in an hour none is taken from this account: the same answer.
    """
    from vanguard.know.record.models import PersonIndex

    tried = salted_hmac("vanguard.access.relatives.tries", citizen.handle).hexdigest()
    wrong = FailedSignIn.objects.filter(name=tried, at__gt=now - timedelta(hours=1)).count()
    tidy = "".join(sign for sign in code.upper() if sign in SIGNS)
    waiting = _standing(now).select_for_update(of=("self",)).filter(code=_mark(tidy), relationship=None)
    row = waiting.first() if wrong < policy().relatives.wrong_codes_an_hour else None
    known = PersonIndex.objects.filter(person_id=row.person_id if row else "", birth_date__isnull=False)
    if not known.filter(birth_date=birth_date).exists():
        FailedSignIn.objects.create(name=tried, at=now)
        _note(None, "", f"citizen {citizen.handle}", "not found", now)
        return False
    assert row
    row.relationship = Relationship.objects.create(
        person_id=row.person_id,
        kind=RELATIVE,
        holder_kind=Relationship.Holder.CITIZEN,
        holder_id=str(citizen.citizen_id),
        scope=row.scope,
        start=now,
        until=row.until,
        reason=row.whom,
        made_by_id=row.made_by_id,
    )
    row.save(update_fields=["relationship"])
    _note(None, row.person_id, f"citizen {citizen.handle}: {row.whom}", "begun", now)
    return True


def records_lent(citizen: CitizenActor, *, now: datetime) -> tuple[Lent, ...]:
    """Whose records this citizen may see. Who they are is told only by opening one."""
    rows = Relationship.objects.filter(
        in_force(now), kind=RELATIVE, holder_kind=Relationship.Holder.CITIZEN, holder_id=str(citizen.citizen_id)
    )
    return tuple(Lent(person_id, until) for person_id, until in rows.order_by("pk").values_list("person_id", "until"))


def open_as_relative(
    citizen: CitizenActor, person_id: str, *, what: str = "full", request_id: str, now: datetime
) -> Entitlement:
    """The right to see as much of the record as was given and the person's choice leaves open. As `open_person`."""
    return open_person(as_citizen(citizen, RELATIVE, request_id), person_id, what=what, now=now)


def as_citizen(citizen: CitizenActor, role: str, request_id: str) -> Actor:
    """A member of the public who asks in this role of the policy."""
    as_role = policy().roles[role]
    return Actor(0, citizen.handle, citizen.name, as_role, None, None, frozenset(), request_id, citizen.citizen_id)


def _standing(now: datetime) -> "QuerySet[Invitation]":
    """Invitations that are used and have not ended, or that may still be used."""
    since = now - timedelta(days=policy().relatives.days_to_use_code)
    used = Q(relationship__until__gt=now)
    return Invitation.objects.filter(used | Q(relationship=None, made_at__gt=since), ended_at=None, until__gt=now)


def only_who_shares(entitlement: Entitlement) -> None:
    """Raises Refused for whoever may not let others see a record: it is for the person's own practice."""
    if type(entitlement) is not Entitlement:
        raise TypeError("Who may see a record is asked with an entitlement: call vanguard.access.open_person.")
    if not entitlement.actor.may(RIGHT) or entitlement.why != REGISTERED:
        raise Refused


def _mark(code: str) -> str:
    return salted_hmac("vanguard.access.relatives", code).hexdigest()


def _note(actor: Actor | None, person_id: str, words: str, outcome: str, now: datetime) -> None:
    note(actor, now, what="relative", whom=person_id, why=words, outcome=outcome)
