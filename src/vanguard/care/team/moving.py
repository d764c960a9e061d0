"""Plans of persons who turn out to be somebody else go along; whose one is after records were parted, somebody says."""

from collections.abc import Collection, Mapping
from typing import Any

from vanguard.access import part
from vanguard.care.team.models import Plan


def go_along(moved: Mapping[str, str], parted: Collection[str], number: int, **_: Any) -> None:
    """Two plans of a kind may then be of one person: both are shown, and whoever looks at them again ends one."""
    for was in Plan.objects.filter(person_id__in=moved).values_list("person_id", flat=True).distinct():
        if moved[was]:
            Plan.objects.filter(person_id=was).update(person_id=moved[was])
    part(Plan, parted, number)
