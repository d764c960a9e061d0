"""How recommendations stand, as the database works it out for lists of any length: the same as `monitoring` says."""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.lookups import LessThan

from vanguard.programme.scrutiny.models import Check
from vanguard.programme.scrutiny.monitoring import (
    ACCEPTED,
    DUE,
    GREEN,
    IN_PART,
    MONTHS,
    OVERDUE,
    RATED,
    SATISFIED,
    UNWATCHED,
)
from vanguard.programme.tables.day_numbers import MonthsAfterLastDay


def monitored(today: date) -> Any:
    """The standing of a recommendation. A look is open until it, or a later one, was rated, or one before was green."""
    checks = Check.objects.filter(recommendation=OuterRef("pk"))
    overdue, due = Q(pk__in=()), Q(pk__in=())
    for number, months in enumerate(MONTHS):
        later = [str(one) for one in MONTHS[number:]]
        before = [str(one) for one in MONTHS[:number]]
        open_ = ~Q(Exists(checks.filter(after__in=later))) & ~Q(Exists(checks.filter(after__in=before, rating=GREEN)))
        due |= open_
        overdue |= open_ & Q(LessThan(MonthsAfterLastDay("answered", months), Value(today.toordinal())))
    return Case(
        When(~Q(response__in=(ACCEPTED, IN_PART)) | Q(answered=""), then=Value(UNWATCHED)),
        When(overdue, then=Value(OVERDUE)),
        When(due, then=Value(DUE)),
        When(Q(Exists(checks.filter(rating=GREEN))), then=Value(SATISFIED)),
        default=Value(RATED),
    )
