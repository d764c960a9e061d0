"""Sending: what the outbox holds becomes rows of the lake's `care_event`, each once, whatever crashes when."""

import hashlib
from collections.abc import Iterable
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
        con.register("said", _table(rows))
        fresh = batch.append("care_event", con, _NEW)
        generation = lake.manifest().generation + bool(fresh)
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(sent=generation)
    return fresh


_NEW = """
    SELECT * FROM said WHERE row_id NOT IN (
        SELECT row_id FROM care_event WHERE number BETWEEN (SELECT min(number) FROM said)
                                                       AND (SELECT max(number) FROM said))
    ORDER BY number
"""


def _waiting(lake: Lake) -> Any:
    return Outgoing.objects.filter(Q(sent=None) | Q(sent__gt=lake.manifest().generation))


def _table(rows: Iterable[Outgoing]) -> pa.Table:
    return pa.Table.from_pylist([_row(one) for one in rows], schema=SCHEMA)


SCHEMA = pa.schema(
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


def _row(one: Outgoing) -> dict[str, Any]:
    said = one.entry
    start = _instant(said.get("start"))
    end = _instant(said.get("end"))
    day = date.fromisoformat(said["day"]) if "day" in said else None
    content = hashlib.md5(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), usedforsecurity=False).hexdigest()
    return {
        **{name: said.get(name) for name in ("kind", "setting", "status", "codes", "display", "text", "place")},
        "row_id": f"{content}-{one.row_id.hex}",
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


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _midnight(day: date | None) -> datetime:
    assert day is not None
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def _naive(at: datetime) -> datetime:
    """As the lake holds instants: UTC without a zone."""
    return (at - (at.utcoffset() or timedelta())).replace(tzinfo=None)
