"""Publishing: the read store becomes what the lake says, in one transaction."""

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import orjson
import pyarrow as pa
import zstandard
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from vanguard.access import Change, follow
from vanguard.directory.models import Practice
from vanguard.errors import Busy
from vanguard.know.record.folding import folded
from vanguard.know.record.models import (
    FileColumn,
    HelpNext,
    IntakeWarning,
    PersonIndex,
    Published,
    Quarantine,
    ReceivedFile,
    RecordBody,
)
from vanguard.know.record.queries import (
    CHANGES,
    COLUMNS,
    FILES,
    HELP,
    IN_QUARANTINE,
    PERSONS,
    QUARANTINE,
    TABLES,
    WARNINGS,
)
from vanguard.know.record.signals import published
from vanguard.know.record.staging import CHUNK, Stage, add, chunks, digest, replace
from vanguard.lake import Lake

if TYPE_CHECKING:
    from vanguard.know.timeline import Changes


@dataclass(frozen=True)
class Publication:
    """What one publication did: `changed` records were rewritten, `removed` persons are no longer there."""

    people: int
    changed: int
    removed: int
    help_next: int
    files: int
    warnings: int
    quarantined: int


def publish(lake: Lake, now: datetime, bodies: Iterable[pa.RecordBatch] | None = None) -> Publication:
    """Make the read store show the lake's present generation.

    `bodies` are batches with columns person_id and body (a record's JSON), by default the timeline's, of which only
    those that may have changed are looked at and only those that did are made. Readers see the old state or the new
    one, and so does whoever comes after a crash; only what changed is rewritten.
    What persons chose follows them where they were joined or parted. Raises Busy beside another publication.
    """
    generation = lake.manifest().generation
    with _alone(), connection.cursor() as cursor, ExitStack() as stack:
        localities = dict(Practice.objects.values_list("code", "locality_id"))
        # Asked before the lake is opened: what is written in between is looked at the next time.
        changes = _changes(lake, localities) if bodies is None else None
        touched = changes.persons if changes else None
        con = stack.enter_context(lake.connect(only=TABLES))
        persons, records = Stage(PersonIndex, cursor), Stage(RecordBody, cursor)
        if touched is not None:
            persons.only(touched)
            records.only(touched)
        _stage_persons(persons, con, localities, touched)
        if changes:
            _stage_changed(records, lake, changes)
        else:
            _stage_bodies(records, bodies or ())
        with transaction.atomic():
            follow([Change(*row) for row in _rows(con, CHANGES)[1]], now)
            removed = persons.swap()
            records.swap()
            [(people,)] = con.execute("SELECT count(*) FROM person").fetchall()
            publication = Publication(
                people=people,
                changed=records.changed,
                removed=removed,
                help_next=replace(cursor, HelpNext, *_help_rows(con, localities)),
                warnings=replace(cursor, IntakeWarning, *_rows(con, WARNINGS)),
                files=replace(cursor, ReceivedFile, *_rows(con, FILES)),
                quarantined=_quarantine(cursor, con, whole=touched is None),
            )
            replace(cursor, FileColumn, *_rows(con, COLUMNS))
            Published.objects.all().delete()
            Published.objects.create(
                generation=generation, at=now, people=people, made_of=changes.state if changes else ""
            )
        persons.drop()
        records.drop()
    # Whoever hears of it and fails is in the log: the record itself is published.
    published.send_robust(None, lake=lake, now=now)
    return publication


def _changes(lake: Lake, localities: dict[str, str]) -> "Changes":
    """What the read store will be made of, and whose rows may change with that."""
    from vanguard.know.timeline import changed_since

    where = digest(orjson.dumps(localities, option=orjson.OPT_SORT_KEYS)).hex()
    last = Published.objects.first()
    before, _, state = last.made_of.partition(" ") if last else ("", "", "")
    changes = changed_since(lake, state if before == where else "")
    return replace_fields(changes, state=f"{where} {changes.state}")


