"""Reading one person's whole record: one indexed read, for who holds an entitlement to it."""

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import zstandard

from vanguard.access import Entitlement, Query

BODY = Query("SELECT body FROM record_recordbody WHERE person_id = %s")


class _Own(threading.local):
    """Each thread's own decompressor: to make one costs a quarter of what it does, and threads cannot share it."""

    def __init__(self) -> None:
        self.zstd = zstandard.ZstdDecompressor()


_OWN = _Own()


@dataclass(frozen=True)
class Record:
    """A record as stored: `body` is its JSON, `data` the same as a dict."""

    person_id: str
    body: bytes

    @cached_property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = orjson.loads(self.body)
        return data


class NoRecord(LookupError):
    """The person is known, but the read store holds no record of them."""


def read(entitlement: Entitlement) -> Record:
    """The record that the entitlement opens. Raises NoRecord; TypeError without an entitlement to it."""
    if type(entitlement) is not Entitlement or entitlement.what != "record":
        raise TypeError("A record is read with an entitlement to the record: call vanguard.access.open_person.")
    row = BODY.row((entitlement.person_id,))
    if row is None:
        raise NoRecord(entitlement.person_id)
    return Record(entitlement.person_id, _OWN.zstd.decompress(row[0]))
