"""One feed's files: staged, settled against what the lake holds, and written, a piece at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from vanguard.errors import BadInput
from vanguard.know.intake import outputs
from vanguard.know.intake.checks import Odd, Profile, odd
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.columns import removed
from vanguard.know.intake.crew import Crew
from vanguard.know.intake.late import relay, settle_persons
from vanguard.know.intake.ledger import PERSONS, ledger_of
from vanguard.know.intake.outputs import Staged
from vanguard.know.intake.profiles import BEFORE, Row, column_rows, profiles, profiles_before, warning_rows
from vanguard.know.intake.readers.csv_file import read_csv
from vanguard.know.intake.readers.parquet_file import read_parquet
from vanguard.know.intake.result import WORDS, FileResult
from vanguard.know.intake.settle import settle, settle_deletions
from vanguard.know.intake.stage import LINES_OF_A_FILE, Piece, join_pieces, pieces, runs, stage_piece
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
    warnings: tuple[tuple[Claim, Odd], ...] = ()
    told: tuple[tuple[str, list[Row]], ...] = ()
    """Few rows about the files themselves, for the lake's tables."""


def load_feed(crew: Crew, batch: Batch, files: FeedFiles, scratch: Path) -> FeedLoad:
    """Store what the files add to the lake. A file that cannot be read as a whole is a problem, not an error."""
    feed = files.claims[0].feed
    with crew.schema(f"feed_{feed.feed}") as schema, crew.connect(schema) as con:
        cut: list[Piece] = []
        names: list[tuple[str, ...]] = []
        problems: list[str] = []
        for number, claim in enumerate(files.claims):
            try:
                some, header = _stage(crew, schema, con, claim, number, scratch)
                cut += some
                names.append(header)
            except BadInput as problem:
                problems.append(str(problem))
        if problems:
            return FeedLoad(tuple(problems))
        join_pieces(con, cut)
        staged = Staged(feed, files.claims, tuple(names), tuple(cut), files.load_id)
        if files.claims[0].origin:
            # One row that was put right is like no file before it.
            reasons = con.execute(f"SELECT reason FROM ({outputs.quarantine_rows(staged)})").fetchall()
            if reasons:
                return FeedLoad(tuple(str(reason) for (reason,) in reasons))
            return _settle_and_write(crew, schema, con, batch, staged)
        counted = profiles(con, staged)
        found = _odd(con, files.claims, counted)
        refused = [f"{claim.name}: {one.sentence}" for claim, one in found if feed.checks.get(one.check) == "refuse"]
        if refused:
            return FeedLoad((*refused, f"The feed {feed.feed} refuses such files."))
        done = _settle_and_write(crew, schema, con, batch, staged)
        told = (
            ("file_column", column_rows(files.claims, counted, files.load_id)),
            ("intake_warning", warning_rows(found, files.load_id)),
        )
        return replace(done, warnings=tuple(found), told=told)


def _odd(
    con: duckdb.DuckDBPyConnection, claims: Sequence[Claim], counted: Sequence[Profile]
) -> list[tuple[Claim, Odd]]:
    """What is odd about each file beside those before it, held ones and those of this load."""
    found: list[tuple[Claim, Odd]] = []
    for number, claim in enumerate(claims):
        here = [
            profile
            for other, profile in zip(claims[:number], counted, strict=False)
            if other.sends == claim.sends and other.extracted_at < claim.extracted_at
        ]
        before = here if len(here) >= BEFORE else [*profiles_before(con, claim), *here]
        found += [(claim, one) for one in odd(claim.feed, counted[number], before[-BEFORE:])]
    return found


def _stage(
    crew: Crew, schema: str, con: duckdb.DuckDBPyConnection, claim: Claim, number: int, scratch: Path
) -> tuple[list[Piece], tuple[str, ...]]:
    """The file's pieces, staged, and the names of its columns."""
    parquet = claim.path.suffix.lower() == ".parquet"
    records = read_parquet(con, claim) if parquet else read_csv(con, claim, scratch)
    cut = pieces(claim, number, records)

    def stage(piece: Piece) -> None:
        with crew.connect(schema) as mine:
            stage_piece(mine, piece)

    crew.each(stage, cut)
    con.execute("DROP TABLE IF EXISTS lines")
    return cut, records.names


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

        def write(run: Sequence[Piece]) -> tuple[str, TableFile]:
            with crew.connect(schema) as mine:
                return "source_event", batch.store("source_event", mine, outputs.event_rows(staged, run))

        stored += crew.each(write, runs(staged.pieces))

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
            if con.execute("SELECT count(*) FROM verdict WHERE word = 'duplicate'").fetchall()[0][0]:
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
