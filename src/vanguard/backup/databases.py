"""The service's database in a backup: one moment of it, copied while others write, and put back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from vanguard.backup import postgresql, sqlite
from vanguard.backup.archive import Header, Member
from vanguard.errors import BadInput


class Snapshot(Protocol):
    """One moment of the database: about how many bytes it has, the migrations applied by app, the sequences."""

    bytes: int
    sequences: dict[str, int]
    migrations: dict[str, list[str]]

    def members(self) -> Iterator[Member]: ...


class Engine(Protocol):
    """One kind of database.

    `is_empty` asks whether anything of ours is in it, beside the place's folder. `keep` writes what is in it to a
    folder. `fill` puts the unpacked backup in; what it did is undone if its block fails.
    """

    def snapshot(self, place: Path) -> AbstractContextManager[Snapshot]: ...
    def is_empty(self) -> bool: ...
    def keep(self, folder: Path) -> None: ...
    def fill(self, unpacked: Path, header: Header) -> AbstractContextManager[None]: ...


NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def engine() -> Engine:
    """The kind that this place is set to use."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def check(header: Header, where: str) -> None:
    """Raises BadInput for a database that is not of the kind used here, or was made by a later version."""
    if header.database != connection.vendor:
        made_with, used = (NAMES.get(one, one) for one in (header.database, connection.vendor))
        with_one = "Unset VANGUARD_DATABASE_URL" if header.database == "sqlite" else "Set VANGUARD_DATABASE_URL"
        raise BadInput(
            f"This backup holds a database of {made_with}, and this place is set to use {used}.",
            where=where,
            do=f"{with_one} and try again.",
        )
    known = set(MigrationLoader(None).disk_migrations)
    later = [f"{app}.{name}" for app, names in header.migrations.items() for name in names if (app, name) not in known]
    if later:
        raise BadInput(
            f"This backup was made by Vanguard {header.vanguard}, whose database has steps unknown here "
            f"({', '.join(sorted(later)[:3])}).",
            where=where,
            do="Install that version or a later one, and try again.",
        )
