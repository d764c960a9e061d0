"""Filling the directory from plain objects, again and again: what is there is brought up to date."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction


class LocalityLike(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


class PracticeLike(Protocol):
    """`locality` is the code of the practice's locality."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def ccg(self) -> str: ...
    @property
    def locality(self) -> str: ...


class OrganisationLike(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Filled:
    """How many of each the directory now has."""

    localities: int
    practices: int
    teams: int


@transaction.atomic
def fill(
    localities: Iterable[LocalityLike],
    practices: Iterable[PracticeLike],
    organisations: Iterable[OrganisationLike] = (),
) -> Filled:
    """Write the localities, their practices, one team for each locality, and the organisations by the codes that
    extracts carry. Nothing is removed."""
    from vanguard.directory.models import Locality, Organisation, Practice, Team

    Organisation.objects.bulk_create(
        [Organisation(code=one.code, name=one.name) for one in organisations],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    )

    places = [Locality(code=one.code, name=one.name) for one in localities]
    Locality.objects.bulk_create(places, update_conflicts=True, unique_fields=["code"], update_fields=["name"])
    Practice.objects.bulk_create(
        [Practice(code=p.code, name=p.name, postcode=p.postcode, ccg=p.ccg, locality_id=p.locality) for p in practices],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "postcode", "ccg", "locality"],
    )
    Team.objects.bulk_create(
        [Team(code=f"{one.code}-team", name=f"{one.name} locality team", locality=one) for one in places],
        ignore_conflicts=True,
    )
    return Filled(Locality.objects.count(), Practice.objects.count(), Team.objects.count())
