"""Bulk writes to the read store, on SQLite and PostgreSQL: rows are staged first, so that the transaction
that other writers wait for is short, and only rows that changed are written."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import CharField, Field, FloatField, IntegerField, Model, TextField

Row = tuple[Any, ...]
CHUNK = 2_000
_AS_IS = (CharField, TextField, IntegerField, FloatField)


def digest(*parts: bytes) -> bytes:
    """16 bytes that differ when any part does."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


class Stage:
    """The coming rows of one table whose model has a text key and a `digest`."""

    def __init__(self, model: type[Model], cursor: CursorWrapper) -> None:
        self.model, self.cursor = model, cursor
        self.table = model._meta.db_table
        self.key = _column(model._meta.pk)
        self.columns = [_column(field) for field in model._meta.concrete_fields]
        self.changed = 0
        self.among = ""
        for name in self._own:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMP TABLE stage_{self.table} AS SELECT * FROM {self.table} LIMIT 0")
        cursor.execute(f"CREATE TEMP TABLE keys_{self.table} ({self.key} text PRIMARY KEY)")

    @property
    def _own(self) -> tuple[str, ...]:
        return f"stage_{self.table}", f"keys_{self.table}", f"among_{self.table}"

    def only(self, keys: Iterable[str]) -> None:
        """Rows with other keys than these stay as they are."""
        self.among = f"among_{self.table}"
        self.cursor.execute(f"CREATE TEMP TABLE {self.among} ({self.key} text PRIMARY KEY)")
        insert(self.cursor, self.among, [self.key], [(key,) for key in keys])

    def fill(self, rows: Iterable[tuple[str, bytes]], complete: Callable[[list[int]], Iterable[Sequence[Any]]]) -> None:
        """Take one chunk of (key, digest); `complete` gives the whole rows of the positions that changed."""
        self.add(complete(self.note(rows)))

    def note(self, rows: Iterable[tuple[str, bytes]]) -> list[int]:
        """Take one chunk of (key, digest): these rows there are; returns the positions of those that changed."""
        listed = list(rows)
        insert(self.cursor, f"keys_{self.table}", [self.key], [(key,) for key, _ in listed])
        now = self._digests([key for key, _ in listed])
        return [place for place, (key, value) in enumerate(listed) if now.get(key) != value]

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take whole rows that changed."""
        prepared = _prepared(self.model._meta.concrete_fields, rows)
        insert(self.cursor, f"stage_{self.table}", self.columns, prepared)
        self.changed += len(prepared)

    def swap(self) -> int:
        """Bring the table up to date from what was staged; returns how many rows were removed."""
        names = ", ".join(self.columns)
        updates = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name != self.key)
        self.cursor.execute(
            f"INSERT INTO {self.table} ({names}) SELECT {names} FROM stage_{self.table} WHERE true "
            f"ON CONFLICT ({self.key}) DO UPDATE SET {updates}"
        )
        among = f" AND {self.key} IN (SELECT {self.key} FROM {self.among})" if self.among else ""
        self.cursor.execute(
            f"DELETE FROM {self.table} WHERE {self.key} NOT IN (SELECT {self.key} FROM keys_{self.table}){among}"
        )
        return int(self.cursor.rowcount)

    def drop(self) -> None:
        for name in self._own:
            self.cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def _digests(self, keys: list[str]) -> dict[str, bytes]:
        if not keys:
            return {}
        holes = ", ".join(["%s"] * len(keys))
        self.cursor.execute(f"SELECT {self.key}, digest FROM {self.table} WHERE {self.key} IN ({holes})", keys)
        return {key: bytes(value) for key, value in self.cursor.fetchall()}


def replace(cursor: CursorWrapper, model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """The table's rows become `rows` (fields `names`); returns how many. Call inside a transaction."""
    cursor.execute(f"DELETE FROM {model._meta.db_table}")
    return add(cursor, model, names, rows)


def add(cursor: CursorWrapper, model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Add `rows` (fields `names`) to the table; returns how many. Call inside a transaction."""
    fields = [model._meta.get_field(name) for name in names]
    table, columns = model._meta.db_table, [_column(field) for field in fields]
    count = 0
    for chunk in chunks(rows):
        prepared = _prepared(fields, chunk)
        insert(cursor, table, columns, prepared)
        count += len(prepared)
    return count


def insert(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Add prepared rows: COPY on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    holes = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({holes})", rows)


def _prepared(fields: Sequence["Field[Any, Any]"], rows: Iterable[Sequence[Any]]) -> list[Row]:
    """The rows as the database takes them. Text and numbers are that already: asking Django costs much, and so does
    finding its connection again for each value."""
    database = connections[DEFAULT_DB_ALIAS]
    converters = [None if isinstance(field, _AS_IS) else field.get_db_prep_save for field in fields]
    return [
        tuple(convert(value, database) if convert else value for convert, value in zip(converters, row, strict=True))
        for row in rows
    ]


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows in lists of at most CHUNK."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _column(field: "Field[Any, Any]") -> str:
    return str(field.column)
