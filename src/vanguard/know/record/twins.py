"""What the pseudonymised folder of the lake needs of the service: the key, localities, sensitive codes."""

from datetime import datetime

from django.conf import settings

from vanguard.access import pseudonym_key, sensitive_codes
from vanguard.directory.models import Practice
from vanguard.lake import Kept, Lake, pseudonymise


def make_twins(lake: Lake, now: datetime) -> Kept:
    """Make the pseudonymised tables anew, without those who opted out of planning and without sensitive entries."""
    return pseudonymise(
        lake,
        now,
        key=pseudonym_key(settings.PLACE, "lake"),
        localities=dict(Practice.objects.values_list("code", "locality_id")),
        sensitive=sensitive_codes(),
    )
