"""Beds for a referral: those that fit with their reasons, and the one that it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Max, Min, Q

from vanguard.care.beds.changes import PROMISED_FOR, RAN_OUT, facts_of, words_of
from vanguard.care.beds.matching import Fit, Wanted, judge
from vanguard.care.beds.models import Bed, BedChange
from vanguard.care.beds.status import HELD, OCCUPIED, OPEN, lapsed, status_at


@dataclass(frozen=True)
class Offer:
    """One open bed, in words, and how it fits."""

    id: int
    words: str
    fit: Fit


@dataclass(frozen=True)
class Stay:
    """A bed that a referral has or had: held since, until; in it from, to (None: not yet)."""

    bed: int
    words: str
    held_at: datetime | None
    until: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    why: str


def offers(wanted: Wanted, now: datetime) -> tuple[Offer, ...]:
    """The open beds of that kind, the best first; those that do not fit come last and say why."""
    beds = list(Bed.objects.filter(kind=wanted.kind).select_related("place").order_by("pk"))
    promised = _promised(wanted.referral, now)
    rooms: dict[tuple[str, str], list[Bed]] = {}
    for bed in beds:
        if not lapsed(bed, now):
            rooms.setdefault((bed.place_id, bed.room), []).append(bed)
    found = []
    for bed in beds:
        if status_at(bed, now) != OPEN:
            continue
        beside = [one for one in rooms.get((bed.place_id, bed.room), []) if one.pk != bed.pk]
        ended = bed.until if lapsed(bed, now) and bed.referral != wanted.referral else promised.get(bed.pk)
        found.append(Offer(bed.pk, words_of(bed), judge(facts_of(bed, beside, ended), wanted)))
    return tuple(sorted(found, key=lambda one: (not one.fit.fits, one.fit.rank, one.words)))


def stay_of(referral: int, now: datetime) -> Stay | None:
    """The bed that a referral has at an instant."""
    last = next(iter(stays_of(referral, now)), None)
    return last if last and last.ended_at is None else None


def stays_of(referral: int, now: datetime) -> tuple[Stay, ...]:
    """Every bed that a referral has or had, the newest first. A hold whose time is over has ended."""
    own = BedChange.objects.filter(referral=referral).values_list("bed_id").order_by("bed_id")
    # What happened to a bed before and long after is not asked for: it may be years.
    spans = [
        Q(bed=bed, number__gte=first, number__lte=last + 1)
        for bed, first, last in own.annotate(Min("number"), Max("number"))
    ]
    if not spans:
        return ()
    whose = reduce(or_, spans)
    rows = BedChange.objects.filter(whose).select_related("bed__place").order_by("bed_id", "number")
    stays: list[Stay] = []
    going: dict[int, list[BedChange]] = {}
    for row in rows:
        mine = going.setdefault(row.bed_id, [])
        if row.referral == referral:
            mine.append(row)
        elif mine:
            stays.append(_stay(mine, row, now))
            going[row.bed_id] = []
    stays += [_stay(mine, None, now) for mine in going.values() if mine]
    return tuple(sorted(stays, key=lambda one: one.held_at or one.arrived_at or now, reverse=True))


def _stay(rows: list[BedChange], after: BedChange | None, now: datetime) -> Stay:
    last, arrived = rows[-1], next((row.at for row in rows if row.status == OCCUPIED), None)
    over = last.until if after is None and lapsed(last, now) else None
    return Stay(
        bed=last.bed_id,
        words=words_of(last.bed),
        held_at=next((row.at for row in rows if row.status == HELD), None),
        until=last.until,
        arrived_at=arrived,
        ended_at=after.at if after else over,
        why=after.why if after else RAN_OUT if over else "",
    )


def _promised(referral: int, now: datetime) -> Mapping[int, datetime]:
    """By bed, when a hold for another referral ran out lately."""
    lately = BedChange.objects.filter(status=OPEN, why=RAN_OUT, by=None, at__gt=now - PROMISED_FOR, at__lte=now)
    rows = lately.order_by("at").values_list("bed_id", "number", "at")
    if not rows:
        return {}
    own = set(BedChange.objects.filter(referral=referral).values_list("bed_id", "number"))
    return {bed: at for bed, number, at in rows if (bed, number - 1) not in own}
