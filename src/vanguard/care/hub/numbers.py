"""Referrals in numbers, for those who may know nobody's name: demand, promises, outcomes, the still open.

Each number is of rows: those of one group of one table. What may be told of it, access decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from vanguard.access import Given, give, planning, pseudonym
from vanguard.care.hub.models import Deadline, Promise, Referral
from vanguard.care.hub.pathways import flow_of
from vanguard.clock import LONDON, local_date
from vanguard.lake import AGE_BAND, OLDEST
from vanguard.web import presenters as say

WEEKS = 13
YES, NO = "yes", "no"

Group = tuple[str, ...]
Groups = Mapping[Group, list[int]]


@dataclass(frozen=True)
class Row:
    """A referral without a name: a stand-in name, a band of ages, the month and from whom it came, where it stands."""

    pseudonym: str
    age: str
    month: date
    origin: str
    stands: str


def since(now: datetime) -> datetime:
    """From when things are counted: the weeks before this day."""
    day = local_date(now) - timedelta(weeks=WEEKS)
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def counted(table: str, now: datetime) -> Given:
    """The counts of one table as they may be shown."""
    return give(table, {group: len(rows) for group, rows in TABLES[table](now).items()})


def opened(table: str, group: Group, now: datetime) -> tuple[Row, ...] | None:
    """The rows behind one number, in an order that tells nothing; None where the number itself may not be told."""
    groups = TABLES[table](now)
    if not give(table, {one: len(rows) for one, rows in groups.items()}).groups.get(group):
        return None
    held = groups[group]
    by_number = {row.pk: _row(row) for row in Referral.objects.filter(pk__in=set(held))}
    return tuple(sorted((by_number[number] for number in held), key=lambda row: (row.pseudonym, row.month)))


def _row(one: Referral) -> Row:
    flow = flow_of(one.blueprint, one.pathway)
    # Two referrals of one person are told to be of one; somebody we never met is nobody else.
    whom = one.person_id or f"referral {one.pk}"
    age = say.age(one.birth_date, local_date(one.received_at))
    return Row(
        pseudonym(settings.PLACE, whom, "referral numbers"),
        "not known" if age is None else _band(age),
        local_date(one.received_at).replace(day=1),
        flow.pathway.entry.origins[one.origin],
        flow.pathway.ends[one.end].label if one.end else flow.step(one.step).label,
    )


def _band(age: int) -> str:
    first = age - age % AGE_BAND
    return f"{OLDEST} or over" if age >= OLDEST else f"{first} to {first + AGE_BAND - 1}"


def _by_hour(now: datetime) -> Groups:
    def hour(at: datetime) -> Group:
        local = at.astimezone(LONDON)
        return str(local.weekday()), f"{local.hour:02}"

    # Every hour is there, so that one in which nobody came says so.
    every = {(str(day), f"{one:02}"): [] for day in range(7) for one in range(24)}
    rows = _theirs().filter(received_at__gte=since(now)).values_list("pk", "received_at")
    return {**every, **_grouped((hour(at), number) for number, at in rows)}


def _promises(now: datetime) -> Groups:
    rows = Promise.objects.filter(referral__in=_theirs(), started_at__gte=since(now))
    named = rows.values_list("referral__pathway", "clock", "kept", "referral_id")
    return _grouped(((pathway, clock, YES if kept else NO), number) for pathway, clock, kept, number in named)


def _outcomes(now: datetime) -> Groups:
    rows = _theirs().filter(ended_at__gte=since(now)).values_list("pathway", "origin", "end", "pk")
    return _grouped(((pathway, origin, end), number) for pathway, origin, end, number in rows)


def _still_open(now: datetime) -> Groups:
    """Each open referral once: beyond the longest that its step should last, else a promised time, else neither."""
    stayed = set(
        Deadline.objects.filter(kind="overstay", at__lte=now, referral__ended_at=None).values_list("referral_id", "of")
    )
    groups = []
    for pathway, number, step, clock, due in (
        _theirs().filter(ended_at=None).values_list("pathway", "pk", "step", "clock", "due_at")
    ):
        late = f"clock {clock}" if due and due <= now else ""
        groups.append(((pathway, f"step {step}" if (number, step) in stayed else late), number))
    return _grouped(groups)


def _theirs() -> QuerySet[Referral]:
    """The referrals of those who did not opt out of uses other than their own care."""
    return Referral.objects.filter(planning())


def _grouped(pairs: Iterable[tuple[Group, int]]) -> Groups:
    found: defaultdict[Group, list[int]] = defaultdict(list)
    for group, number in pairs:
        found[group].append(number)
    return found


TABLES: Mapping[str, Callable[[datetime], Groups]] = {
    "referrals_by_hour": _by_hour,
    "promises": _promises,
    "outcomes": _outcomes,
    "still_open": _still_open,
}
