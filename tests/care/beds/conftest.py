"""A place with two houses of beds, and those who keep them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.small_place import LOCALITIES, PRACTICES

from vanguard.access import Actor
from vanguard.access.models import User
from vanguard.access.terms import Role
from vanguard.care.beds.matching import Wanted, Wish
from vanguard.care.beds.models import Bed
from vanguard.care.beds.reading import import_beds

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
KIND = "short_stay_bed"
NURSING = Wish("bed_with_nursing", "Nursing day and night")
BEDS = """place,place_name,locality,room,bed,kind,sex,meets
mill,The Mill,north,Bay 1,1,short_stay_bed,any,plain_bed;bed_with_nursing
mill,The Mill,north,Bay 1,2,short_stay_bed,any,plain_bed;bed_with_nursing
mill,The Mill,north,Room 3,1,short_stay_bed,male,plain_bed
oak,Oak House,south,,Suite,short_stay_bed,female,bed_with_nursing
"""


@pytest.fixture
def beds(db: None, place: Path, tmp_path: Path) -> dict[str, int]:
    """Four beds, by name."""
    from vanguard.directory import fill

    fill(LOCALITIES, PRACTICES)
    (tmp_path / "beds.csv").write_text(BEDS)
    import_beds(tmp_path / "beds.csv", NOON - timedelta(days=1))
    return {str(bed): bed.pk for bed in Bed.objects.all()}


@pytest.fixture
def keeps_beds(db: None) -> Callable[[str], Actor]:
    """Somebody who may hold beds."""

    def keeper(name: str) -> Actor:
        user, _ = User.objects.get_or_create(username=name, defaults={"name": name, "role": "keeper"})
        return Actor(user.pk, name, name, Role("keeper", "keeper", frozenset({"beds"}), ()), None, None, frozenset())

    return keeper


def wants(referral: int, sex: str = "female", **more: Any) -> Wanted:
    return Wanted(referral, KIND, sex, (NURSING,), **{"hold_for": timedelta(hours=2), "locality": "north"} | more)
