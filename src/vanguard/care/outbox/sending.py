"""Sending: what the outbox holds becomes rows of the lake's live tables, each once, whatever crashes when."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pyarrow as pa
from django.db.models import Q

from vanguard.care.outbox.models import Outgoing
from vanguard.clock import LONDON, local_date
from vanguard.lake import Lake

AT_ONCE = 5_000


def send(lake: Lake, now: datetime, *, most: int = AT_ONCE) -> int:
    """Append up to `most` rows that the lake does not hold yet, as one small delta; returns how many.

    The lake says what it holds: a row that was written but not marked, because something died in between, is only
    marked; one that was marked in a generation that the lake no longer has, after a restore, is sent again. Raises Busy
    while another process writes to the lake.
    """
    if not _waiting(lake).exists():
        return 0
    # Only who may write to the lake looks what is to be sent, so that two cannot send the same.
    with lake.write(now, patience=0) as batch, lake.connect(threads=1) as con:
        rows = list(_waiting(lake).order_by("pk")[:most])
        fresh = 0
        for table, (schema, words) in TABLES.items():
            if some := [words(row) for row in rows if row.table == table]:
                con.register("said", pa.Table.from_pylist(some, schema=schema))
                fresh += batch.append(table, con, _NEW.format(table=table))
                con.unregister("said")
        generation = lake.manifest().generation + bool(fresh)
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(sent=generation)
    return fresh


_NEW = """
    SELECT * FROM said WHERE row_id NOT IN (
        SELECT row_id FROM {table} WHERE number BETWEEN (SELECT min(number) FROM said)
                                                       AND (SELECT max(number) FROM said))
    ORDER BY number
"""


def _waiting(lake: Lake) -> Any:
    return Outgoing.objects.filter(Q(sent=None) | Q(sent__gt=lake.manifest().generation))


EVENTS = pa.schema(
    [
        ("row_id", pa.string()),
        ("number", pa.int64()),
        *((name, pa.string()) for name in ("source", "source_id", "key", "person_id")),
        ("linking", pa.int64()),
        ("told_at", pa.timestamp("us")),
        *((name, pa.string()) for name in ("kind", "setting", "status")),
        ("start", pa.timestamp("us")),
        ("end", pa.timestamp("us")),
        ("date", pa.date32()),
        ("end_date", pa.date32()),
        ("timed", pa.bool_()),
        ("codes", pa.list_(pa.string())),
        *((name, pa.string()) for name in ("display", "text", "place")),
    ]
)


SHIFTS = pa.schema(
    [
        ("row_id", pa.string()),
        ("number", pa.int64()),
        *((name, pa.string()) for name in ("shift", "professional", "employer", "pool", "team", "locality")),
        ("skills", pa.list_(pa.string())),
        *((name, pa.timestamp("us")) for name in ("start", "end", "withdrawn_at", "told_at")),
    ]
)


def _event(one: Outgoing) -> dict[str, Any]:
    said = one.entry
    start = _instant(said.get("start"))
    end = _instant(said.get("end"))
    day = date.fromisoformat(said["day"]) if "day" in said else None
    return {
        **{name: said.get(name) for name in ("kind", "setting", "status", "codes", "display", "text", "place")},
        "row_id": _row_id(one),
        "number": one.pk,
        "source": one.source,
        "source_id": one.source_id,
        "key": one.key,
        "person_id": one.person_id or None,
        "linking": one.linking,
        "told_at": _naive(one.told_at),
        "start": _naive(start or _midnight(day)),
        "end": _naive(end) if end else None,
        "date": day or local_date(start),  # type: ignore[arg-type]
        "end_date": local_date(end) if end else None,
        "timed": day is None,
    }


def _shift(one: Outgoing) -> dict[str, Any]:
    said = one.entry
    instants = {name: _instant(said[name]) for name in ("start", "end", "withdrawn_at")}
    return {
        **{name: said[name] for name in ("professional", "employer", "pool", "team", "locality", "skills")},
        **{name: _naive(at) if at else None for name, at in instants.items()},
        "row_id": _row_id(one),
        "number": one.pk,
        "shift": one.key,
        "told_at": _naive(one.told_at),
    }


# By the lake's table: its columns, and how an entry becomes a row of it.
TABLES: Mapping[str, tuple[pa.Schema, Callable[[Outgoing], dict[str, Any]]]] = {
    "care_event": (EVENTS, _event),
    "shift": (SHIFTS, _shift),
}


def _row_id(one: Outgoing) -> str:
    content = hashlib.md5(orjson.dumps(one.entry, option=orjson.OPT_SORT_KEYS), usedforsecurity=False).hexdigest()
    return f"{content}-{one.row_id.hex}"


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _midnight(day: date | None) -> datetime:
    assert day is not None
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def _naive(at: datetime) -> datetime:
    """As the lake holds instants: UTC without a zone."""
    return (at - (at.utcoffset() or timedelta())).replace(tzinfo=None)
