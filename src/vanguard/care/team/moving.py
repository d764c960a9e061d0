"""Plans of persons who turn out to be somebody else go along; where that is open, they stay where they were made."""

from collections.abc import Mapping
from typing import Any

from vanguard.care.team.models import Plan


def go_along(moved: Mapping[str, str], **_: Any) -> None:
    """Two plans of a kind may then be of one person: both are shown, and whoever looks at them again ends one."""
    for was in Plan.objects.filter(person_id__in=moved).values_list("person_id", flat=True).distinct():
        if moved[was]:
            Plan.objects.filter(person_id=was).update(person_id=moved[was])
