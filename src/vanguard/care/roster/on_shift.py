"""Who is on shift at an instant."""

from datetime import datetime

from django.db.models import Count

from vanguard.care.roster.choosing import Candidate
from vanguard.care.roster.models import Allocation, Shift


def candidates(pool: str, at: datetime) -> tuple[Candidate, ...]:
    """Everybody of a pool who is on shift, with how many open allocations they have: those of two shifts once."""
    rows = (
        Shift.objects.filter(pool=pool, start__lte=at, end__gt=at, withdrawn_at=None)
        .select_related("professional__employer", "team__locality")
        .order_by("end")
    )
    going = dict(
        Allocation.objects.filter(ended_at=None).values_list("professional_id").annotate(Count("pk")).order_by()
    )
    found = {}
    for row in rows:
        locality = row.team.locality if row.team else None
        found[row.professional_id] = Candidate(
            code=row.professional_id,
            name=row.professional.name,
            employer=row.professional.employer.name,
            skills=frozenset(row.skills),
            locality=locality.code if locality else None,
            locality_name=locality.name if locality else "",
            until=row.end,
            going=going.get(row.professional_id, 0),
        )
    return tuple(found.values())


def next_on_shift(pool: str, at: datetime) -> Shift | None:
    """The next shift of a pool to begin."""
    rows = Shift.objects.filter(pool=pool, start__gt=at, withdrawn_at=None).select_related("professional")
    return rows.order_by("start", "pk").first()
