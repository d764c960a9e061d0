"""The directory is filled from plain objects, and again without doubling."""

from dataclasses import dataclass

import pytest

from vanguard.directory import fill
from vanguard.directory.models import Organisation, Practice, Team


@dataclass(frozen=True)
class Place:
    code: str
    name: str


@dataclass(frozen=True)
class Surgery:
    code: str
    name: str
    postcode: str
    ccg: str
    locality: str


NORTH = Place("north", "North")
OAK = Surgery("K82001", "Oak Surgery", "HP1 1AA", "14Y", "north")


@pytest.mark.django_db
def test_a_practice_belongs_to_its_locality_and_the_locality_has_a_team() -> None:
    filled = fill([NORTH], [OAK])
    assert (filled.localities, filled.practices, filled.teams) == (1, 1, 1)
    assert Practice.objects.get(code="K82001").locality.name == "North"
    assert Team.objects.get().locality_id == "north"


@pytest.mark.django_db
def test_filling_again_brings_names_up_to_date_and_removes_nothing() -> None:
    fill([NORTH], [OAK], [Place("H1", "The hospital")])
    fill([Place("north", "North Bucks")], [Surgery("K82002", "Elm Surgery", "", "14Y", "north")])
    fill([], [], [Place("H1", "The county hospital")])
    assert Organisation.objects.get().name == "The county hospital"
    assert Practice.objects.count() == 2
    assert Practice.objects.get(code="K82001").locality.name == "North Bucks"
    assert Team.objects.count() == 1
