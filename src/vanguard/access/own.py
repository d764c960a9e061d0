"""A member of the public and their own record: tied by what a provider that has seen their papers says of them.

Each time they sign in, the NHS number and date of birth that the provider vouches for are looked up again. The practice
can close a person's own view, for example where somebody else makes them show it, and open it again. On record.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from vanguard.access.citizens import CitizenActor
from vanguard.access.door import note, open_person
from vanguard.access.entitlement import Entitlement, Refused
from vanguard.access.models import Citizen, Relationship
from vanguard.access.oidc_claims import Vouched
from vanguard.access.relatives import only_who_shares
from vanguard.access.rules import Actor, policy
from vanguard.access.standing import in_force
from vanguard.access.terms import OWN

VOUCHED = "the provider vouches for NHS number and date of birth"
REOPENED = "opened again by the practice"


@dataclass(frozen=True)
class OwnView:
    """Whether a person who has signed in may see their own record: `open`, or closed by the practice."""

    id: int
    open: bool


def tie_to_own(citizen: Citizen, whom: str, vouched: Vouched | None, *, now: datetime) -> None:
    """Tie an account to the one living person whom the provider vouches for, and to nobody else. On record.

    A view that the practice closed stays closed.
    """
    with transaction.atomic():
        Citizen.objects.select_for_update().get(pk=citizen.pk)
        person_id = _person(vouched)
        standing = _views().filter(in_force(now), holder_id=str(citizen.pk))
        for row in standing.exclude(person_id=person_id):
            row.until = now
            row.save(update_fields=["until"])
            _note(None, row.person_id, whom, "ended", now)
        last = _views().filter(holder_id=str(citizen.pk), person_id=person_id).order_by("-pk").first()
        closed = last is not None and last.ended_by_id is not None
        if person_id and not closed and not standing.filter(person_id=person_id).exists():
            _open(person_id, str(citizen.pk), VOUCHED, None, now)
            _note(None, person_id, whom, "begun", now)


def own_record(citizen: CitizenActor, *, now: datetime) -> str | None:
    """The id of the person this citizen is, if they may see their own record."""
    rows = _views().filter(in_force(now), holder_id=str(citizen.citizen_id))
    return rows.values_list("person_id", flat=True).first()


def open_own(citizen: CitizenActor, *, what: str = "full", request_id: str, now: datetime) -> Entitlement:
    """The right to see one's own record. As `open_person`; Refused for whoever is tied to none."""
    role = policy().roles[OWN]
    actor = Actor(0, citizen.handle, citizen.name, role, None, None, frozenset(), request_id, citizen.citizen_id)
    return open_person(actor, own_record(citizen, now=now) or "", what=what, now=now)


def own_views(entitlement: Entitlement) -> tuple[OwnView, ...]:
    """The accounts by which the person has seen their own record, for the practice. Raises Refused."""
    only_who_shares(entitlement)
    latest: dict[str, Relationship] = {}
    for row in _views().filter(person_id=entitlement.person_id).order_by("pk"):
        latest[row.holder_id] = row
    return tuple(OwnView(row.pk, row.until is None) for row in latest.values() if row.until is None or row.ended_by_id)


@transaction.atomic
def close_own_view(entitlement: Entitlement, number: int) -> None:
    """Close a person's own view of their record, until it is opened again. Raises Refused."""
    row = _latest(entitlement, number)
    if row.until is None:
        actor, now = entitlement.actor, entitlement.at
        row.until, row.ended_by_id = now, actor.user_id
        row.save(update_fields=["until", "ended_by"])
        _note(actor, row.person_id, "own view", "ended", now)


@transaction.atomic
def reopen_own_view(entitlement: Entitlement, number: int) -> None:
    """Open a view again that the practice had closed. Raises Refused."""
    row = _latest(entitlement, number)
    if row.until is not None and row.ended_by_id:
        actor, now = entitlement.actor, entitlement.at
        _open(row.person_id, row.holder_id, REOPENED, actor.user_id, now)
        _note(actor, row.person_id, "own view", "begun", now)


def _person(vouched: Vouched | None) -> str:
    """The id of the one living person with this NHS number and date of birth; empty if there is not exactly one."""
    from vanguard.know.record.models import PersonIndex

    if vouched is None or not vouched.nhs_number:
        return ""
    living = PersonIndex.objects.filter(nhs_number=vouched.nhs_number, birth_date=vouched.birth_date, death_date=None)
    found = list(living.values_list("person_id", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def _latest(entitlement: Entitlement, number: int) -> Relationship:
    only_who_shares(entitlement)
    row = _views().select_for_update().filter(pk=number, person_id=entitlement.person_id).first()
    later = row and _views().filter(person_id=row.person_id, holder_id=row.holder_id, pk__gt=row.pk).exists()
    if row is None or later:
        raise Refused
    return row


def _views() -> QuerySet[Relationship]:
    return Relationship.objects.filter(kind=OWN, holder_kind=Relationship.Holder.CITIZEN)


def _open(person_id: str, holder: str, why: str, made_by: int | None, now: datetime) -> None:
    Relationship.objects.create(
        person_id=person_id,
        kind=OWN,
        holder_kind=Relationship.Holder.CITIZEN,
        holder_id=holder,
        start=now,
        reason=why,
        made_by_id=made_by,
    )


def _note(actor: Actor | None, person_id: str, words: str, outcome: str, now: datetime) -> None:
    note(actor, now, what="own view", whom=person_id, why=words, outcome=outcome)
