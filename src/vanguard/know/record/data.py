"""Which partners' data came in: feeds, how fresh they are, and the rows that could not be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Sum
from django.shortcuts import get_object_or_404

from vanguard.access import Actor, give, open_rows
from vanguard.clock import local_date
from vanguard.know.record.models import FileColumn, IntakeWarning, Published, Quarantine, ReceivedFile

LONGEST_ID = 80


@dataclass(frozen=True)
class Feed:
    """One feed over all its files. rows = accepted + quarantined + superseded + duplicate."""

    feed: str
    files: int
    latest_extract: datetime
    rows: int
    accepted: int
    quarantined: int
    superseded: int
    duplicate: int


@dataclass(frozen=True)
class Day:
    """The files of one feed whose extracts were made on one day. rows = accepted + … + duplicate."""

    day: date
    files: int
    rows: int
    accepted: int
    quarantined: int
    superseded: int
    duplicate: int


@dataclass(frozen=True)
class Filled:
    """Rows in which a column is filled, in the last extract and in the one before; None where it has none of it."""

    column: str
    now: tuple[int, int] | None
    before: tuple[int, int] | None


@dataclass(frozen=True)
class Refreshed:
    """When the read store was last filled, and about how many people it holds: None where too few to give."""

    at: datetime
    generation: int
    people: int | None


def feeds(actor: Actor) -> tuple[Feed, ...]:
    """Every feed, by name. Raises PermissionDenied for a role without the right to data."""
    _need_data(actor)
    sums = ("rows", "accepted", "quarantined", "superseded", "duplicate")
    rows = (
        ReceivedFile.objects.values("feed")
        .annotate(files=Count("pk"), latest=Max("extracted_at"), **{f"sum_{name}": Sum(name) for name in sums})
        .order_by("feed")
    )
    return tuple(Feed(row["feed"], row["files"], row["latest"], *(row[f"sum_{name}"] for name in sums)) for row in rows)


def days(actor: Actor, feed: str | None = None) -> dict[str, tuple[Day, ...]]:
    """By feed, its days, the latest first. Raises PermissionDenied for a role without the right to data."""
    _need_data(actor)
    counts = ("rows", "accepted", "quarantined", "superseded", "duplicate")
    found: dict[str, dict[date, list[int]]] = {}
    for name, at, *held in _of(ReceivedFile, feed).values_list("feed", "extracted_at", *counts):
        summed = found.setdefault(name, {}).setdefault(local_date(at), [0] * 6)
        for place, number in enumerate((1, *held)):
            summed[place] += number
    return {
        name: tuple(Day(day, *sums) for day, sums in sorted(by_day.items(), reverse=True))
        for name, by_day in sorted(found.items())
    }


def completeness(actor: Actor, feed: str) -> tuple[Filled, ...]:
    """How full each column that the feed describes was, last time and the time before. Raises PermissionDenied."""
    _need_data(actor)
    rows = list(
        FileColumn.objects.filter(feed=feed, filled__isnull=False).values_list(
            "extracted_at", "column", "rows", "filled"
        )
    )
    extracts = sorted({at for at, *_ in rows}, reverse=True)[:2]
    sums: dict[str, list[tuple[int, int] | None]] = {}
    for at, column, total, filled in rows:
        place = extracts.index(at)
        held = sums.setdefault(column, [None, None])
        before = held[place] or (0, 0)
        held[place] = (before[0] + filled, before[1] + total)
    return tuple(Filled(column, *held) for column, held in sums.items())


def warnings(actor: Actor, feed: str | None = None) -> tuple[IntakeWarning, ...]:
    """What was odd about files, the latest first; of all feeds only what their last extract showed.

    Raises PermissionDenied.
    """
    _need_data(actor)
    found = _of(IntakeWarning, feed).order_by("-extracted_at", "feed", "file", "pk")
    if feed:
        return tuple(found)
    last = dict(ReceivedFile.objects.values_list("feed").annotate(Max("extracted_at")))
    return tuple(one for one in found if one.extracted_at == last.get(one.feed))


def _of(model: Any, feed: str | None) -> Any:
    return model.objects.filter(feed=feed) if feed else model.objects.all()


def _need_data(actor: Actor) -> None:
    if not actor.may("data"):
        raise PermissionDenied


def refreshed() -> Refreshed | None:
    """When the pages' data was last brought up to date; None in an empty place."""
    row = Published.objects.first()
    return Refreshed(row.at, row.generation, give("people", {(): row.people}).total()) if row else None


def quarantine(actor: Actor, *, now: datetime, feed: str | None = None, limit: int = 200) -> Sequence[Quarantine]:
    """The rows that could not be used, as received, oldest file first.

    Such a row may quote a person: only roles with the right see them, and it goes on record.
    Raises PermissionDenied.
    """
    asked = Quarantine.objects.filter(**({"feed": feed} if feed else {})).order_by("feed", "file", "line")
    ids = list(asked.values_list("pk", flat=True)[:limit]) if actor.may("quarantine_rows") else []
    open_rows(actor, "quarantine_rows", "quarantine", ids, now=now)
    return list(asked.filter(pk__in=ids))


def mending(actor: Actor, row_id: str, *, now: datetime) -> Quarantine:
    """One row that could not be used, to be put right: it goes on record. Raises PermissionDenied or Http404."""
    open_rows(actor, "mend_rows", "quarantine", [row_id[:LONGEST_ID]], now=now)
    return get_object_or_404(Quarantine, pk=row_id)


def quarantine_reasons(actor: Actor) -> tuple[tuple[str, str, str, int], ...]:
    """Feed, column, what was expected there, and how many rows had something else: nothing that a row said.

    Column and expectation are empty where a whole line could not be read. Raises PermissionDenied.
    """
    _need_data(actor)
    rows = Quarantine.objects.values_list("feed", "column", "expected").annotate(rows=Count("pk"))
    return tuple(rows.order_by("feed", "-rows", "column", "expected"))
