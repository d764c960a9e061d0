"""Saying to the lake who works when: each version of a shift, in the transaction that makes it."""

from collections.abc import Iterable
from datetime import datetime

from vanguard.care.outbox import say_rows
from vanguard.care.roster.models import Shift

SOURCE = "rota"
SLICE = 500


def tell(numbers: Iterable[int], now: datetime) -> int:
    """Say how shifts stand; returns how many versions are new."""
    wanted = list(numbers)
    return sum(_tell(wanted[start : start + SLICE], now) for start in range(0, len(wanted), SLICE))


def _tell(numbers: list[int], now: datetime) -> int:
    rows = Shift.objects.filter(pk__in=numbers).select_related("professional", "team")
    said = {
        str(row.pk): {
            "professional": row.professional_id,
            "employer": row.professional.employer_id,
            "pool": row.pool,
            "team": row.team_id,
            "locality": row.team.locality_id if row.team else None,
            "skills": row.skills,
            "start": row.start,
            "end": row.end,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows
    }
    return say_rows("shift", SOURCE, said, now=now)
