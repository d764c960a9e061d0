"""Saying what a care room did: in its own transaction, so that both are there or neither."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from vanguard.access import followed_up_to
from vanguard.care.outbox.models import Outgoing

SLICE = 500


@dataclass(frozen=True)
class Entry:
    """One thing as it stands now, in the words of the lake's `event`. `day` is given where no time of day is known.

    Codes are system:code, most important first. Raises ValueError where it begins at no time and on no day.
    """

    kind: str
    status: str
    display: str
    codes: tuple[str, ...]
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    setting: str | None = None
    text: str | None = None
    place: str | None = None

    def __post_init__(self) -> None:
        if (self.start is None) == (self.day is None):
            raise ValueError(f"{self.display} needs an instant or a day")


def say(source: str, source_id: str, person_id: str, entries: Mapping[str, Entry], *, now: datetime) -> int:
    """Say how everything about one source person stands, by key; what was said before is not said again.

    Returns how many versions are new. Call it in the transaction of the change, by whoever keeps others from changing
    the same meanwhile. `person_id` is empty where nobody knows who it is.
    """
    held: dict[str, Any] = {}
    who: str | None = None
    for row in Outgoing.objects.filter(source=source, source_id=source_id).order_by("pk"):
        held[row.key] = row.entry
        who = row.person_id
    wanted = {key: _json(entry) for key, entry in entries.items()}
    fresh = {key: entry for key, entry in wanted.items() if held.get(key) != entry or who != person_id}
    linking = followed_up_to() if fresh else 0
    Outgoing.objects.bulk_create(
        Outgoing(
            source=source,
            source_id=source_id,
            key=key,
            person_id=person_id,
            linking=linking,
            entry=entry,
            told_at=now,
        )
        for key, entry in fresh.items()
    )
    return len(fresh)


def say_rows(table: str, source: str, rows: Mapping[str, Mapping[str, Any]], *, now: datetime) -> int:
    """Say how things that are about no person stand, by the room's own key of each; returns how many versions are new.

    A row is in the words of the lake's `table`, without what the outbox adds. Call it in the transaction of the change.
    """
    wanted = {key: {name: _plain(value) for name, value in row.items()} for key, row in rows.items()}
    held: dict[str, Any] = {}
    for keys in _some(list(wanted)):
        before = Outgoing.objects.filter(source=source, source_id__in=keys).order_by("pk")
        held |= dict(before.values_list("source_id", "entry"))
    made = [
        Outgoing(table=table, source=source, source_id=key, key=key, linking=0, entry=row, told_at=now)
        for key, row in wanted.items()
        if held.get(key) != row
    ]
    Outgoing.objects.bulk_create(made, batch_size=SLICE)
    return len(made)


def _some(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + SLICE] for start in range(0, len(keys), SLICE)]


def _json(entry: Entry) -> dict[str, Any]:
    held = {name: value for name, value in asdict(entry).items() if value is not None}
    return {name: _plain(value) for name, value in held.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
