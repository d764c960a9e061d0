"""Changing what a bed is: each change one more row, in one transaction with where the bed then stands.

The beds of a room are locked in one order and read again; who comes second is told who was quicker. Should two ever
see the same state of a bed all the same, the database refuses the second row of that number.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from vanguard.access import Actor, Refused
from vanguard.care.beds.matching import Facts, Wanted, judge
from vanguard.care.beds.models import Bed, BedChange
from vanguard.care.beds.signals import bed_lost
from vanguard.care.beds.status import CLEANING, CLOSED, HELD, NEXT, OCCUPIED, OPEN, STATUSES, lapsed
from vanguard.errors import BadInput
from vanguard.web import presenters as say

RIGHT = "beds"
LEAST_LETTERS, MOST_LETTERS = 3, 500
RAN_OUT = "The hold ran out"
# For so long after a hold ran out whoever it was for may still be on the way.
PROMISED_FOR = timedelta(hours=6)


class Taken(BadInput):
    """Somebody else has the bed, or it is not ready: nothing was written."""


def words_of(bed: Bed) -> str:
    """The bed as people call it."""
    return f"{bed.place.name}, {bed}"


@transaction.atomic
def hold(bed: int, wanted: Wanted, *, by: Actor, now: datetime) -> datetime | None:
    """Keep the bed for a referral; returns until when. Held again by the same referral, the time begins anew.

    Raises Taken, with a sentence, where it is not free; BadInput where it does not fit, or the referral has another.
    """
    target = _ready(bed, wanted, by, now)
    if target.status not in (OPEN, HELD):
        raise _taken(target)
    until = now + wanted.hold_for if wanted.hold_for else None
    sex = wanted.sex or ""
    _change(target, HELD, at=now, by=by, now=now, until=until, referral=wanted.referral, for_sex=sex)
    return until


@transaction.atomic
def occupy(bed: int, wanted: Wanted, *, by: Actor, now: datetime) -> None:
    """The person is in the bed, which was held for them or is open. Raises as `hold` does."""
    target = _ready(bed, wanted, by, now)
    _change(target, OCCUPIED, at=now, by=by, now=now, referral=wanted.referral, for_sex=wanted.sex or "")


@transaction.atomic
def leave(referral: int, *, by: Actor, now: datetime, why: str = "") -> None:
    """The person has left the bed, which is then cleaned. Raises BadInput where they are in none."""
    _end(referral, OCCUPIED, CLEANING, by, now, why or "The person left")


@transaction.atomic
def release(referral: int, *, by: Actor, now: datetime, why: str = "") -> None:
    """The bed that is held for a referral is open again. Raises BadInput where none is."""
    _end(referral, HELD, OPEN, by, now, why or "Not needed any more")


@transaction.atomic
def set_status(bed: int, status: str, *, seen: int, why: str, by: Actor, now: datetime) -> None:
    """Make the bed open, cleaning or closed, by whoever saw its first `seen` changes. Closing needs a reason.

    A hold ends with it, and whoever held it is told. Raises Taken where it has changed since.
    """
    target = next(one for one in _locked(Q(pk=bed), by, now) if one.pk == bed)
    if target.changes != seen:
        last = target.history.select_related("by").latest("number")
        raise Taken(f"{_who(last)} has changed this bed meanwhile.", do="Look at it again, then decide.")
    if status not in NEXT[target.status] or status in (HELD, OCCUPIED):
        was, then = (STATUSES.get(one, one).lower() for one in (target.status, status))
        raise BadInput(f"A bed that is {was} cannot become {then}.", do="Look at it again.")
    why = why.strip()
    if (status == CLOSED or target.status == HELD) and not LEAST_LETTERS <= len(why) <= MOST_LETTERS:
        raise BadInput("There is no reason.", do=f"Say why, in {LEAST_LETTERS} to {MOST_LETTERS} letters.")
    lost = target.referral if target.status == HELD else None
    _change(target, status, at=now, by=by, now=now, why=why[:MOST_LETTERS])
    if lost is not None:
        bed_lost.send(Bed, referral=lost, bed=words_of(target), kind=target.kind, why=why, at=now)


@transaction.atomic
def follow(referral: int, keep: Collection[str], *, by: Actor | None, now: datetime) -> None:
    """What the referral's episode means for its bed: one of a kind that is not among `keep` is let go.

    Held, it is open again; occupied, the person has left it.
    """
    for bed in _lock(Q(referral=referral)):
        if not _lapse(bed, now) and bed.referral == referral and bed.kind not in keep:
            then = CLEANING if bed.status == OCCUPIED else OPEN
            _change(bed, then, at=now, by=by, now=now, why="The episode went on without it")


def sweep(now: datetime, *, most: int = 500) -> int:
    """End up to `most` holds whose time is over, each once, and return how many."""
    over = Bed.objects.filter(status=HELD, until__lte=now).order_by("until").values_list("pk", flat=True)[:most]
    return sum(_sweep_one(number, now) for number in list(over))


@transaction.atomic
def _sweep_one(bed: int, now: datetime) -> bool:
    return any(_lapse(one, now) for one in _lock(Q(pk=bed)))


def _ready(bed: int, wanted: Wanted, by: Actor, now: datetime) -> Bed:
    """The bed, locked, free for this referral and fit for it."""
    where = Bed.objects.filter(pk=bed).values_list("place_id", "room").first()
    if where is None:
        raise BadInput("There is no such bed.", do="Choose one of the list.")
    room = Q(place_id=where[0], room=where[1]) if where[1] else Q(pk=bed)
    found = _locked(room | Q(referral=wanted.referral), by, now)
    target = next(one for one in found if one.pk == bed)
    other = next((one for one in found if one.referral == wanted.referral and one.pk != bed), None)
    if other is not None:
        raise BadInput(f"This referral has a bed: {words_of(other)}.", do="Let it go first, or take the person there.")
    if target.status != OPEN and not (target.status == HELD and target.referral == wanted.referral):
        raise _taken(target)
    beside = [one for one in found if one.pk != bed and (one.place_id, one.room) == (target.place_id, target.room)]
    if against := judge(facts_of(target, beside), wanted).against:
        do = "Choose a bed that fits, or change on the referral what is needed."
        raise BadInput(f"{words_of(target)} does not fit: {'; '.join(against)}.", do=do)
    return target


def facts_of(bed: Bed, beside: Iterable[Bed], promised: datetime | None = None) -> Facts:
    """What matters of a bed, and of the others of its room."""
    others = tuple(one.for_sex for one in beside if one.referral is not None) if bed.room else ()
    return Facts(bed.kind, bed.sex, frozenset(bed.meets), bed.place.locality_id, bed.since, others, promised)


def _locked(which: Q, by: Actor, now: datetime) -> list[Bed]:
    """Those beds for whoever may change them, each as it truly is at `now`."""
    if not by.may(RIGHT):
        raise Refused
    found = _lock(which)
    for one in found:
        _lapse(one, now)
    return found


def _lock(which: Q) -> list[Bed]:
    return list(Bed.objects.select_for_update(of=("self",)).select_related("place").filter(which).order_by("pk"))


def _lapse(bed: Bed, now: datetime) -> bool:
    """Write down that the hold is over, where it is; tell whoever follows the referral."""
    if not lapsed(bed, now) or bed.until is None:
        return False
    referral, at = bed.referral, bed.until
    _change(bed, OPEN, at=at, by=None, now=now, why=RAN_OUT)
    bed_lost.send(Bed, referral=referral, bed=words_of(bed), kind=bed.kind, why=RAN_OUT, at=at)
    return True


def _end(referral: int, was: str, then: str, by: Actor, now: datetime, why: str) -> None:
    bed = next((one for one in _locked(Q(referral=referral), by, now) if one.status == was), None)
    if bed is None:
        raise BadInput(f"No bed is {STATUSES[was].lower()} for this referral.", do="Look at where it stands now.")
    _change(bed, then, at=now, by=by, now=now, why=why[:MOST_LETTERS])


def _change(
    bed: Bed,
    status: str,
    *,
    at: datetime,
    by: Actor | None,
    now: datetime,
    until: datetime | None = None,
    referral: int | None = None,
    for_sex: str = "",
    why: str = "",
) -> None:
    """One more row, and the bed as it then stands; nothing where somebody changed it since it was read."""
    stands = {"status": status, "since": at, "until": until, "referral": referral, "for_sex": for_sex}
    number = bed.changes
    try:
        with transaction.atomic():
            changed = Bed.objects.filter(pk=bed.pk, changes=number).update(changes=number + 1, **stands)
            if not changed:
                raise _quicker(bed)
            BedChange.objects.create(
                bed=bed,
                number=number,
                status=status,
                at=at,
                until=until,
                referral=referral,
                why=why,
                by_id=by.user_id if by else None,
                role=by.role.id if by else "",
                recorded_at=now,
            )
    except IntegrityError as problem:
        raise _quicker(bed) from problem
    bed.changes = number + 1
    for name, value in stands.items():
        setattr(bed, name, value)


def _quicker(bed: Bed) -> Taken:
    return Taken(f"Somebody was quicker with {words_of(bed)}.", do="Look at the beds again.")


def _taken(bed: Bed) -> Taken:
    """Why a bed is not free, in a sentence."""
    last = bed.history.select_related("by").latest("number")
    since = say.day_and_time(bed.since)
    why: dict[str, Callable[[], str]] = {
        HELD: lambda: (
            f"is held for another referral by {_who(last)}"
            + (f" until {say.day_and_time(bed.until)}" if bed.until else "")
        ),
        OCCUPIED: lambda: f"is occupied since {since}, said {_who(last)}",
        CLEANING: lambda: f"is being cleaned since {since}",
        CLOSED: lambda: f"is closed since {since}: {last.why or 'no reason is known'}",
    }
    said = why.get(bed.status, lambda: "has changed meanwhile")
    return Taken(f"{words_of(bed)} {said()}.", do="Choose another bed.")


def _who(last: BedChange) -> str:
    return last.by.name if last.by else "the system"
