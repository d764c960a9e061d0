"""The files of a folder as received: their hashes, and which of them we have had before."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from vanguard import __version__
from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim, Folder
from vanguard.know.intake.readers.fhir_file import FEED
from vanguard.know.intake.result import WORDS, FileResult


@dataclass(frozen=True)
class Received:
    """One file. `claim` is None for FHIR. `held` counts its rows if we had it before, as it is and read as now."""

    path: Path
    feed: str
    described_by: str
    sha256: str
    claim: Claim | None
    held: int | None

    @property
    def name(self) -> str:
        return self.path.name


def receive(con: duckdb.DuckDBPyConnection, folder: Folder) -> list[Received]:
    """Every file with its hash. A file counts as held if feed, name, bytes, description and extract are the same."""
    columns = "feed, file, sha256, described_by, rows, extracted_at"
    held: dict[tuple[str, ...], dict[datetime, int]] = {}
    for *key, rows, extracted_at in con.execute(f"SELECT {columns} FROM received_file").fetchall():
        held.setdefault(tuple(key), {})[extracted_at.replace(tzinfo=UTC)] = rows
    found = []
    for one in folder.claims:
        key = (one.feed.feed, one.name, _sha256(one.path), one.feed.described_by)
        before = held.get(key, {}).get(one.extracted_at)
        found.append(Received(one.path, key[0], key[3], key[2], one, before))
    for path in folder.fhir:
        key = (FEED, path.name, _sha256(path), f"{FEED} {__version__}")
        before = next(iter(held.get(key, {}).values()), None)
        found.append(Received(path, FEED, key[3], key[2], None, before))
    return found


def load_id(con: duckdb.DuckDBPyConnection, new: Sequence[Received]) -> str:
    """The load's number in this lake and a hash of its files, so that later loads sort after earlier ones."""
    before = int(con.execute("SELECT count(DISTINCT load_id) FROM received_file").fetchall()[0][0])
    names = "\n".join(sorted(f"{file.feed} {file.name} {file.sha256}" for file in new))
    return f"{before + 1:06d}-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def received_rows(load: str, files: Sequence[tuple[Received, datetime, FileResult]]) -> str:
    """SQL of the rows of received_file."""
    rows = []
    for file, extracted_at, result in files:
        texts = (load, file.feed, file.name, file.sha256, file.described_by)
        counts = (result.rows, *(getattr(result, word) for word in WORDS))
        instant = f"TIMESTAMP '{extracted_at.astimezone(UTC).replace(tzinfo=None)}'"
        rows.append(f"({', '.join(map(sql.text, texts))}, {instant}, {', '.join(map(str, counts))})")
    columns = f"load_id, feed, file, sha256, described_by, extracted_at, rows, {', '.join(WORDS)}"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) received({columns})"


def _sha256(path: Path) -> str:
    with path.open("rb") as received:
        return hashlib.file_digest(received, "sha256").hexdigest()
