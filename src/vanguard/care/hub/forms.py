"""What the forms of a person's referrals say: asked once, and offered wherever the same question stands again."""

from collections.abc import Mapping
from typing import Any

from vanguard.care.hub.models import Writing


def written_of(person_id: str) -> Mapping[str, Any]:
    """The newest answer to each question, over all referrals of a person."""
    found: dict[str, Any] = {}
    rows = Writing.objects.filter(referral__person_id=person_id).order_by("at", "pk")
    for answers in rows.values_list("answers", flat=True):
        found |= answers
    return found
