"""Loads a folder of partners' files into the lake: all of it in one generation, or nothing."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim, claim, fhir_files, passed_over
from vanguard.know.intake.crew import Crew
from vanguard.know.intake.feed_files import feeds as read_feeds
from vanguard.know.intake.feed_load import FeedFiles, FeedLoad, load_feed
from vanguard.know.intake.fhir_outputs import write_fhir
from vanguard.know.intake.profiles import Row
from vanguard.know.intake.readers.fhir import FEED, FhirFile, described_by, stage_fhir
from vanguard.know.intake.readers.text_file import sha256
from vanguard.know.intake.result import WORDS, FileResult, LoadResult
from vanguard.lake import Batch, Lake, tables

MEMORY = "1GB"
"""Past this DuckDB spills, so that the memory of a load does not grow with its files."""
READS = tuple(table.name for table in tables().values() if table.made_by == "know.intake")
Watch = Callable[[Sequence[Claim | Path]], Iterable[Claim | Path]]


@dataclass(frozen=True)
class _Hashed:
    claim: Claim
    sha256: str
    held_rows: int | None
    """How many rows it had when it came before under the same description; None if it is new."""


def load(
    lake: Lake, folder: Path, now: datetime, feeds: Path | None = None, watch: Watch = lambda files: files
) -> LoadResult:
    """Load every data file of `folder`; `feeds` is a place's own folder of feed descriptions.

    Counts are of rows of the files. `watch` is given the files and yields them, to show progress.
    Raises BadInput with every problem of every file, and then nothing has been loaded.
    """
    known = read_feeds(feeds).values()
    claims = claim(folder, known, now)
    done = load_claims(lake, claims, now, fhir=fhir_files(folder), watch=watch)
    return replace(done, warnings=(*done.warnings, *passed_over(folder, known)))


def load_claims(
    lake: Lake,
    claims: list[Claim],
    now: datetime,
    *,
    fhir: Sequence[Path] = (),
    watch: Watch = lambda files: files,
    mended: str | None = None,
) -> LoadResult:
    """Load these files, and FHIR from those; `mended` is SQL of what to note in mended_row, load_id apart."""
    with lake.write(now) as batch, ThreadPoolExecutor() as hashing:
        # Begun before the lake is opened, which takes as long.
        digests = {path: hashing.submit(sha256, path) for path in [*(one.path for one in claims), *fhir]}
        with (
            _room(),
            lake.connect(only=READS, memory_limit=MEMORY) as con,
            _scratch(lake) as scratch,
            Crew(con) as crew,
        ):
            files = _hashed(con, claims, digests)
            hashed_fhir = [(path, digests[path].result()) for path in fhir]
            warnings: list[str] = []
            counted = _load(con, crew, batch, files, hashed_fhir, scratch, watch, now, warnings)
            if mended is not None:
                load_id = _load_id(con, [file for file in files if file.held_rows is None], [])
                batch.append("mended_row", con, f"SELECT *, {sql.text(load_id)} AS load_id FROM ({mended})")
            return LoadResult.of(counted, warnings)


@contextmanager
def _room() -> Iterator[None]:
    """A sentence where what must lie in memory at once does not fit."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise BadInput(
            f"These files need more than the {MEMORY} of memory that a load may take: their rows are very long.",
            do="Ask for the extract again with shorter rows, or load fewer files at a time. Nothing was loaded.",
        ) from error


@contextmanager
def _scratch(lake: Lake) -> Iterator[Path]:
    """An empty folder's name, and nothing left of it afterwards."""
    scratch = lake.folder / "scratch" / "load"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _hashed(con: duckdb.DuckDBPyConnection, claims: list[Claim], digests: Mapping[Path, Future[str]]) -> list[_Hashed]:
    held = con.execute("SELECT feed, file, extracted_at, sha256, described_by, rows FROM received_file").fetchall()
    known = {tuple(row[:5]): int(row[5]) for row in held}
    found = []
    for one in claims:
        digest = digests[one.path].result()
        key = (one.feed.feed, one.name, one.extracted_at.replace(tzinfo=None), digest, one.feed.described_by)
        found.append(_Hashed(one, digest, known.get(key)))
    return found


