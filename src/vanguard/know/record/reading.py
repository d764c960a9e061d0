"""Reading one person's record: one indexed read, for who holds an entitlement, and no more than it opens."""

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import zstandard

from vanguard.access import Entitlement, Query, kept_back
from vanguard.know.record.seen import seen

LIVE = "(SELECT {gather} FROM record_liveentry l WHERE l.person_id = b.person_id)"
WHOLE = f"SELECT b.body, {LIVE} FROM record_recordbody b WHERE b.person_id = %s"
BODY = Query(
    WHOLE.format(gather="'[' || string_agg(l.entry, ',') || ']'"),
    sqlite=WHOLE.format(gather="'[' || group_concat(l.entry, ',') || ']'"),
)


class _Own(threading.local):
    """Each thread's own decompressor: to make one costs a quarter of what it does, and threads cannot share it."""

    def __init__(self) -> None:
        self.zstd = zstandard.ZstdDecompressor()


_OWN = _Own()


@dataclass(frozen=True)
class Record:
    """As much of a record as was opened: `body` is its JSON, `data` the same as a dict."""

    person_id: str
    body: bytes

    @cached_property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = orjson.loads(self.body)
        return data


class NoRecord(LookupError):
    """The person is known, but the read store holds no record of them."""


def read(entitlement: Entitlement) -> Record:
    """What the entitlement opens of the record. Raises NoRecord; TypeError without an entitlement."""
    if type(entitlement) is not Entitlement:
        raise TypeError("A record is read with an entitlement: call vanguard.access.open_person.")
    row = BODY.row((entitlement.person_id,))
    if row is None:
        raise NoRecord(entitlement.person_id)
    body = _OWN.zstd.decompress(row[0])
    if row[1]:
        body = _with_live(body, orjson.loads(row[1]))
    hidden = kept_back(entitlement)
    # A whole record is given on as it is stored, which costs nothing.
    if entitlement.what != "full" or hidden.maybe_in(body):
        body = orjson.dumps(seen(orjson.loads(body), entitlement.what, hidden.holds))
    return Record(entitlement.person_id, body)


def _with_live(body: bytes, live: list[dict[str, Any]]) -> bytes:
    """The record with what this service did since, the newest first."""
    data = orjson.loads(body)
    # A plan that holds is more than an entry: it stands with what matters most.
    if plans := [{"entry": one["id"], **one.pop("plan")} for one in live if "plan" in one]:
        data["plans"] = sorted(plans, key=lambda one: (one["label"], one["entry"]))
    data["entries"] = sorted([*live, *data.get("entries", ())], key=lambda one: one.get("start") or "", reverse=True)
    return orjson.dumps(data)
