"""Rows of one file gathered as lists, and given as pyarrow tables in the lake's columns.
Two columns are left to who loads them: row_id and load_id."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa

from vanguard.fhir.documents import Entry
from vanguard.fhir.events import Happening
from vanguard.fhir.patients import Facts
from vanguard.fhir.references import NHS_NUMBER
from vanguard.fhir.subjects import Subject
from vanguard.lake import tables

_ARROW: dict[str, Any] = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "bytes": pa.binary(),
    "list of text": pa.list_(pa.string()),
}
_STORED = {pa.timestamp("us"): pa.int64(), pa.date32(): pa.int32()}
_CONSTANT = ("feed", "file", "extracted_at")
_LOADERS = ("row_id", "load_id")
_EVENT = (
    *("source", "source_id", "key", "line", "kind", "setting", "status", "method", "start", "end", "date"),
    *(
        "end_date",
        "timed",
        "codes",
        "display",
        "value",
        "unit",
        "text",
        "place",
        "area",
        "cost_pence",
        "detail",
    ),
    *("resource_id", "content"),
)
_PERSON = (
    *(
        "source",
        "source_id",
        "line",
        "nhs_number",
        "given_name",
        "family_name",
        "birth_date",
        "sex",
        "address",
    ),
    *("postcode", "phone", "death_date", "practice", "area", "content"),
)
_RESOURCE = ("resource_id", "line", "type", "id", "full_url", "body", "role", "key", "source", "number")
_QUARANTINE = ("line", "column", "reason", "row", "number")


@dataclass(frozen=True)
class Tables:
    """Rows of a stretch of one file. `duplicates` counts entries that only repeat another of the file.

    Each is the lake table of that name without row_id and load_id. More columns: `content` in persons and
    events (hash of feed and content), `role` (event, person, nobody, superseded, deleted), `key` and `source`
    in resources. Entries = rows of resources + rows of quarantine + duplicates.
    """

    persons: pa.Table
    events: pa.Table
    resources: pa.Table
    quarantine: pa.Table
    duplicates: int


@dataclass
class Rows:
    """Gathers rows; `tables` gives them, `clear` starts anew."""

    feed: str
    file: str
    extracted_at: datetime
    entries: int = 0
    _duplicates: int = 0
    _persons: list[tuple[Any, ...]] = field(default_factory=list)
    _events: list[tuple[Any, ...]] = field(default_factory=list)
    _resources: list[tuple[Any, ...]] = field(default_factory=list)
    _quarantine: list[tuple[Any, ...]] = field(default_factory=list)
    _numbers: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._feed = self.feed.encode()

    def resource(
        self,
        entry: Entry,
        resource: dict[str, Any],
        resource_id: str,
        role: str,
        key: str,
        source: str | None,
    ) -> str:
        """Keep a resource's bytes; its hash of feed, type, id and content."""
        self.entries += 1
        body = entry.body
        resource_type = resource["resourceType"]
        made = self.content_hash(resource_type.encode(), resource_id.encode(), body)
        self._resources.append(
            (
                made,
                entry.number,
                resource_type,
                resource_id,
                entry.full_url or None,
                body,
                role,
                key,
                source,
                self.entries,
            )
        )
        return made

    def person(self, entry: Entry, content: str, source: str, source_id: str, facts: Facts) -> None:
        self._persons.append((source, source_id, entry.number, *facts, None, content))

    def known_by_number(self, entry: Entry, number: str) -> None:
        """A person of whom the file says only the NHS number; once a file."""
        if number not in self._numbers:
            self._numbers.add(number)
            content = self.content_hash(b"NHS number", number.encode())
            self._persons.append((NHS_NUMBER, number, entry.number, number, *(None,) * 10, content))

    def event(self, entry: Entry, made: str, subject: Subject, key: str, kind: str, found: Happening) -> None:
        self._events.append(
            (
                *(
                    subject.source,
                    subject.source_id,
                    key,
                    entry.number,
                    kind,
                    found.setting,
                    found.status,
                    found.method,
                ),
                *(
                    found.start,
                    found.end,
                    found.date,
                    found.end_date,
                    found.timed,
                    found.codes,
                    found.display,
                ),
                *(
                    found.value,
                    found.unit,
                    found.text,
                    found.place,
                    None,
                    found.cost_pence,
                    found.detail,
                    made,
                    made,
                ),
            )
        )

    def deleted(self, entry: Entry, made: str, key: str, kind: str, ended: int | None) -> None:
        """What the partner took back: the row that stands in its place, with no person of its own."""
        detail = orjson.dumps({"deleted": entry.modified or True}).decode()
        self._events.append(
            (
                None,
                None,
                key,
                entry.number,
                kind,
                None,
                "entered-in-error",
                None,
                None,
                None,
                None,
                None,
                False,
                [],
            )
            + (None,) * 7
            + (detail, made, made)
        )

    def quarantine(self, entry: Entry, column: str, reason: str) -> None:
        self.entries += 1
        text = entry.body.decode()
        row = text if _is_json(entry.body) else orjson.dumps({"line": text}).decode()
        self._quarantine.append((entry.number, column, reason, row, self.entries))

    def duplicate(self) -> None:
        self.entries += 1
        self._duplicates += 1

    def content_hash(self, *parts: bytes) -> str:
        return hashlib.blake2b(b"\x1f".join((self._feed, *parts)), digest_size=16).hexdigest()

    def tables(self) -> Tables:
        return Tables(
            persons=self._table("source_person", _PERSON, self._persons),
            events=self._table("source_event", _EVENT, self._events),
            resources=self._table("source_resource", _RESOURCE, self._resources),
            quarantine=self._table("quarantine", _QUARANTINE, self._quarantine),
            duplicates=self._duplicates,
        )

    def clear(self) -> None:
        self.entries = self._duplicates = 0
        for rows in (self._persons, self._events, self._resources, self._quarantine):
            rows.clear()

    def _table(self, name: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pa.Table:
        types = {column.name: _ARROW[column.type] for column in tables()[name].columns}
        given: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        arrays = {
            column: _array(list(values), types.get(column, pa.string()))
            for column, values in zip(columns, given, strict=True)
            if column != "number"
        }
        constants: dict[str, Any] = {
            "feed": pa.scalar(self.feed),
            "file": pa.scalar(self.file),
            "extracted_at": pa.scalar(self.extracted_at.replace(tzinfo=None), pa.timestamp("us")),
        }
        for column in _CONSTANT:
            arrays[column] = pa.repeat(constants[column], len(rows))
        order = [column for column in types if column not in _LOADERS]
        return pa.table({column: arrays[column] for column in [*order, *(set(arrays) - set(order))]})


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(orjson.loads(body), dict)
    except orjson.JSONDecodeError:
        return False


def _array(values: list[Any], arrow_type: Any) -> Any:
    stored = _STORED.get(arrow_type)
    return pa.array(values, stored).cast(arrow_type) if stored else pa.array(values, arrow_type)
