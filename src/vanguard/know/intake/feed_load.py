"""One feed's files: staged, settled against what the lake holds, and written, a piece at a time."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from vanguard.errors import BadInput
from vanguard.know.intake import outputs
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.columns import removed
from vanguard.know.intake.crew import Crew
from vanguard.know.intake.late import relay, settle_persons
from vanguard.know.intake.ledger import PERSONS, ledger_of
from vanguard.know.intake.outputs import Staged
from vanguard.know.intake.readers.csv_file import read_csv
from vanguard.know.intake.readers.parquet_file import read_parquet
from vanguard.know.intake.result import WORDS, FileResult
from vanguard.know.intake.settle import settle, settle_deletions
from vanguard.know.intake.stage import LINES_OF_A_FILE, Piece, join_pieces, pieces, stage_piece
from vanguard.know.intake.whole import find_ends, note_snapshots
from vanguard.lake import Batch, TableFile


@dataclass(frozen=True)
class FeedFiles:
    """The new files of one feed, by file number, and the load that they are part of."""

    claims: tuple[Claim, ...]
    load_id: str

    @property
    def bytes(self) -> int:
        return sum(claim.path.stat().st_size for claim in self.claims)


@dataclass(frozen=True)
class FeedLoad:
    """What became of a feed's files: problems, or the counts of each and the stored files of the lake's tables."""

    problems: tuple[str, ...] = ()
    results: tuple[FileResult, ...] = ()
    stored: tuple[tuple[str, TableFile], ...] = ()
    removed: tuple[tuple[str, pa.Table], ...] = ()
    """Rows of tables that leave them, for `Batch.remove`."""


def load_feed(crew: Crew, batch: Batch, files: FeedFiles, scratch: Path) -> FeedLoad:
    """Store what the files add to the lake. A file that cannot be read as a whole is a problem, not an error."""
    feed = files.claims[0].feed
    with crew.schema(f"feed_{feed.feed}") as schema, crew.connect(schema) as con:
        staged: list[Piece] = []
        problems = []
        for number, claim in enumerate(files.claims):
            try:
                staged += _stage(crew, schema, con, claim, number, scratch)
            except BadInput as problem:
                problems.append(str(problem))
        if problems:
            return FeedLoad(tuple(problems))
        join_pieces(con, staged)
        return _settle_and_write(crew, schema, con, batch, Staged(feed, files.claims, tuple(staged), files.load_id))


def _stage(
    crew: Crew, schema: str, con: duckdb.DuckDBPyConnection, claim: Claim, number: int, scratch: Path
) -> list[Piece]:
    parquet = claim.path.suffix.lower() == ".parquet"
    records = read_parquet(con, claim) if parquet else read_csv(con, claim, scratch)
    cut = pieces(claim, number, records)

    def stage(piece: Piece) -> None:
        with crew.connect(schema) as mine:
            stage_piece(mine, piece)

    crew.each(stage, cut)
    con.execute("DROP TABLE IF EXISTS lines")
    return cut


def _settle_and_write(
    crew: Crew, schema: str, con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged
) -> FeedLoad:
    feed, ledger = staged.feed, ledger_of(staged.feed)
    late = _late(con, staged)
    snapshots = note_snapshots(con, staged)
    ended = find_ends(con, staged, late=late)
    held = ledger.words(feed, ever=late)
    # A late snapshot may say of anything that it was there, or not.
    touched = f"SELECT k FROM ({held})" if ended else None
    settle(con, staged.words(), held, ended=ended, late=late, touched=touched)
    if feed.removes:
        settle_deletions(con, f"SELECT rid FROM staged WHERE ok AND {removed(feed)}")
    con.execute("INSERT INTO verdict SELECT rid, 'quarantined', 0 FROM staged WHERE NOT ok")
    results = _count(con, staged)
    stored: list[tuple[str, TableFile]] = []
    relaid = relay(con, batch, staged) if late else []
    if feed.event:

        def write(piece: Piece) -> tuple[str, TableFile]:
            with crew.connect(schema) as mine:
                return "source_event", batch.store("source_event", mine, outputs.event_rows(staged, piece))

        stored += crew.each(write, staged.pieces)

    def store(table: str, query: str) -> None:
        stored.append((table, batch.store(table, con, query)))

    if any(result.quarantined for result in results):
        store("quarantine", outputs.quarantine_rows(staged))
    if snapshots:
        store("snapshot", snapshots)
    if (ended or feed.removes) and not late:
        store("source_end", outputs.end_rows(staged, held=False))
    if any(result.duplicate for result in results):
        store("source_repeat", outputs.repeat_rows(staged, ledger.about))
    if feed.person:
        if ledger != PERSONS:
            con.execute(f"CREATE OR REPLACE TABLE person_word AS {outputs.person_words(staged)}")
            if late:
                relaid += settle_persons(con, batch, staged)
            else:
                settle(con, staged.facts(), PERSONS.words(feed, ever=False))
            store("source_repeat", outputs.repeat_rows(staged, PERSONS.about))
        store("source_person", outputs.person_rows(staged))
    return FeedLoad(
        results=tuple(results),
        stored=(*(file for one in relaid for file in one.stored), *stored),
        removed=tuple(rows for one in relaid for rows in one.removed),
    )


def _late(con: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Whether any of the files belongs before, or in a snapshot's feed beside, one that came in an earlier load."""
    held = con.execute(
        "SELECT max((extracted_at, file)) FROM received_file WHERE feed = ?", [staged.feed.feed]
    ).fetchall()[0][0]
    if held is None:
        return False
    first = staged.claims[0]
    at = first.extracted_at.replace(tzinfo=None)
    return (at, first.name) < held or (staged.feed.whole and at <= held[0])


def _count(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[FileResult]:
    """The counts of each file: a row without a verdict is accepted."""
    by_file: list[dict[str, int]] = [dict.fromkeys(WORDS, 0) for _ in staged.claims]
    for file_no, rows in con.execute("SELECT file_no, count(*) FROM staged GROUP BY ALL").fetchall():
        by_file[file_no]["accepted"] = rows
    judged = f"SELECT rid // {LINES_OF_A_FILE:d}, word, count(*) FROM verdict WHERE word <> 'accepted' GROUP BY ALL"
    for file_no, word, rows in con.execute(judged).fetchall():
        by_file[file_no]["accepted"] -= rows
        by_file[file_no][word] += rows
    return [
        FileResult(claim.name, staged.feed.feed, sum(counts.values()), **counts)
        for claim, counts in zip(staged.claims, by_file, strict=True)
    ]
