"""Reading and writing the lake: views over one generation, and batches that become the next."""

import errno
import fcntl
import hashlib
import os
import stat
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa

from vanguard.durable import sync
from vanguard.errors import BadInput, Busy
from vanguard.lake import readers
from vanguard.lake.layers import about, persons_of, quoted, together
from vanguard.lake.manifest import Manifest, TableFile, read_manifest, swap_manifest
from vanguard.lake.news import News, added_since, code, marks, news, noted
from vanguard.lake.schema_files import Table, tables

# What care rooms did is written in a moment, again and again: a command that meets it need not be told to wait.
PATIENCE = 2.0

# What a folder lets its group do; others nothing anywhere.
FOLDERS = {"identified": 0o700, "pseudonymised": 0o750, "scratch": 0o700, readers.FOLDER: 0o750}
FILES = {"identified": 0o600, "pseudonymised": 0o640}


class Lake:
    """The lake below one place's folder. Cheap to make; holds no connection."""

    def __init__(self, home: Path) -> None:
        """`home` is the place's folder (VANGUARD_HOME); the lake is its subfolder `lake`."""
        self.folder = home / "lake"
        self.manifest_path = self.folder / "manifest.json"

    def manifest(self) -> Manifest:
        return read_manifest(self.manifest_path)

    def rows(self, table: str) -> int:
        """How many rows a table has in the present generation."""
        return self.manifest().rows(table)

    def marks(self, names: Iterable[str]) -> dict[str, tuple[int, str]]:
        """What `persons_since` needs to know of these tables as they are now."""
        return marks(self.manifest().tables, names)

    def persons_since(self, before: Mapping[str, tuple[int, str]]) -> str | None:
        """SQL of the persons (person_id) of whom tables of persons may say something else than when they had these
        `marks`; None where it may be anybody."""
        files: list[TableFile] = []
        for table, mark in before.items():
            more = added_since(self.manifest().tables.get(table, ()), mark)
            if more is None:
                return None
            files += more
        return persons_of(self.folder, files)

    def about(self, con: duckdb.DuckDBPyConnection, table: str, mark: tuple[int, str] | None, persons: str) -> str:
        """SQL of the rows of a table of persons about `persons`, SQL of (person_id) on `con`: quickest where these are
        whom files name that were added since the table had this `mark`."""
        files = self.manifest().tables.get(table, ())
        added = added_since(files, mark) if mark else None
        return about(con, self.folder, tables()[table], files, added or (), persons)

    def connect(
        self, *, only: Iterable[str] = (), threads: int | None = None, memory_limit: str | None = None
    ) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection in which every lake table, or `only` some, is a view over one whole generation.

        Each view takes a millisecond or two, for its files are opened. `memory_limit` is in DuckDB's terms ("2GB");
        past it DuckDB spills to the lake's own scratch folder.
        """
        con = duckdb.connect(":memory:")
        con.execute("SET TimeZone = 'UTC'")
        if threads:
            con.execute(f"SET threads = {threads:d}")
        if memory_limit:
            con.execute("SET memory_limit = ?", [memory_limit])
        scratch = self.folder / "scratch"
        con.execute("SET temp_directory = ?", [str(scratch)])
        manifest = self._hold(con)
        for name in only or tables():
            con.execute(self._view(tables()[name], name, manifest))
        return con

    def analyse(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection to the pseudonymised tables only, under their twins' names: `person`, `event` and so on.

        It can open no other file, whatever is asked of it, and needs to be allowed no other folder.
        """
        con = duckdb.connect(":memory:")
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET temp_directory = ''")
        con.execute("SET allowed_directories = ?", [[str(self.folder / "pseudonymised")]])
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        manifest = self._hold(con)
        for table in tables().values():
            if table.folder == "pseudonymised":
                con.execute(self._view(table, table.shown_as, manifest))
        return con

    def _hold(self, con: duckdb.DuckDBPyConnection) -> Manifest:
        """The present manifest, whose files stay as long as the connection is there."""
        manifest, held = readers.hold(self.folder, self.manifest_path)
        if held is not None:
            weakref.finalize(con, os.close, held)
        return manifest

    @contextmanager
    def write(self, now: datetime, *, patience: float = PATIENCE) -> Iterator["Batch"]:
        """A batch of table writes that becomes one new generation when the block ends without an error.

        `now` is the instant noted in the manifest. Raises Busy if another process is writing and does not end within
        `patience`, in seconds.
        """
        self._make_folders()
        with (self.folder / ".lock").open("w") as lock:
            self._lock(lock, patience)
            readers.welcome_back(self.folder, self.manifest())
            self._sweep()
            batch = Batch(self, self.manifest())
            try:
                yield batch
                batch.commit(now)
            except (OSError, duckdb.Error) as error:
                if _no_room(error):
                    raise BadInput(
                        "There is no room left to write to.",
                        where=str(self.folder),
                        do="Nothing was changed. Make room on the disk and try again.",
                    ) from error
                raise

    def _lock(self, lock: IO[str], patience: float) -> None:
        until = time.monotonic() + patience
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise Busy(
                        "Another command is writing to this place.",
                        where=str(self.folder),
                        do="Wait until it has ended and try again.",
                    ) from error
            time.sleep(0.05)

    def _make_folders(self) -> None:
        """Who may read a folder may read its tables. What spills may name anybody: it is the owner's.

        The group of the pseudonymised folder reads it and may pass through the lake to it; nobody else does.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        _let(self.folder, 0o710)
        for name, mode in FOLDERS.items():
            (self.folder / name).mkdir(exist_ok=True)
            _let(self.folder / name, mode)
        readers.share(self.folder / readers.FOLDER, self.folder / "pseudonymised")
        sync(self.folder.parent)

    def _view(self, table: Table, name: str, manifest: Manifest) -> str:
        return f'CREATE VIEW "{name}" AS {together(self.folder, table, manifest.tables.get(table.name, ()))}'

    def _sweep(self) -> None:
        """Remove files that neither this generation nor the one before names, nor one that is still read."""
        manifest = self.manifest()
        kept = manifest.paths | set(manifest.previous) | readers.still_read(self.folder, manifest.generation)
        for path in self.folder.glob("*/*/*.parquet*"):
            if str(path.relative_to(self.folder)) not in kept:
                path.unlink()


class Batch:
    """The writes of one new generation. Made by `Lake.write` only."""

    def __init__(self, lake: Lake, manifest: Manifest) -> None:
        self._lake = lake
        self._before = manifest
        self._tables = dict(manifest.tables)
        self._made = dict(manifest.made)

    def replace(self, table: str, con: duckdb.DuckDBPyConnection, query: str) -> int:
        """The table becomes the rows of `query`; returns how many."""
        file = self._store(tables()[table], con, query)
        self._tables[table] = (file,)
        return file.rows

    def append(self, table: str, con: duckdb.DuckDBPyConnection, query: str) -> int:
        """The rows of `query` are added to the table; returns how many."""
        file = self.store(table, con, query)
        self.add(table, file)
        return file.rows

    def store(self, table: str, con: duckdb.DuckDBPyConnection, query: str) -> TableFile:
        """Write the rows of `query` to a file of the table, for `add`. Threads may do so at once."""
        return self._store(tables()[table], con, query)

    def add(self, table: str, file: TableFile) -> None:
        """The rows of a stored file are added to the table."""
        if file.rows:
            self._tables[table] = (*self._tables.get(table, ()), file)

    def replace_of(self, table: str, con: duckdb.DuckDBPyConnection, query: str, persons: str) -> int:
        """What the table says of some persons becomes the rows of `query`, about them alone; returns how many.

        `persons` is SQL of (person_id). The files of the table stay: a small one is laid over them.
        """
        kind = tables()[table]
        held = f"SELECT person_id FROM ({together(self._lake.folder, kind, self._tables.get(table, ()))})"
        [(hidden,)] = con.execute(f"SELECT count(*) FROM ({held}) SEMI JOIN ({persons}) USING (person_id)").fetchall()
        file = self._store(kind, con, query)
        if not file.rows and not hidden:
            return 0
        who = f"SELECT DISTINCT CAST(person_id AS VARCHAR) AS person_id FROM ({persons}) ORDER BY person_id"
        instead, _ = self._write(kind, con, who)
        self._tables[table] = (*self._tables.get(table, ()), TableFile(file.path, file.rows, instead, int(hidden)))
        return file.rows

    def news(self, step: str, recipe: str, reads: Iterable[str], writes: Iterable[str]) -> News:
        """What is new for a step since its last `note`. `recipe` is whatever it depends on besides tables and code."""
        return news(self._before, step, f"{code()} {recipe}", reads, writes)

    def note(
        self,
        step: str,
        recipe: str,
        reads: Iterable[str],
        writes: Iterable[str],
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Note what the step has read, which is the generation before, and what it has written. Call it last."""
        made = noted(self._before.tables, self._tables, f"{code()} {recipe}", reads, writes)
        self._made[step] = replace(made, result=dict(result or {}))

    def files(self, table: str) -> int:
        """In how many files the table lies."""
        return len(self._tables.get(table, ()))

    def mark(self, table: str) -> str:
        """A mark of the table as it was before: another if it was written since."""
        return marks(self._before.tables, [table])[table][1]

    def noted(self, step: str) -> dict[str, Any]:
        """What the step reported when it was last done."""
        made = self._made.get(step)
        return made.result if made else {}

    def added(self, table: str, files: Sequence[TableFile]) -> str:
        """SQL of the rows of these files of the table, whatever later ones say."""
        return together(self._lake.folder, tables()[table], [replace(file, instead="") for file in files])

    def before(self, table: str, added: Sequence[TableFile]) -> str:
        """SQL of the rows that the table had before the files `added`, its last."""
        files = self._before.tables.get(table, ())
        return together(self._lake.folder, tables()[table], files[: len(files) - len(added)])

    def about(self, con: duckdb.DuckDBPyConnection, table: str, added: Sequence[TableFile], persons: str) -> str:
        """SQL of the rows of a table of persons as it was before, about `persons`, SQL of (person_id): quickest where
        these are whom the files `added` name, its last."""
        files = self._before.tables.get(table, ())
        return about(con, self._lake.folder, tables()[table], files, added, persons)

    def persons(self, files: Sequence[TableFile]) -> str:
        """SQL of the persons (person_id) of whom these files, all laid over others, say everything."""
        return persons_of(self._lake.folder, files)

    def remove(self, table: str, con: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
        """Rows of the generation before that agree with one of `rows` in all columns of `rows` leave the table.

        Only the files that hold such rows are written anew; what this batch has added stays.
        """
        before = set(self._before.tables.get(table, ()))
        files = [file for file in self._tables.get(table, ()) if file in before]
        if not rows.num_rows or not files:
            return
        con.register("removed_rows", rows)
        same = " AND ".join(f'held."{name}" IS NOT DISTINCT FROM r."{name}"' for name in rows.column_names)
        paths = {str(self._lake.folder / file.path): file for file in files}
        listed = ", ".join(map(quoted, paths))
        found = con.execute(
            f"SELECT DISTINCT filename FROM read_parquet([{listed}], filename = true) held "
            f"SEMI JOIN removed_rows r ON {same}"
        ).fetchall()
        anew: dict[TableFile, TableFile] = {}
        for (path,) in found:
            held = f"read_parquet({quoted(path)}) held"
            anew[paths[path]] = self.store(
                table, con, f"SELECT * FROM {held} WHERE NOT EXISTS (SELECT 1 FROM removed_rows r WHERE {same})"
            )
        con.unregister("removed_rows")
        kept = (anew.get(file, file) for file in self._tables[table])
        self._tables[table] = tuple(file for file in kept if file.rows)

    def commit(self, now: datetime) -> None:
        if self._tables == self._before.tables and self._made == self._before.made:
            return
        for table in tables().values():
            folder = self._lake.folder / table.folder / table.name
            if folder.exists():
                sync(folder)
                sync(folder.parent)
        manifest = Manifest(
            generation=self._before.generation + 1,
            written=now.isoformat(),
            tables=self._tables,
            previous=self._previous(),
            made=self._made,
        )
        readers.welcome(self._lake.folder, manifest)
        swap_manifest(self._lake.manifest_path, manifest)

    def _previous(self) -> tuple[str, ...]:
        """The files that readers of the generation before still need; a batch that only adds takes none from them."""
        named = {file for files in self._tables.values() for file in files}
        held = {file for files in self._before.tables.values() for file in files}
        return self._before.previous if held <= named else tuple(self._before.paths)

    def _store(self, table: Table, con: duckdb.DuckDBPyConnection, query: str) -> TableFile:
        """Write `query` in the table's columns and types to a file named by its own content."""
        columns = ", ".join(f'CAST("{c.name}" AS {c.sql_type}) AS "{c.name}"' for c in table.columns)
        path, rows = self._write(table, con, f"SELECT {columns} FROM ({query})")
        return TableFile(path, rows)

    def _write(self, table: Table, con: duckdb.DuckDBPyConnection, query: str) -> tuple[str, int]:
        """Path and rows of a new file in the table's folder with the rows of `query`, named by its own content."""
        folder = self._lake.folder / table.folder / table.name
        folder.mkdir(exist_ok=True)
        _let(folder, FOLDERS[table.folder])
        scratch = folder / f"new-{os.getpid()}-{threading.get_ident()}.parquet.part"
        copied = con.execute(
            f"COPY ({query}) TO {quoted(str(scratch))} "
            "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false, RETURN_STATS)"
        ).fetchall()
        [(_, rows, _, _, statistics, *_)] = copied
        _refuse_empty(table, statistics)
        with scratch.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()[:20]
            os.fsync(written.fileno())
        final = folder / f"{digest}.parquet"
        _let(scratch, FILES[table.folder])
        scratch.replace(final)
        return str(final.relative_to(self._lake.folder)), int(rows)


def _refuse_empty(table: Table, statistics: Mapping[str, Mapping[str, str]]) -> None:
    """Hold what DuckDB says of a file that it wrote, by quoted column, against the schema; ValueError where a column
    that is never empty is empty."""
    for column in table.columns:
        empty = int(statistics.get(f'"{column.name}"', {}).get("null_count", 0))
        if not column.null and empty:
            raise ValueError(f"{table.name}.{column.name} is never empty, but {empty} rows leave it so")


def _let(path: Path, mode: int) -> None:
    """Exactly these permissions, whatever the process's mask takes away; whose group new files take stays as it is."""
    present = stat.S_IMODE(path.stat().st_mode)
    if present & 0o777 != mode:
        path.chmod(present & stat.S_ISGID | mode)


def _no_room(error: Exception) -> bool:
    """Whether an error of the system, or one that DuckDB passes on, says that a disk, a quota or a file is full."""
    numbers = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    if isinstance(error, OSError):
        return error.errno in numbers
    return any(os.strerror(number) in str(error) for number in numbers)
