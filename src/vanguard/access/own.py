"""A member of the public and their own record: tied by what a provider that has seen their papers says of them.

Each time they sign in, the NHS number and date of birth that the provider vouches for are looked up again. The practice
can close a person's own view, for example where somebody else makes them show it, and open it again. On record.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from vanguard.access.citizens import CitizenActor
from vanguard.access.door import note, open_person
from vanguard.access.entitlement import Entitlement
from vanguard.access.models import Citizen, ClosedView, Relationship
from vanguard.access.oidc_claims import Vouched
from vanguard.access.relatives import as_citizen, only_who_shares
from vanguard.access.rules import Actor
from vanguard.access.standing import in_force
from vanguard.access.terms import OWN
from vanguard.access.whom import person_with

VOUCHED = "the provider vouches for NHS number and date of birth"


def tie_to_own(citizen: Citizen, whom: str, vouched: Vouched | None, *, now: datetime) -> None:
    """Tie an account to the one living person whom the provider vouches for, and to nobody else. On record.

    Not to a person whose own view the practice closed.
    """
    with transaction.atomic():
        Citizen.objects.select_for_update().get(pk=citizen.pk)
        person_id = person_with(vouched.nhs_number, vouched.birth_date, living=True) if vouched else ""
        if _closed(person_id):
            person_id = ""
        standing = _views().filter(in_force(now), holder_id=str(citizen.pk))
        for row in standing.exclude(person_id=person_id):
            row.until = now
            row.save(update_fields=["until"])
            _note(None, row.person_id, whom, "ended", now)
        if person_id and not standing.filter(person_id=person_id).exists():
            Relationship.objects.create(
                person_id=person_id,
                kind=OWN,
                holder_kind=Relationship.Holder.CITIZEN,
                holder_id=str(citizen.pk),
                start=now,
                reason=VOUCHED,
            )
            _note(None, person_id, whom, "begun", now)


def own_record(citizen: CitizenActor, *, now: datetime) -> str | None:
    """The id of the person this citizen is, if they may see their own record."""
    rows = _views().filter(in_force(now), holder_id=str(citizen.citizen_id))
    return rows.values_list("person_id", flat=True).first()


def open_own(citizen: CitizenActor, *, what: str = "full", request_id: str, now: datetime) -> Entitlement:
    """The right to see one's own record. As `open_person`; Refused for whoever is tied to none."""
    actor = as_citizen(citizen, OWN, request_id)
    return open_person(actor, own_record(citizen, now=now) or "", what=what, now=now)


def own_view_closed(entitlement: Entitlement) -> bool:
    """Whether the practice closed the person's own view. Raises Refused."""
    only_who_shares(entitlement)
    return _closed(entitlement.person_id)


@transaction.atomic
def close_own_view(entitlement: Entitlement) -> None:
    """Close a person's own view of their record, by whatever account, until it is opened again. Raises Refused."""
    only_who_shares(entitlement)
    actor, now, person_id = entitlement.actor, entitlement.at, entitlement.person_id
    _, made = ClosedView.objects.get_or_create(
        person_id=person_id, until=None, defaults={"start": now, "made_by_id": actor.user_id}
    )
    if made:
        _views().filter(in_force(now), person_id=person_id).update(until=now, ended_by_id=actor.user_id)
        _note(actor, person_id, "by the practice", "ended", now)


@transaction.atomic
def open_own_view(entitlement: Entitlement) -> None:
    """Let the person see their own record again, from when they next sign in. Raises Refused."""
    only_who_shares(entitlement)
    actor, now, person_id = entitlement.actor, entitlement.at, entitlement.person_id
    if ClosedView.objects.filter(person_id=person_id, until=None).update(until=now, ended_by_id=actor.user_id):
        _note(actor, person_id, "by the practice", "begun", now)


def _closed(person_id: str) -> bool:
    return ClosedView.objects.filter(person_id=person_id, until=None).exists()


def _views() -> QuerySet[Relationship]:
    return Relationship.objects.filter(kind=OWN, holder_kind=Relationship.Holder.CITIZEN)


def _note(actor: Actor | None, person_id: str, words: str, outcome: str, now: datetime) -> None:
    note(actor, now, what="own view", whom=person_id, why=words, outcome=outcome)
