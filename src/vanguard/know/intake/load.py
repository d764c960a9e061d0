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
from vanguard.know.intake.claim import Claim, claim
from vanguard.know.intake.feed_files import feeds as read_feeds
from vanguard.know.intake.outputs import Staged
from vanguard.know.intake.readers.text_file import sha256
from vanguard.know.intake.result import FileResult, LoadResult
from vanguard.know.intake.settle import settle
from vanguard.know.intake.stage import make_stage, stage_file
from vanguard.lake import Batch, Lake

Watch = Callable[[Sequence[Claim]], Iterable[Claim]]
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
    claims = claim(folder, read_feeds(feeds).values())
    with lake.write(now) as batch, lake.connect() as con:
        scratch = lake.folder / "scratch" / "load"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            files = _hashed(con, claims)
            return LoadResult.of(_load(con, batch, files, scratch, watch))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _hashed(con: duckdb.DuckDBPyConnection, claims: list[Claim]) -> list[_Hashed]:
    held = con.execute(
        "SELECT feed, file, extracted_at, sha256, described_by, rows FROM received_file"
    ).fetchall()
    known = {tuple(row[:5]): int(row[5]) for row in held}
    found = []
    for one in claims:
        digest = sha256(one.path)
        key = (one.feed.feed, one.name, one.extracted_at.replace(tzinfo=None), digest, one.feed.described_by)
        found.append(_Hashed(one, digest, known.get(key)))
    return found


def _load(
    con: duckdb.DuckDBPyConnection, batch: Batch, files: list[_Hashed], scratch: Path, watch: Watch
) -> list[FileResult]:
    results = [
        FileResult(file.claim.name, file.claim.feed.feed, file.held_rows, duplicate=file.held_rows)
        for file in files
        if file.held_rows is not None
    ]
    new = sorted((file for file in files if file.held_rows is None), key=lambda file: file.claim.feed.feed)
    if not new:
        return results
    load_id = _load_id(con, new)
    digests = {file.claim.path: file.sha256 for file in new}
    watched = iter(watch([file.claim for file in new]))
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
    if problems:
        raise BadInput("\n".join(problems), do="\nNothing was loaded.")
    return results


def _stage(
    con: duckdb.DuckDBPyConnection, claims: Sequence[Claim], watched: Iterator[Claim], scratch: Path
) -> Iterator[str]:
    for number, one in enumerate(claims):
        assert next(watched) is one
        try:
            stage_file(con, one, number, scratch)
        except BadInput as problem:
            yield str(problem)


def _settle_and_write(con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged) -> list[FileResult]:
    held = (
        "SELECT {key} AS k, split_part(row_id, '-', 1) AS c, extracted_at, file, load_id, line FROM {table}"
    )
    mine = f" WHERE feed = {sql.text(staged.feed.feed)}"
    of_persons = held.format(key="source_id", table="source_person") + mine
    of_events = held.format(key="key", table="source_event") + mine
    settle(con, staged.words(), of_events)
    results = _count(con, staged)
    if staged.feed.event:
        settled = not con.execute("SELECT count(*) FROM verdict").fetchall()[0][0]
        batch.append("source_event", con, outputs.event_rows(staged, settled=settled))
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
        "FROM staged s LEFT JOIN verdict v ON v.rid = s.rowid GROUP BY ALL"
    ).fetchall()
    by_file: list[dict[str, int]] = [dict.fromkeys(_WORDS, 0) for _ in staged.claims]
    for file_no, word, rows in counted:
        by_file[file_no][word] = rows
    return [
        FileResult(one.name, staged.feed.feed, sum(counts.values()), **counts)
        for one, counts in zip(staged.claims, by_file, strict=True)
    ]


def _load_id(con: duckdb.DuckDBPyConnection, new: Sequence[_Hashed]) -> str:
    """The load's number in this lake and a hash of its files, so that later loads sort after earlier ones."""
    before = int(con.execute("SELECT count(DISTINCT load_id) FROM received_file").fetchall()[0][0])
    names = "\n".join(sorted(f"{file.claim.feed.feed} {file.claim.name} {file.sha256}" for file in new))
    return f"{before + 1:06d}-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _received(staged: Staged, counted: Sequence[FileResult], digests: dict[Path, str]) -> str:
    rows = []
    for one, result in zip(staged.claims, counted, strict=True):
        texts = (staged.load_id, one.feed.feed, one.name, digests[one.path], one.feed.described_by)
        instant = f"TIMESTAMP '{one.extracted_at:%Y-%m-%d %H:%M:%S}'"
        counts = (result.rows, *(getattr(result, word) for word in _WORDS))
        rows.append(f"({', '.join(map(sql.text, texts))}, {instant}, {', '.join(map(str, counts))})")
    columns = f"load_id, feed, file, sha256, described_by, extracted_at, rows, {', '.join(_WORDS)}"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) received({columns})"
