"""The board of beds: where each stands, the same for everybody who looks. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from vanguard.care.beds.kinds import kinds
from vanguard.care.beds.matching import FOR_WHOM
from vanguard.care.beds.models import Bed, BedChange
from vanguard.care.beds.status import HELD, STATUSES, lapsed, status_at

# So many of the newest changes are counted, for one that was written early may be committed late.
LATE = 1_000


@dataclass(frozen=True)
class Row:
    """One bed. `at` is until when it is held, or since when it is what it is; `whose` the referral's number."""

    id: int
    place: str
    name: str
    status: str
    words: str
    at: datetime
    until: bool
    whose: int | None
    for_whom: str
    meets: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Board:
    """The beds by place, and how many there are of each status among them."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]


def version(now: datetime) -> str:
    """Changes whenever anything on the board may have changed."""
    newest = BedChange.objects.aggregate(newest=Max("pk"))["newest"] or 0
    some = BedChange.objects.filter(pk__gt=newest - LATE).count()
    over = Bed.objects.filter(status=HELD, until__lte=now).count()
    return f"{newest}-{some}-{over}-{Bed.objects.count()}"


def board(now: datetime, *, place: str = "", status: str = "", sex: str = "", need: str = "") -> Board:
    """The beds at an instant; with a place, a status, a sex or a need, only those that have or take it."""
    rows = []
    for bed in Bed.objects.select_related("place").order_by("place__name", "room", "name", "pk"):
        if place and bed.place_id != place:
            continue
        if (sex and bed.sex not in (sex, "any")) or (need and need not in bed.meets):
            continue
        row = row_of(bed, now)
        if not status or row.status == status:
            rows.append(row)
    counts = {one: sum(row.status == one for row in rows) for one in STATUSES}
    return Board(tuple(rows), counts)


def row_of(bed: Bed, now: datetime) -> Row:
    """A bed as the board shows it."""
    stands = status_at(bed, now)
    over = lapsed(bed, now) and bed.until
    kind = kinds().get(bed.kind)
    needs = kind.needs if kind else {}
    held = stands == HELD and bed.until is not None
    return Row(
        id=bed.pk,
        place=bed.place.name,
        name=str(bed),
        status=stands,
        words=STATUSES[stands],
        at=bed.until if held and bed.until else over or bed.since,
        until=held,
        whose=None if over else bed.referral,
        for_whom=FOR_WHOM[bed.sex],
        meets=tuple(needs.get(one, one) for one in bed.meets),
        kind=kind.label if kind else bed.kind,
    )
