"""Referrals of persons who turn out to be somebody else: they go along, so that open work is never out of reach."""

from collections.abc import Mapping
from typing import Any

from vanguard.care.hub.models import Draft, Listed, Referral


def go_along(moved: Mapping[str, str], **_: Any) -> None:
    """Whose referral it is now; nobody's whom we know where that is open: then its own words say who it is."""
    for held in (Referral, Draft, Listed):
        for was in held.objects.filter(person_id__in=moved).values_list("person_id", flat=True).distinct():
            held.objects.filter(person_id=was).update(person_id=moved[was])
