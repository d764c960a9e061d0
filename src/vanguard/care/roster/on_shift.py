"""Who is on shift at an instant."""

from datetime import datetime

from django.db.models import Count

from vanguard.care.roster.choosing import Candidate
from vanguard.care.roster.models import Allocation, Shift


def candidates(pool: str, at: datetime) -> tuple[Candidate, ...]:
    """Everybody of a pool who is on shift, with how many open allocations they have: those of two shifts once."""
    # By their columns: five whole rows for each who is on shift would take longer than all the rest.
    rows = (
        Shift.objects.filter(pool=pool, start__lte=at, end__gt=at, withdrawn_at=None)
        .order_by("end")
        .values_list(
            "professional_id", "professional__name", "professional__employer__name", "skills",
            "team__locality_id", "team__locality__name", "end",
        )
    )  # fmt: skip
    going = dict(
        Allocation.objects.filter(ended_at=None).values_list("professional_id").annotate(Count("pk")).order_by()
    )
    found = {}
    for code, name, employer, skills, locality, locality_name, end in rows:
        found[code] = Candidate(
            code=code,
            name=name,
            employer=employer,
            skills=frozenset(skills),
            locality=locality,
            locality_name=locality_name or "",
            until=end,
            going=going.get(code, 0),
        )
    return tuple(found.values())


def next_on_shift(pool: str, at: datetime) -> Shift | None:
    """The next shift of a pool to begin."""
    rows = Shift.objects.filter(pool=pool, start__gt=at, withdrawn_at=None).select_related("professional")
    return rows.order_by("start", "pk").first()
