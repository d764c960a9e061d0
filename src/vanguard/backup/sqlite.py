"""SQLite in a backup: copied page by page from one moment, while others write, by its own online backup."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from vanguard import console
from vanguard.access.models import Session
from vanguard.backup.archive import Header, Member, NotWhole, pieces_of
from vanguard.backup.contents import DATABASE, SCRATCH, TOP

PAGES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Copied:
    """The copy; a place that never served has none."""

    path: Path
    bytes: int = 0
    migrations: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def members(self) -> Iterator[Member]:
        if self.bytes:
            with self.path.open("rb") as file:
                yield Member(f"{TOP}/{DATABASE}", self.bytes, pieces_of(file, self.bytes))


@contextmanager
def snapshot(place: Path) -> Iterator[Copied]:
    """The database at one moment, as a file in the place's scratch folder."""
    copy = place / SCRATCH / DATABASE
    if not (place / DATABASE).exists():
        yield Copied(copy)
        return
    with (
        closing(sqlite3.connect(place / DATABASE, timeout=30, isolation_level=None)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        # Reading within one transaction, the copy is of its moment however long it takes, and stops nobody.
        source.execute("BEGIN")
        pages = source.execute("PRAGMA page_count").fetchone()[0]
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with console.progress_bar("Copying the database", total=pages, unit="page") as moved:
            before = [pages]

            def tell(_status: int, left: int, _all: int) -> None:
                moved(before[0] - left)
                before[0] = left

            source.backup(target, pages=PAGES_AT_ONCE, progress=tell)
    yield Copied(copy, copy.stat().st_size, _migrations(copy))


def is_empty() -> bool:
    """Whether it is in the place's folder is all that there is to ask."""
    return True


def keep(_folder: Path) -> None:
    """It is kept with the place's folder."""


@contextmanager
def fill(unpacked: Path, _header: Header) -> Iterator[None]:
    """Check the database and end the sessions in it. Raises NotWhole."""
    path = unpacked / TOP / DATABASE
    if path.exists():
        with closing(sqlite3.connect(path, isolation_level=None)) as con:
            if con.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise NotWhole("the database is damaged")
            con.execute("PRAGMA secure_delete = ON")
            con.execute(f"DELETE FROM {Session._meta.db_table}")
    yield


def _migrations(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as con:
        for app, name in con.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
            found.setdefault(app, []).append(name)
    return found