def _stage_persons(
    stage: Stage, con: duckdb.DuckDBPyConnection, localities: dict[str, str], touched: Sequence[str] | None
) -> None:
    asked = PERSONS
    if touched is not None:
        con.register("touched", pa.table({"person_id": pa.array(touched, pa.string())}))
        asked = f"SELECT * FROM ({PERSONS}) SEMI JOIN touched USING (person_id) ORDER BY person_id"
    for chunk in chunks(_rows(con, asked)[1]):
        rows = []
        for row in chunk:
            person_id, nhs_number, given, family, *rest, practice = row
            locality = localities.get(practice)
            names = (person_id, nhs_number, given, family, folded(given, family))
            mark = digest(orjson.dumps([*row, locality]))
            rows.append((*names, *rest, practice, locality, mark))
        stage.fill([(row[0], row[-1]) for row in rows], lambda some, rows=rows: (rows[one] for one in some))


def _stage_changed(stage: Stage, lake: Lake, changes: "Changes") -> None:
    """Stage the timeline's records; the digest of one is a mark of what it is made of, so that it need not be made."""
    from vanguard.know.timeline import Records

    marked: dict[str, bytes] = {}
    with Records(lake, changes.persons, changes.before) as records:
        for batch in records.marks():
            rows = [
                (person_id, bytes.fromhex(mark))
                for person_id, mark in zip(batch["person_id"].to_pylist(), batch["mark"].to_pylist(), strict=True)
            ]
            marked |= (rows[place] for place in stage.note(rows))
        if not marked:
            return
        pack = zstandard.ZstdCompressor(level=3)
        for batch in records.bodies(sorted(marked)):
            bodies = zip(batch["person_id"].to_pylist(), batch["body"].to_pylist(), strict=True)
            stage.add([(person_id, pack.compress(_bytes(body)), marked[person_id]) for person_id, body in bodies])


def _stage_bodies(stage: Stage, bodies: Iterable[pa.RecordBatch]) -> None:
    pack = zstandard.ZstdCompressor(level=3)
    for batch in bodies:
        for start in range(0, batch.num_rows, CHUNK):
            some = batch.slice(start, CHUNK)
            ids = some.column("person_id").to_pylist()
            texts = [_bytes(value) for value in some.column("body").to_pylist()]
            marks = [digest(text) for text in texts]

            def complete(
                changed: list[int],
                ids: list[str] = ids,
                texts: list[bytes] = texts,
                marks: list[bytes] = marks,
            ) -> Iterator[tuple[Any, ...]]:
                return ((ids[one], pack.compress(texts[one]), marks[one]) for one in changed)

            stage.fill(zip(ids, marks, strict=True), complete)


def _help_rows(
    con: duckdb.DuckDBPyConnection, localities: dict[str, str]
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    names, rows = _rows(con, HELP)
    practice = names.index("practice")
    return [*names, "locality"], ((*row, localities.get(row[practice])) for row in rows)


def _quarantine(cursor: CursorWrapper, con: duckdb.DuckDBPyConnection, *, whole: bool) -> int:
    """Make the quarantine show the lake's, and return how many rows it has. Nothing about a row in it ever changes, so
    that only those which came or went are written, unless it is to be made `whole`."""
    if whole:
        return replace(cursor, Quarantine, *_rows(con, QUARANTINE))
    now = {row_id for (row_id,) in con.execute(IN_QUARANTINE).fetchall()}
    held = set(Quarantine.objects.values_list("row_id", flat=True))
    for gone in chunks(sorted(held - now)):
        Quarantine.objects.filter(row_id__in=gone).delete()
    con.execute("CREATE TEMP TABLE came AS SELECT unnest(?::VARCHAR[]) AS row_id", [sorted(now - held)])
    add(cursor, Quarantine, *_rows(con, f"SELECT * FROM ({QUARANTINE}) SEMI JOIN came USING (row_id)"))
    return len(now)


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The names of the query's columns, and its rows as they are fetched; instants become aware."""
    result = con.execute(query)
    names = [column[0] for column in result.description]
    rows = (row for some in iter(lambda: result.fetchmany(CHUNK), []) for row in some)
    if "extracted_at" not in names:
        return names, rows
    return names, (tuple(v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for v in row) for row in rows)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


@contextmanager
def _alone() -> Iterator[None]:
    """One publication at a time: the later one must compare with what the earlier one wrote."""
    settings.PLACE.mkdir(parents=True, exist_ok=True)
    with (settings.PLACE / ".publish.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                "Another command is publishing records in this place.",
                where=str(settings.PLACE),
                do="Wait until it has ended and try again.",
            ) from error
        yield
