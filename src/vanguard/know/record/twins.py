"""What the pseudonymised folder of the lake needs of the service: the key, localities, choices, sensitive codes."""

from datetime import datetime

from django.conf import settings

from vanguard.access import planning, pseudonym_key, sensitive_codes
from vanguard.directory.models import Practice
from vanguard.know.record.models import PersonIndex
from vanguard.lake import Kept, Lake, pseudonymise


def make_twins(lake: Lake, now: datetime) -> Kept:
    """Make the pseudonymised tables anew, without those who opted out of planning and without sensitive entries."""
    return pseudonymise(
        lake,
        now,
        key=pseudonym_key(settings.PLACE, "lake"),
        localities=dict(Practice.objects.values_list("code", "locality_id")),
        left_out=PersonIndex.objects.exclude(planning()).values_list("person_id", flat=True),
        sensitive=sensitive_codes(),
    )
