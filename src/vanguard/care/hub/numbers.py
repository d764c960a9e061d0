"""Referrals in numbers, for those who may know nobody's name: demand, promises, outcomes, the still open.

Each number is of rows: those of one group of one table. The database counts them, and finds them again when a number
is opened. What may be told of it, access decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, Count, Exists, Max, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Substr

from vanguard.access import Given, give, planning, pseudonym
from vanguard.care.hub.models import Deadline, Promise, Referral
from vanguard.care.hub.pathways import flow_of
from vanguard.clock import LONDON, local_date
from vanguard.lake import AGE_BAND, OLDEST
from vanguard.web import presenters as say

WEEKS = 13
PAGE = 100
YES, NO = "yes", "no"
# An instant's day and hour of UTC, in the words of both databases: 2026-11-02 07.
TO_THE_HOUR = 13

Group = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A referral without a name: a stand-in name, a band of ages, the month and from whom it came, where it stands."""

    pseudonym: str
    age: str
    month: date
    origin: str
    stands: str


@dataclass(frozen=True)
class Page:
    """Some of the rows behind a number, which are `total` together on so many `pages`."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Counts:
    """The counts of a table as they may be shown, and the version whose words a group is told in: the newest of its
    rows."""

    given: Given
    blueprints: Mapping[Group, str]


@dataclass(frozen=True)
class Table:
    """What is counted: rows that have the columns `by`, from which their group follows; `referral` leads to each's."""

    rows: Callable[[datetime], QuerySet[Any]]
    by: tuple[str, ...]
    group: Callable[..., Group]
    referral: str = ""
    every: tuple[Group, ...] = ()

    @property
    def number(self) -> str:
        return f"{self.referral}_id" if self.referral else "pk"

    @property
    def person(self) -> str:
        return f"{self.referral}__person_id" if self.referral else "person_id"

    @property
    def blueprint(self) -> str:
        return f"{self.referral}__blueprint" if self.referral else "blueprint"


def since(now: datetime) -> datetime:
    """From when things are counted: the weeks before this day."""
    day = local_date(now) - timedelta(weeks=WEEKS)
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def counted(table: str, now: datetime) -> Counts:
    """The counts of one table as they may be shown."""
    given, found = _count(table, now)
    return Counts(given, {group: max(cells)[1] for group, cells in found.items()})


def opened(table: str, group: Group, now: datetime, page: int = 1) -> tuple[Page, str] | None:
    """Some of the rows behind one number, in an order that tells nothing, and the version in whose words the group is
    told; None where the number itself may not be told."""
    given, found = _count(table, now)
    if not given.groups.get(group):
        return None
    asked = TABLES[table]
    cells = found[group]
    within = reduce(or_, (Q(**dict(zip((*asked.by, asked.blueprint), values, strict=True))) for _, _, values in cells))
    # Asked once, so that each row has its name. A clock that ran twice has two rows of one referral.
    people = asked.rows(now).filter(within).values_list(asked.number, asked.person)
    ordered = sorted((_pseudonym(number, person_id), number) for number, person_id in people)
    pages = max(1, -(-len(ordered) // PAGE))
    page = min(page, pages)
    some = ordered[(page - 1) * PAGE : page * PAGE]
    by_number = Referral.objects.in_bulk([number for _, number in some])
    rows = tuple(_row(by_number[number], name) for name, number in some)
    return Page(rows, len(ordered), page, pages), max(cells)[1]


def _count(table: str, now: datetime) -> tuple[Given, Mapping[Group, list[tuple[int, str, tuple[Any, ...]]]]]:
    """What may be given, and of each group its cells as the database counts them: the newest referral, under which
    version it began, and the values that its rows have."""
    asked = TABLES[table]
    columns = (*asked.by, asked.blueprint)
    cells = asked.rows(now).order_by().values_list(*columns).annotate(rows=Count("pk"), newest=Max(asked.number))
    sizes = dict.fromkeys(asked.every, 0)
    found: dict[Group, list[tuple[int, str, tuple[Any, ...]]]] = {}
    for *values, blueprint, rows, newest in cells:
        group = asked.group(*values)
        sizes[group] = sizes.get(group, 0) + rows
        found.setdefault(group, []).append((newest, blueprint, (*values, blueprint)))
    return give(table, sizes), found


def _pseudonym(number: int, person_id: str) -> str:
    # Two referrals of one person are told to be of one; somebody we never met is nobody else.
    return pseudonym(settings.PLACE, person_id or f"referral {number}", "referral numbers")


def _row(one: Referral, name: str) -> Row:
    flow = flow_of(one.blueprint, one.pathway)
    age = say.age(one.birth_date, local_date(one.received_at))
    return Row(
        name,
        "not known" if age is None else _band(age),
        local_date(one.received_at).replace(day=1),
        flow.pathway.entry.origins[one.origin],
        flow.pathway.ends[one.end].label if one.end else flow.step(one.step).label,
    )


def _band(age: int) -> str:
    first = age - age % AGE_BAND
    return f"{OLDEST} or over" if age >= OLDEST else f"{first} to {first + AGE_BAND - 1}"


def _came(now: datetime) -> QuerySet[Any]:
    hour = Substr(Cast("received_at", TextField()), 1, TO_THE_HOUR)
    return _theirs().filter(received_at__gte=since(now)).annotate(hour=hour)


def _hour_of_the_week(hour: str) -> Group:
    local = datetime.fromisoformat(f"{hour}:00+00:00").astimezone(LONDON)
    return str(local.weekday()), f"{local.hour:02}"


def _promised(now: datetime) -> QuerySet[Any]:
    return Promise.objects.filter(planning("referral__"), started_at__gte=since(now))


def _ended(now: datetime) -> QuerySet[Any]:
    return _theirs().filter(ended_at__gte=since(now))


def _open(now: datetime) -> QuerySet[Any]:
    overstay = Deadline.objects.filter(referral=OuterRef("pk"), of=OuterRef("step"), kind="overstay", at__lte=now)
    late = Case(When(due_at__lte=now, then=Value(True)), default=Value(False), output_field=BooleanField())
    return _theirs().filter(ended_at=None).annotate(stayed=Exists(overstay), late=late)


def _where_it_stands(pathway: str, step: str, clock: str, stayed: bool, late: bool) -> Group:
    """Each open referral once: beyond the longest that its step should last, else a promised time, else neither."""
    return pathway, f"step {step}" if stayed else f"clock {clock}" if late else ""


def _theirs() -> QuerySet[Referral]:
    """The referrals of those who did not opt out of uses other than their own care."""
    return Referral.objects.filter(planning())


TABLES: Mapping[str, Table] = {
    "referrals_by_hour": Table(
        _came,
        ("hour",),
        _hour_of_the_week,
        # Every hour is there, so that one in which nobody came says so.
        every=tuple((str(day), f"{one:02}") for day in range(7) for one in range(24)),
    ),
    "promises": Table(
        _promised,
        ("referral__pathway", "clock", "kept"),
        lambda pathway, clock, kept: (pathway, clock, YES if kept else NO),
        referral="referral",
    ),
    "outcomes": Table(_ended, ("pathway", "origin", "end"), lambda *group: group),
    "still_open": Table(_open, ("pathway", "step", "clock", "stayed", "late"), _where_it_stands),
}
