"""Loads a folder of partners' files into the lake: all of it in one generation, or nothing."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.intake import outputs, sql
from vanguard.know.intake.claim import Claim, claim, fhir_files
from vanguard.know.intake.feed_files import feeds as read_feeds
from vanguard.know.intake.fhir_outputs import write_fhir
from vanguard.know.intake.outputs import Staged
from vanguard.know.intake.readers.fhir import FEED, FhirFile, described_by, stage_fhir
from vanguard.know.intake.readers.text_file import sha256
from vanguard.know.intake.result import FileResult, LoadResult
from vanguard.know.intake.settle import settle
from vanguard.know.intake.stage import make_stage, stage_file
from vanguard.lake import Batch, Lake

Watch = Callable[[Sequence[Claim | Path]], Iterable[Claim | Path]]
_WORDS = ("accepted", "quarantined", "superseded", "duplicate")


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
    claims = claim(folder, read_feeds(feeds).values(), now)
    with lake.write(now) as batch, lake.connect() as con:
        scratch = lake.folder / "scratch" / "load"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            files = _hashed(con, claims)
            fhir = [(path, sha256(path)) for path in fhir_files(folder)]
            return LoadResult.of(_load(con, batch, files, fhir, scratch, watch, now))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _hashed(con: duckdb.DuckDBPyConnection, claims: list[Claim]) -> list[_Hashed]:
    held = con.execute("SELECT feed, file, extracted_at, sha256, described_by, rows FROM received_file").fetchall()
    known = {tuple(row[:5]): int(row[5]) for row in held}
    found = []
    for one in claims:
        digest = sha256(one.path)
        key = (one.feed.feed, one.name, one.extracted_at.replace(tzinfo=None), digest, one.feed.described_by)
        found.append(_Hashed(one, digest, known.get(key)))
    return found


def _load(
    con: duckdb.DuckDBPyConnection,
    batch: Batch,
    files: list[_Hashed],
    fhir: list[tuple[Path, str]],
    scratch: Path,
    watch: Watch,
    now: datetime,
) -> list[FileResult]:
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
    digests = {file.claim.path: file.sha256 for file in new}
    watched = iter(watch([*(file.claim for file in new), *(path for path, _ in new_fhir)]))
    problems: list[str] = []
    for feed, group in groupby(new, key=lambda file: file.claim.feed):
        claims = tuple(file.claim for file in group)
        make_stage(con, feed)
        problems += _stage(con, claims, watched, scratch)
        if not problems:
            staged = Staged(feed, claims, load_id)
            counted = _settle_and_write(con, batch, staged)
            results += counted
            batch.append("received_file", con, _received(staged, counted, digests))
    staged_fhir = list(stage_fhir(con, _watched(watched, new_fhir), now, problems))
    if problems:
        raise BadInput("\n".join(problems), do="\nNothing was loaded.")
    if staged_fhir:
        counted = write_fhir(con, batch, staged_fhir, load_id)
        results += counted
        batch.append("received_file", con, _received_fhir(load_id, staged_fhir, counted))
    return results


def _watched(watched: Iterator[Claim | Path], files: Sequence[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    for file in files:
        assert next(watched) is file[0]
        yield file


def _held_fhir(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Rows of the FHIR files that came before and were read by the same tables, by name and SHA-256."""
    found = con.execute(
        "SELECT file, sha256, rows FROM received_file WHERE feed = ? AND described_by = ?",
        [FEED, described_by()],
    ).fetchall()
    return {(name, digest): int(rows) for name, digest, rows in found}


def _stage(
    con: duckdb.DuckDBPyConnection,
    claims: Sequence[Claim],
    watched: Iterator[Claim | Path],
    scratch: Path,
) -> Iterator[str]:
    for number, one in enumerate(claims):
        assert next(watched) is one
        try:
            stage_file(con, one, number, scratch)
        except BadInput as problem:
            yield str(problem)


def _settle_and_write(con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged) -> list[FileResult]:
    held = "SELECT {key} AS k, split_part(row_id, '-', 1) AS c, extracted_at, file, load_id, line FROM {table}"
    mine = f" WHERE feed = {sql.text(staged.feed.feed)}"
    of_persons = held.format(key="source_id", table="source_person") + mine
    of_events = held.format(key="key", table="source_event") + mine
    settle(con, staged.words(), of_events if staged.feed.event else of_persons)
    results = _count(con, staged)
    if staged.feed.event:
        batch.append("source_event", con, outputs.event_rows(staged))
    if any(result.quarantined for result in results):
        batch.append("quarantine", con, outputs.quarantine_rows(staged))
    if staged.feed.person:
        con.execute(f"CREATE OR REPLACE TEMP TABLE person_word AS {outputs.person_words(staged)}")
        settle(con, staged.facts(), of_persons)
        batch.append("source_person", con, outputs.person_rows(staged))
    return results


def _count(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[FileResult]:
    counted = con.execute(
        "SELECT file_no, CASE WHEN NOT ok THEN 'quarantined' ELSE coalesce(word, 'accepted') END AS word, count(*) "
        "FROM staged s LEFT JOIN verdict v ON v.rid = s.rid GROUP BY ALL"
    ).fetchall()
    by_file: list[dict[str, int]] = [dict.fromkeys(_WORDS, 0) for _ in staged.claims]
    for file_no, word, rows in counted:
        by_file[file_no][word] = rows
    return [
        FileResult(one.name, staged.feed.feed, sum(counts.values()), **counts)
        for one, counts in zip(staged.claims, by_file, strict=True)
    ]


def _load_id(con: duckdb.DuckDBPyConnection, new: Sequence[_Hashed], new_fhir: Sequence[tuple[Path, str]]) -> str:
    """The load's number in this lake and a hash of its files, so that later loads sort after earlier ones."""
    before = int(con.execute("SELECT count(DISTINCT load_id) FROM received_file").fetchall()[0][0])
    received = [(file.claim.feed.feed, file.claim.name, file.sha256) for file in new]
    received += [(FEED, path.name, digest) for path, digest in new_fhir]
    names = "\n".join(sorted(" ".join(file) for file in received))
    return f"{before + 1:06d}-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _received(staged: Staged, counted: Sequence[FileResult], digests: dict[Path, str]) -> str:
    rows = [
        _received_row(
            (staged.load_id, one.feed.feed, one.name, digests[one.path], one.feed.described_by),
            one.extracted_at,
            result,
        )
        for one, result in zip(staged.claims, counted, strict=True)
    ]
    return _received_rows(rows)


def _received_fhir(load_id: str, files: Sequence[FhirFile], counted: Sequence[FileResult]) -> str:
    rows = [
        _received_row((load_id, FEED, file.name, file.sha256, described_by()), file.extracted_at, result)
        for file, result in zip(files, counted, strict=True)
    ]
    return _received_rows(rows)


def _received_row(texts: tuple[str, ...], extracted_at: datetime, result: FileResult) -> str:
    counts = (result.rows, *(getattr(result, word) for word in _WORDS))
    instant = f"TIMESTAMP '{extracted_at:%Y-%m-%d %H:%M:%S}'"
    return f"({', '.join(map(sql.text, texts))}, {instant}, {', '.join(map(str, counts))})"


def _received_rows(rows: Sequence[str]) -> str:
    columns = f"load_id, feed, file, sha256, described_by, extracted_at, rows, {', '.join(_WORDS)}"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) received({columns})"
