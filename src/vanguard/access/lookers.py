"""Who looked at a person's record: for the person, their own practice, and the privacy officer."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from vanguard.access.audit.index import Look, looks_at
from vanguard.access.door import note
from vanguard.access.entitlement import Entitlement, Refused
from vanguard.access.following import who_they_were
from vanguard.access.models import User
from vanguard.access.rules import Actor
from vanguard.access.terms import OWN, REGISTERED
from vanguard.access.whom import person_with

SIZE = 50
# The outcomes of an entry by which something of the person was seen, or opened to be seen.
SEEN = ("shown", "opened")


@dataclass(frozen=True)
class Looker:
    """Who somebody is today: their name and where they work, as far as we know it."""

    name: str
    works_at: str


@dataclass(frozen=True)
class Lookers:
    """One page of who looked, latest first, and the people by user name."""

    looks: tuple[Look, ...]
    people: dict[str, Looker]
    total: int
    page: int
    pages: int


def may_see_lookers(entitlement: Entitlement) -> bool:
    """Whether who looked is shown to whoever holds this: the person's own practice, and the person."""
    return entitlement.why == OWN or (entitlement.actor.may("who_looked") and entitlement.why == REGISTERED)


def who_looked(entitlement: Entitlement, *, page: int = 1) -> Lookers:
    """Who looked at this person's record, for them and their own practice. On record. Raises Refused for others."""
    may = may_see_lookers(entitlement)
    note(
        entitlement.actor,
        entitlement.at,
        what="looks",
        whom=entitlement.person_id,
        why=entitlement.why,
        outcome="shown" if may else "refused",
    )
    if not may:
        raise Refused
    return _lookers(entitlement.person_id, page)


def who_looked_at(actor: Actor, person_id: str, *, page: int = 1, now: datetime) -> Lookers:
    """Who looked at the record with this id, for the privacy officer: not whose it is. On record. Raises Refused."""
    may = actor.may("privacy_queue")
    outcome = "shown" if may else "refused"
    note(actor, now, what="looks", whom=person_id[:64], why="privacy_queue", outcome=outcome)
    if not may:
        raise Refused
    return _lookers(person_id, page)


def find_looked_at(actor: Actor, *, nhs_number: str, birth_date: date, now: datetime) -> str | None:
    """The id of the person with this NHS number and date of birth, for a privacy officer whom they asked who looked.

    On record. Raises Refused without the right.
    """
    if not actor.may("privacy_queue"):
        note(actor, now, what="trace", whom="", why="role", outcome="refused")
        raise Refused
    person_id = person_with(nhs_number, birth_date)
    outcome = "found" if person_id else "not found"
    note(actor, now, what="trace", whom=person_id, why="privacy_queue", outcome=outcome)
    return person_id or None


def people_of(usernames: set[str]) -> dict[str, Looker]:
    """Who these users are, by user name; one who has gone is known by the user name alone."""
    rows = User.objects.filter(username__in=usernames).select_related("practice", "organisation")
    known = {row.username: Looker(row.name, _works_at(row)) for row in rows.prefetch_related("teams")}
    return {one: known.get(one, Looker(one, "")) for one in usernames}


def _lookers(person_id: str, page: int) -> Lookers:
    def read(number: int) -> tuple[list[Look], int]:
        offset = (number - 1) * SIZE
        return looks_at(settings.PLACE, ids, outcomes=SEEN, limit=SIZE, offset=offset)

    ids = who_they_were(person_id)
    looks, total = read(page)
    pages = max(1, -(-total // SIZE))
    if page > pages:
        page = pages
        looks, total = read(page)
    return Lookers(tuple(looks), people_of({one.who for one in looks}), total, page, pages)


def _works_at(user: User) -> str:
    if user.practice:
        return user.practice.name
    if user.organisation:
        return user.organisation.name
    return " and ".join(sorted(team.name for team in user.teams.all()))
