"""PostgreSQL in a backup: every table by COPY, all from one snapshot; put back in one transaction.

Not by pg_dump, which must be installed in the server's version or a later one; the tables are made again as our own
migrations make them, up to the ones that the backup says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from vanguard import console
from vanguard.access.models import Session
from vanguard.backup.archive import PIECE, Header, Member
from vanguard.errors import Busy
from vanguard.service_tables import make_tables

FOLDER = "database"
PART = 8 << 20
# The first is made again by migrating; nobody's session outlives a restore.
LEFT_OUT = {"django_migrations", Session._meta.db_table}
# What migrating writes into an empty database.
NOT_CONTENT = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass(frozen=True)
class Copying:
    """A transaction that sees one moment of the database."""

    cursor: CursorWrapper
    bytes: int
    migrations: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def members(self) -> Iterator[Member]:
        """Each table's rows as COPY writes them, in parts of whole rows that fit into memory."""
        for table in _tables(self.cursor):
            if table not in LEFT_OUT:
                for number, part in enumerate(_parts(self.cursor, table)):
                    yield Member(f"{FOLDER}/{table}/{number:06d}.copy", len(part), _pieces(part))


@contextmanager
def snapshot(_place: Path) -> Iterator[Copying]:
    """One moment of the database, for as long as the block lasts; others go on writing."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sizes = [_one(cursor, "SELECT pg_table_size(%s)", [f'"{table}"']) for table in _tables(cursor)]
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences "
            "WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY 1"
        )
        sequences = dict(cursor.fetchall())
        migrations: dict[str, list[str]] = {}
        for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
            migrations.setdefault(app, []).append(name)
        yield Copying(cursor, sum(sizes), migrations, sequences)


def is_empty() -> bool:
    """Whether none of our tables holds a row that migrating does not write itself."""
    with connection.cursor() as cursor:
        tables = [table for table in _tables(cursor) if table not in NOT_CONTENT]
        return not any(_one(cursor, f'SELECT EXISTS (SELECT 1 FROM "{table}")') for table in tables)


def keep(folder: Path) -> None:
    """Write what is in the database to files in `folder`, as a backup would hold it."""
    with snapshot(folder) as copying:
        for member in copying.members():
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(member.pieces))


@contextmanager
def fill(unpacked: Path, header: Header) -> Iterator[None]:
    """The database becomes what the backup holds when the block ends without an error. Raises Busy."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20s'")
        try:
            for table in _tables(cursor):
                cursor.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        except OperationalError as error:
            raise Busy(
                "Somebody is using the database.", where="VANGUARD_DATABASE_URL", do="Stop the service and try again."
            ) from error
        _migrate(header)
        # Migrating leaves some to be checked row by row; the tables come in the order of their names.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        files = sorted((unpacked / FOLDER).glob("*/*.copy"))
        by_table = [(name, list(parts)) for name, parts in groupby(files, key=lambda file: file.parent.name)]
        for table, parts in console.progress(by_table, what="Filling the database", unit="table"):
            _load(cursor, table, parts)
        for sequence, last in header.sequences.items():
            cursor.execute("SELECT setval(to_regclass(%s), %s)", [f'"{sequence}"', last])
        yield


def _migrate(header: Header) -> None:
    """Make the tables as they were: by the latest of each app's migrations that the backup had."""
    executor = MigrationExecutor(connection)
    had = {(app, name) for app, names in header.migrations.items() for name in names}
    graph = executor.loader.graph
    if had == set(graph.nodes):
        make_tables()
    else:
        executor.migrate([one for one in sorted(had) if not _followed(graph, one, had)])


def _followed(graph: Any, migration: tuple[str, str], had: set[tuple[str, str]]) -> bool:
    """Whether a later migration of the same app was there too."""
    children = (child.key for child in graph.node_map[migration].children)
    return any(child in had and child[0] == migration[0] for child in children)


def _load(cursor: CursorWrapper, table: str, parts: list[Path]) -> None:
    with cursor.cursor.copy(f'COPY "{table}" ({_columns(cursor, table)}) FROM STDIN') as copy:
        for part in parts:
            with part.open("rb") as file:
                while piece := file.read(PIECE):
                    copy.write(piece)


def _parts(cursor: CursorWrapper, table: str) -> Iterator[bytes]:
    rows, size = [], 0
    with cursor.cursor.copy(f'COPY "{table}" ({_columns(cursor, table)}) TO STDOUT') as copy:
        for row in copy:
            rows.append(bytes(row))
            size += len(row)
            if size >= PART:
                yield b"".join(rows)
                rows, size = [], 0
    if rows:
        yield b"".join(rows)


def _pieces(part: bytes) -> Iterator[bytes]:
    return (part[start : start + PIECE] for start in range(0, len(part), PIECE))


def _tables(cursor: CursorWrapper) -> list[str]:
    """The tables of our apps, and Django's own note of migrations; nothing else that shares the database."""
    ours = ("django_", *(f"{config.label}_" for config in apps.get_app_configs()))
    return sorted(name for name in connection.introspection.table_names(cursor) if name.startswith(ours))


def _columns(cursor: CursorWrapper, table: str) -> str:
    """By name, so that the order in which migrations added them does not matter."""
    names = sorted(column.name for column in connection.introspection.get_table_description(cursor, table))
    return ", ".join(f'"{name}"' for name in names)


def _one(cursor: CursorWrapper, query: str, values: list[Any] | None = None) -> Any:
    cursor.execute(query, values)
    return cursor.fetchone()[0]
