"""A long past, made fast: a few episodes that the hub itself wrote, written again for other persons and other weeks.

A copy has every row that the hub writes for an episode: the referral and its draft, happenings, writings, deadlines,
notices, letters, promises, notes, who went, what the outbox said, entries of the record, who was tied to it. In a copy
the person, their practice and locality, all numbers and keys are its own and every instant and day is so many days
later; letters and the reasons for who goes keep their words, and who did what is who did it in the first.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, islice
from random import Random
from typing import Any
from uuid import UUID, uuid4

from benchmarks.referral_point.courses import IN_REABLEMENT, UNDECIDED, UNVISITED, Course, live
from benchmarks.referral_point.place import Person

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=Z|\+00:00)")
DAY = re.compile(r'(?<=")\d{4}-\d\d-\d\d(?=")')
# The day on which the next service begins, in the words of the record's entry.
WRITTEN_DAY = re.compile(r"(?<=It should be )\d{1,2} [A-Z][a-z]+ \d{4}(?=\.)")
AGE = re.compile(r'(?<="age": )\d+')
NOTE = re.compile(r"(?<=note[-/])[0-9a-f]{8}-[0-9a-f-]{27}")
# What is the person's own in a row; elsewhere than in a referral only the first three names mean them.
PERSONAL = ("person_id", "practice_id", "locality_id", "nhs_number", "given_name", "family_name", "birth_date",
            "address")  # fmt: skip
REFERRED = ("hub_referral", "hub_deadline")
AT_ONCE, TOLD_AT_ONCE = 2_000, 50_000
# 13,000 referrals a year.
A_WEEK = 250
# How long ago the first of the open ones was received.
AGO = {UNDECIDED: timedelta(minutes=16), UNVISITED: timedelta(hours=5), IN_REABLEMENT: timedelta(weeks=5)}
# Persons below twice this number are those of the first episodes.
RESERVED = 10

Cell = Callable[["Copy"], Any]
Written = tuple[str, list[Any]]


@dataclass
class Copy:
    """What one copy has of its own: its number, person and moment of receipt, and new keys for those of the first."""

    number: int
    person: Person
    received: datetime
    columns: Mapping[str, Any]
    deadlines: Iterator[int]
    keys: dict[Any, Any] = field(default_factory=dict)

    @property
    def age(self) -> int:
        born: date = self.columns["birth_date"]
        day = self.received.date()
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def key(self, first: UUID) -> UUID:
        if first not in self.keys:
            self.keys[first] = uuid4()
        return self.keys[first]  # type: ignore[no-any-return]

    def deadline(self, first: int) -> int:
        if first not in self.keys:
            self.keys[first] = next(self.deadlines)
        return int(self.keys[first])


@dataclass(frozen=True)
class Row:
    """A row of the first episode, some days later: what stays, and by place what each copy has of its own."""

    table: str
    values: tuple[Any, ...]
    own: tuple[tuple[int, Cell], ...]

    def of(self, copy: Copy) -> Written:
        values = list(self.values)
        for place, cell in self.own:
            values[place] = cell(copy)
        return self.table, values


class Maker:
    """Makes copies of episodes, numbered after all that are there."""

    def __init__(self) -> None:
        from django.db.models import Max

        from vanguard.care.hub.models import Deadline, Referral

        def after(model: Any) -> Iterator[int]:
            return count((model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1)

        self.numbers, self.deadlines = after(Referral), after(Deadline)

    def copies(self, first: int, later: timedelta, persons: Iterable[Person]) -> Iterator[list[Written]]:
        """The rows of one copy for each person, in an order in which they can be written."""
        found = rows_of(first)
        received = found[0][1][0].received_at + later
        rows = [_row(model, one, first, later) for model, some in found for one in some]
        for person in persons:
            columns = person.columns() | {"practice_id": person.practice, "locality_id": person.locality}
            copy = Copy(next(self.numbers), person, received, columns, self.deadlines)
            yield [row.of(copy) for row in rows]


def first_ones(courses: Sequence[Course], now: datetime, *, after: int = 0) -> list[int]:
    """Let the hub write one episode of each course, of the persons from number `after`, and send what it said.

    Those that are over began nine weeks ago, a few hours apart; open ones as long ago as fits where they stand.
    """
    from vanguard.care import outbox
    from vanguard.console import home
    from vanguard.lake import Lake

    numbers = []
    for place, course in enumerate(courses):
        ago = AGO.get(course, timedelta(weeks=9) - timedelta(hours=3 * place))
        numbers.append(live(course, Person(after + place), now - ago, told=now))
    outbox.send(Lake(home()), now)
    return numbers


def add_past(firsts: Sequence[int], most: int, people: int) -> None:
    """So many more referrals that are over, 250 in each week before the first ones, and the lake told of them; `people`
    are those of the place."""
    maker, chance = Maker(), Random(most)
    a_week = A_WEEK // len(firsts)
    left = most
    rows = []
    for week in count(1):
        for first in firsts[: max(0, left)]:
            some = min(a_week, left)
            rows.append(maker.copies(first, -timedelta(weeks=week), _alike(first, some, people, chance)))
            left -= some
        if left <= 0:
            break
    write(each for copies in rows for each in copies)
    _tell_lake()


def _tell_lake() -> None:
    """A service with a long past has long told the lake of it."""
    from vanguard import clock
    from vanguard.care import outbox
    from vanguard.console import home
    from vanguard.lake import Lake

    while outbox.send(Lake(home()), clock.now(), most=TOLD_AT_ONCE):
        pass


def add_open(first: int, most: int, people: int) -> None:
    """So many more open referrals like the first, of persons of whom none other is open, over some weeks."""
    from vanguard.care.hub.models import Referral

    maker, chance = Maker(), Random(first)
    busy = set(Referral.objects.filter(ended_at=None).values_list("person_id", flat=True))
    received, entered = Referral.objects.values_list("received_at", "entered_at").get(pk=first)
    # One that has been open for weeks has copies that began later; those of today all began with it.
    weeks = 4 if entered - received > timedelta(hours=12) else 1
    some = [one for one in _alike(first, 4 * most + 50, people, chance) if one.id not in busy]
    free = list({one.id: one for one in some}.values())[:most]
    for week in range(weeks):
        write(maker.copies(first, timedelta(weeks=week), free[week::weeks]))


def _alike(first: int, count: int, people: int, chance: Random) -> list[Person]:
    """Persons of the same sex as the first one's, none of whom a first episode is about."""
    from vanguard.care.hub.models import Referral

    sex = Referral.objects.values_list("sex", flat=True).get(pk=first)
    return [Person(2 * chance.randrange(RESERVED, people // 2) + (sex == "male")) for _ in range(count)]


def rows_of(number: int) -> list[tuple[Any, list[Any]]]:
    """Every row that the hub wrote for one referral, by table; its person has no other."""
    from vanguard.access.models import Relationship
    from vanguard.care.hub.models import Deadline, Draft, Happening, Letter, Note, Notice, Promise, Referral, Writing
    from vanguard.care.outbox.models import Outgoing
    from vanguard.care.roster.models import Allocation
    from vanguard.know.record.models import LiveEntry

    person_id = Referral.objects.values_list("person_id", flat=True).get(pk=number)
    of_it = (Draft, Happening, Writing, Deadline, Notice, Letter, Promise, Note, Allocation)
    found = [
        (Referral, Referral.objects.filter(pk=number)),
        *((one, one.objects.filter(referral=number)) for one in of_it),
        (Outgoing, Outgoing.objects.filter(source="referral_point", source_id=str(number))),
        (LiveEntry, LiveEntry.objects.filter(person_id=person_id)),
        (Relationship, Relationship.objects.filter(person_id=person_id)),
    ]
    return [(model, list(rows.order_by("pk"))) for model, rows in found]


def columns_of(model: Any) -> list[Any]:
    """The columns that a copy writes: a number to which nothing refers is the database's to give."""
    fields = model._meta.concrete_fields
    if model._meta.db_table in REFERRED:
        return list(fields)
    return [one for one in fields if one.get_internal_type() != "BigAutoField"]


def write(copies: Iterable[list[Written]]) -> int:
    """Write copies, many at a time, each batch in one transaction; returns how many."""
    from django.apps import apps
    from django.db import connection, transaction

    columns = {one._meta.db_table: [each.column for each in columns_of(one)] for one in apps.get_models()}
    done, copies = 0, iter(copies)
    while some := list(islice(copies, AT_ONCE)):
        by_table: dict[str, list[Sequence[Any]]] = {}
        for table, values in (row for rows in some for row in rows):
            by_table.setdefault(table, []).append(values)
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in by_table.items():
                _write(cursor, table, columns[table], rows)
        done += len(some)
    _numbers_go_on()
    return done


def _write(cursor: Any, table: str, columns: list[str], rows: list[Sequence[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    if cursor.db.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as into:
            for row in rows:
                into.write_row(row)
    else:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('%s' for _ in columns)})", rows)


def _numbers_go_on() -> None:
    """PostgreSQL gives the next number after those that were written with theirs."""
    from django.core.management.color import no_style
    from django.db import connection

    from vanguard.care.hub.models import Deadline, Referral

    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(no_style(), [Referral, Deadline]):
            cursor.execute(line)


def _row(model: Any, row: Any, first: int, later: timedelta) -> Row:
    from django.db import connection

    values, own = [], []
    for place, column in enumerate(columns_of(model)):
        held = getattr(row, column.attname)
        moved = held + later if isinstance(held, datetime) else held
        value = None if held is None else _moved(column.get_db_prep_save(moved, connection), later)
        values.append(value)
        if cell := _cell(model._meta.db_table, column.attname, row, value, first):
            own.append((place, cell))
    return Row(model._meta.db_table, tuple(values), tuple(own))


def _moved(value: Any, later: timedelta) -> Any:
    """As the driver takes it; JSON as its text, with the instants and days in it so much later."""
    text = value.dumps(value.obj) if hasattr(value, "dumps") and hasattr(value, "obj") else value
    if isinstance(text, str) and text[:1] in ("{", "["):
        text = INSTANT.sub(lambda found: (datetime.fromisoformat(found[0]) + later).isoformat(), text)
        text = DAY.sub(lambda found: (date.fromisoformat(found[0]) + later).isoformat(), text)
        text = WRITTEN_DAY.sub(lambda found: _in_words(found[0], later), text)
    return text


def _in_words(day: str, later: timedelta) -> str:
    from vanguard.know.record import read_date
    from vanguard.web import presenters as say

    return say.day((read_date(day) or date.min) + later)


def _cell(table: str, name: str, row: Any, value: Any, first: int) -> Cell | None:
    """What a copy has of its own in a column; None where it has what the first has."""
    held = getattr(row, name)
    if held is None:
        return None
    if isinstance(held, UUID):
        return (lambda copy: copy.key(held).hex) if isinstance(value, str) else (lambda copy: copy.key(held))
    if (table, name) == ("hub_referral", "id") or name in ("referral_id", "referral"):
        return lambda copy: copy.number
    if (table, name) == ("hub_deadline", "id") or name == "deadline_id":
        return lambda copy: copy.deadline(held)
    if (table, name) == ("outbox_outgoing", "sent"):
        return lambda _: None  # the lake was told of the first, and of no copy
    if name in PERSONAL and (table == "hub_referral" or name in PERSONAL[:3]):
        return _personal(name)
    if (table, name) == ("access_relationship", "holder_id") and row.holder_kind == "team":
        return lambda copy: f"{copy.person.locality}-team"
    if (table, name) == ("hub_letter", "to") and row.practice_id:
        return lambda copy: f"Practice {int(copy.person.practice[1:])}"
    if name == "source_id":
        return lambda copy: str(copy.number)
    return _said(value, first) if isinstance(value, str) else None


def _personal(name: str) -> Cell:
    from django.db import connection

    if name == "birth_date":
        return lambda copy: connection.ops.adapt_datefield_value(copy.columns[name])
    return lambda copy: copy.columns[name]


def _said(text: str, first: int) -> Cell | None:
    """A text in which the referral's number, a note's key or the person's age stands."""
    number = re.compile(rf"^{first}(?=/)|(?<=referral[ -]){first}\b")
    notes, aged = NOTE.findall(text), AGE.search(text)
    if not number.search(text) and not notes and not aged:
        return None

    def own(copy: Copy) -> str:
        said = number.sub(str(copy.number), text)
        for key in notes:
            said = said.replace(key, str(copy.key(UUID(key))))
        return AGE.sub(str(copy.age), said) if aged else said

    return own
