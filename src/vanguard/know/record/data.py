"""Which partners' data came in: feeds, how fresh they are, and the rows that could not be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Sum

from vanguard.access import Actor, give, open_rows
from vanguard.know.record.models import Published, Quarantine, ReceivedFile


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
class Refreshed:
    """When the read store was last filled, and about how many people it holds: None where too few to give."""

    at: datetime
    generation: int
    people: int | None


def feeds(actor: Actor) -> tuple[Feed, ...]:
    """Every feed, by name. Raises PermissionDenied for a role without the right to data."""
    if not actor.may("data"):
        raise PermissionDenied
    sums = ("rows", "accepted", "quarantined", "superseded", "duplicate")
    rows = (
        ReceivedFile.objects.values("feed")
        .annotate(files=Count("pk"), latest=Max("extracted_at"), **{f"sum_{name}": Sum(name) for name in sums})
        .order_by("feed")
    )
    return tuple(Feed(row["feed"], row["files"], row["latest"], *(row[f"sum_{name}"] for name in sums)) for row in rows)


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


def quarantine_reasons(actor: Actor) -> tuple[tuple[str, str, str, int], ...]:
    """Feed, column, what was expected there, and how many rows had something else: nothing that a row said.

    Column and expectation are empty where a whole line could not be read. Raises PermissionDenied.
    """
    if not actor.may("data"):
        raise PermissionDenied
    rows = Quarantine.objects.values_list("feed", "column", "expected").annotate(rows=Count("pk"))
    return tuple(rows.order_by("feed", "-rows", "column", "expected"))