def _load(
    con: duckdb.DuckDBPyConnection,
    crew: Crew,
    batch: Batch,
    files: list[_Hashed],
    fhir: list[tuple[Path, str]],
    scratch: Path,
    watch: Watch,
    now: datetime,
    warnings: list[str],
) -> list[FileResult]:
    """The counts of each file; what is odd about one is added to `warnings`."""
    results = [
        FileResult(file.claim.name, file.claim.feed.feed, file.held_rows, duplicate=file.held_rows)
        for file in files
        if file.held_rows is not None
    ]
    new = sorted((file for file in files if file.held_rows is None), key=lambda file: file.claim.feed.feed)
    held = _held_fhir(con)
    results += [
        FileResult(path.name, FEED, held[path.name, digest], duplicate=held[path.name, digest])
        for path, digest in fhir
        if (path.name, digest) in held
    ]
    new_fhir = [(path, digest) for path, digest in fhir if (path.name, digest) not in held]
    if not new and not new_fhir:
        return results
    load_id = _load_id(con, new, new_fhir)
    watched = iter(watch([*(file.claim for file in new), *(path for path, _ in new_fhir)]))
    problems: list[str] = []
    received: list[str] = []
    told: dict[str, list[Row]] = {}
    for group, done in _feeds(crew, batch, new, load_id, scratch, watched):
        problems += done.problems
        results += done.results
        received += _received(load_id, group, done.results)
        warnings += [f"{claim.name}: {one.sentence}" for claim, one in done.warnings]
        for table, some in done.told:
            told.setdefault(table, []).extend(some)
        for table, rows in done.removed:
            batch.remove(table, con, rows)
        for table, stored in done.stored:
            batch.add(table, stored)
    staged_fhir = list(stage_fhir(con, _watched(watched, new_fhir), now, problems))
    if problems:
        raise BadInput("\n".join(problems), do="\nNothing was loaded.")
    if staged_fhir:
        counted = write_fhir(con, batch, staged_fhir, load_id)
        results += counted
        received += _received_fhir(load_id, staged_fhir, counted)
    batch.append("received_file", con, _received_rows(received))
    for table, some in sorted(told.items()):
        if some:
            batch.append(table, con, sql.rows(tables()[table].column_names, some))
    return results


def _feeds(
    crew: Crew, batch: Batch, new: Sequence[_Hashed], load_id: str, scratch: Path, watched: Iterator[Claim | Path]
) -> Iterator[tuple[list[_Hashed], FeedLoad]]:
    """Each feed's new files and what became of them, by feed; the largest is begun first, for it takes longest."""
    groups = [list(group) for _, group in groupby(new, key=lambda file: file.claim.feed)]
    jobs = [FeedFiles(tuple(file.claim for file in group), load_id) for group in groups]
    largest_first = sorted(range(len(jobs)), key=lambda number: jobs[number].bytes, reverse=True)
    begun = {
        number: crew.start(lambda job: load_feed(crew, batch, job, scratch), jobs[number]) for number in largest_first
    }
    for number, group in enumerate(groups):
        for _ in jobs[number].claims:
            next(watched)
        yield group, begun[number].result()


def _watched(watched: Iterator[Claim | Path], files: Sequence[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    for file in files:
        next(watched)
        yield file


def _held_fhir(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Rows of the FHIR files that came before and were read by the same tables, by name and SHA-256."""
    found = con.execute(
        "SELECT file, sha256, rows FROM received_file WHERE feed = ? AND described_by = ?",
        [FEED, described_by()],
    ).fetchall()
    return {(name, digest): int(rows) for name, digest, rows in found}


def _load_id(con: duckdb.DuckDBPyConnection, new: Sequence[_Hashed], new_fhir: Sequence[tuple[Path, str]]) -> str:
    """The load's number in this lake and a hash of its files, so that later loads sort after earlier ones."""
    before = int(con.execute("SELECT count(DISTINCT load_id) FROM received_file").fetchall()[0][0])
    received = [(file.claim.feed.feed, file.claim.name, file.sha256) for file in new]
    received += [(FEED, path.name, digest) for path, digest in new_fhir]
    names = "\n".join(sorted(" ".join(file) for file in received))
    return f"{before + 1:06d}-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _received(load_id: str, files: Sequence[_Hashed], counted: Sequence[FileResult]) -> list[str]:
    return [
        _received_row(
            (load_id, file.claim.feed.feed, file.claim.name, file.sha256, file.claim.feed.described_by),
            file.claim.extracted_at,
            result,
        )
        for file, result in zip(files, counted, strict=bool(counted))
    ]


def _received_fhir(load_id: str, files: Sequence[FhirFile], counted: Sequence[FileResult]) -> list[str]:
    return [
        _received_row((load_id, FEED, file.name, file.sha256, described_by()), file.extracted_at, result)
        for file, result in zip(files, counted, strict=True)
    ]


def _received_row(texts: tuple[str, ...], extracted_at: datetime, result: FileResult) -> str:
    counts = (result.rows, *(getattr(result, word) for word in WORDS))
    instant = f"TIMESTAMP '{extracted_at:%Y-%m-%d %H:%M:%S}'"
    return f"({', '.join(map(sql.text, texts))}, {instant}, {', '.join(map(str, counts))})"


def _received_rows(rows: Sequence[str]) -> str:
    columns = f"load_id, feed, file, sha256, described_by, extracted_at, rows, {', '.join(WORDS)}"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) received({columns})"
