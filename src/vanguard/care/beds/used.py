"""What was done with beds in a time: their changes in it, and the last before it, which says what each was then."""

from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from vanguard.care.beds.models import Bed, BedChange
from vanguard.care.beds.use import Row


def changes_since(start: datetime, end: datetime) -> dict[str, list[Row]]:
    """By place, the changes of its beds from `start` to `end` in the order in which they were made; however long the
    beds have been there, none is read that says nothing of that time."""
    before = BedChange.objects.filter(bed=OuterRef("pk"), at__lt=start).order_by("-number").values("pk")[:1]
    last = Bed.objects.annotate(last=Subquery(before)).exclude(last=None).values_list("last", flat=True)
    rows = BedChange.objects.filter(Q(at__gte=start, at__lt=end) | Q(pk__in=list(last))).order_by("bed_id", "number")
    found: dict[str, list[Row]] = {}
    for bed, at, status, place in rows.values_list("bed_id", "at", "status", "bed__place__name"):
        found.setdefault(place, []).append(Row(bed, at, status))
    return found
