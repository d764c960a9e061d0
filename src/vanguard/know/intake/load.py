"""Loads a folder of partners' files into the lake: all of it in one generation, or nothing."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.intake import fhir_rows, outputs, sql
from vanguard.know.intake.claim import Claim, claim
from vanguard.know.intake.feed_files import feeds as read_feeds
from vanguard.know.intake.outputs import Staged
from vanguard.know.intake.readers.fhir_file import make_fhir_stage, stage_fhir
from vanguard.know.intake.receive import Received, load_id, receive, received_rows
from vanguard.know.intake.result import WORDS, FileResult, LoadResult
from vanguard.know.intake.settle import settle
from vanguard.know.intake.stage import make_stage, stage_file
from vanguard.lake import Batch, Lake

Watch = Callable[[Sequence[str]], Iterable[str]]
Counted = list[tuple[Received, datetime, FileResult]]


def load(
    lake: Lake, folder: Path, now: datetime, feeds: Path | None = None, watch: Watch = lambda names: names
) -> LoadResult:
    """Load every data file of `folder`; `feeds` is a place's own folder of feed descriptions.

    Counts are of rows of the files. `watch` is given the files' names and yields them, to show progress.
    Raises BadInput with every problem of every file, and then nothing has been loaded.
    """
    found = claim(folder, read_feeds(feeds).values())
    with lake.write(now) as batch, lake.connect() as con:
        scratch = lake.folder / "scratch" / "load"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            files = receive(con, found)
            new = [file for file in files if file.held is None]
            counted = _Load(con, batch, scratch, load_id(con, new), now).take(new, watch) if new else []
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    again = [
        FileResult(file.name, file.feed, file.held, duplicate=file.held)
        for file in files
        if file.held is not None
    ]
    return LoadResult.of([*(result for *_, result in counted), *again])


class _Load:
    """The work of one load, feed by feed."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, batch: Batch, scratch: Path, load: str, now: datetime
    ) -> None:
        self.con, self.batch, self.scratch, self.load, self.now = con, batch, scratch, load, now
        self.problems: list[str] = []

    def take(self, files: Sequence[Received], watch: Watch) -> Counted:
        """Load new files. Raises BadInput with every problem of every file."""
        ordered = sorted(files, key=lambda file: file.feed)
        progress = iter(watch([file.name for file in ordered]))
        counted: Counted = []
        for _, group in groupby(ordered, key=lambda file: file.feed):
            some = list(group)
            claims = tuple(file.claim for file in some if file.claim)
            found = self._feed(claims, progress) if claims else self._fhir(some, progress)
            counted += [(file, *rest) for file, rest in zip(some, found, strict=False)]
        next(progress, None)
        if self.problems:
            raise BadInput("\n".join(self.problems), do="\nNothing was loaded.")
        self.batch.append("received_file", self.con, received_rows(self.load, counted))
        return counted

    def _feed(self, claims: tuple[Claim, ...], progress: Iterator[str]) -> list[tuple[datetime, FileResult]]:
        feed = claims[0].feed
        make_stage(self.con, feed)
        for number, one in enumerate(claims):
            next(progress)
            self._try(lambda number=number, one=one: stage_file(self.con, one, number, self.scratch))  # type: ignore[misc]
        if self.problems:
            return []
        staged = Staged(feed, claims, self.load)
        held = "SELECT {} AS k, split_part(row_id, '-', 1) AS c, extracted_at, file, load_id, line FROM {} WHERE feed = {}"
        name = sql.text(feed.feed)
        of_persons = held.format("source_id", "source_person", name)
        of_rows = held.format("key", "source_event", name) if feed.event else of_persons
        settle(self.con, staged.words(), of_rows)
        counts = self._counts(outputs.COUNTS, len(claims))
        if feed.event:
            settled = not self.con.execute("SELECT count(*) FROM verdict").fetchall()[0][0]
            self.batch.append("source_event", self.con, outputs.event_rows(staged, settled=settled))
        if any(found["quarantined"] for found in counts):
            self.batch.append("quarantine", self.con, outputs.quarantine_rows(staged))
        if feed.person:
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE person_word AS {outputs.person_words(staged)}")
            settle(self.con, staged.facts(), of_persons)
            self.batch.append("source_person", self.con, outputs.person_rows(staged))
        return [
            (one.extracted_at, FileResult.of(one.name, feed.feed, found))
            for one, found in zip(claims, counts, strict=True)
        ]

    def _fhir(self, files: list[Received], progress: Iterator[str]) -> list[tuple[datetime, FileResult]]:
        make_fhir_stage(self.con)
        read: list[tuple[datetime, int]] = []
        for number, file in enumerate(files):
            next(progress)
            self._try(
                lambda number=number, file=file: read.append(  # type: ignore[misc]
                    stage_fhir(self.con, file.path, number, self.load, self.now)
                )
            )
        if self.problems:
            return []
        self.con.execute(fhir_rows.KEYS)
        settle(self.con, fhir_rows.WORDS, fhir_rows.HELD_WORDS)
        self.con.execute(fhir_rows.OLD_VERSIONS)
        counts = self._counts(fhir_rows.COUNTS, len(files))
        for found, (_, repeats) in zip(counts, read, strict=True):
            found["duplicate"] += repeats
        self.batch.append("source_resource", self.con, fhir_rows.resource_rows())
        self.batch.append("source_event", self.con, fhir_rows.event_rows())
        self.batch.append("quarantine", self.con, fhir_rows.quarantine_rows())
        settle(self.con, fhir_rows.FACTS, fhir_rows.HELD_FACTS)
        self.batch.append("source_person", self.con, fhir_rows.person_rows())
        return [
            (extracted_at, FileResult.of(file.name, file.feed, found))
            for file, (extracted_at, _), found in zip(files, read, counts, strict=True)
        ]

    def _try(self, read: Callable[[], None]) -> None:
        """Read one file; its problem, if it has one, is kept for the end."""
        try:
            read()
        except BadInput as problem:
            self.problems.append(str(problem))

    def _counts(self, query: str, files: int) -> list[dict[str, int]]:
        """For each file how many rows have which word, from SQL of (file_no, word, rows)."""
        found = [dict.fromkeys(WORDS, 0) for _ in range(files)]
        for file_no, word, rows in self.con.execute(query).fetchall():
            found[file_no][word] += rows
        return found
