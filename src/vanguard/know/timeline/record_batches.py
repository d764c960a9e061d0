"""Each person's whole record as one JSON text, in batches, and a mark that tells whether it has changed."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Self

import duckdb
import pyarrow as pa

from vanguard.codes import supplied_sets
from vanguard.know.timeline.entries import AS_OF, ENTRIES, TOLD_BY_PARTNERS
from vanguard.know.timeline.meanings import prepare_meanings
from vanguard.know.timeline.sections import PRACTICE_SINCE, RECORDS
from vanguard.lake import Lake

EVENTS_AT_ONCE = 100_000
"""A range of persons, worked through at once, has about so many events."""
RANGES_PUT_ASIDE = 20
"""The timeline lies by month, so that a person is all over it: so many ranges are looked up in it together."""
RECORDS_IN_A_BATCH = 1_000
USES = ("person", "person_period", "event", "received_file")

STANDING = f"({TOLD_BY_PARTNERS}) AND (known_to IS NULL OR ended)"
PUT_ASIDE = f"""
    CREATE OR REPLACE TEMP TABLE event AS
    SELECT * FROM memory.main.event SEMI JOIN asked USING (person_id)
    WHERE person_id BETWEEN $first AND $last AND {STANDING} ORDER BY person_id
"""

# Whatever a record is made of: the person, what stands now and whether it goes on, since when with the practice. An
# order of its own would cost more than the rest, and event ids differ, so the hashes are folded.
MARKS = f"""
    SELECT p.person_id, md5(concat_ws('|', getvariable('recipe'), hash(p), r.since, e.events, e.mark)) AS mark
    FROM person p SEMI JOIN asked USING (person_id)
    LEFT JOIN practice_since r USING (person_id)
    LEFT JOIN (
        SELECT person_id, count(*) AS events,
               bit_xor(hash(e, coalesce(e.end_date >= getvariable('as_of'), false))) AS mark
        FROM event e SEMI JOIN asked USING (person_id)
        WHERE {TOLD_BY_PARTNERS} AND (e.known_to IS NULL OR e.ended)
        GROUP BY person_id) e USING (person_id)
    ORDER BY p.person_id
"""


class Records:
    """The records of the lake's present generation: of all, or of `persons`, quickest where these are whom news since
    `event` had the mark `before` is about.

    Every person has a record. It holds what stands now: no superseded version and nothing entered in error. What a
    partner no longer says is there, as ended. A context: one connection is open in it.
    """

    def __init__(self, lake: Lake, persons: Sequence[str] | None = None, before: tuple[int, str] | None = None) -> None:
        self._con = con = lake.connect(only=USES)
        con.execute(AS_OF)
        self._ask(persons)
        self._whole = persons is None
        if persons is not None:
            told = lake.about(con, "event", before, "SELECT person_id FROM asked")
            con.execute(f"CREATE TEMP TABLE event AS SELECT * FROM ({told}) WHERE {STANDING}")
            con.execute(
                "CREATE TEMP TABLE person_period AS "
                "SELECT * FROM memory.main.person_period SEMI JOIN asked USING (person_id)"
            )
        prepare_meanings(con, supplied_sets(lake.folder.parent))
        con.execute(PRACTICE_SINCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def bodies(self, persons: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Batches with columns `person_id` and `body` (the record, JSON text), sorted by person; of those `persons`.

        Memory is bounded: ranges of persons are worked through one after another.
        """
        con = self._con
        if persons is not None:
            self._ask(persons)
        ranges = _ranges(con)
        try:
            for place, (first, last) in enumerate(ranges):
                if self._whole and place % RANGES_PUT_ASIDE == 0:
                    _, furthest = ranges[min(place + RANGES_PUT_ASIDE, len(ranges)) - 1]
                    con.execute(PUT_ASIDE, {"first": first, "last": furthest})
                con.execute("SET VARIABLE first = ?", [first])
                con.execute("SET VARIABLE last = ?", [last])
                con.execute(ENTRIES)
                yield from con.sql(RECORDS).to_arrow_reader(RECORDS_IN_A_BATCH)
        finally:
            if self._whole:
                con.execute("DROP TABLE IF EXISTS temp.event")

    def marks(self) -> Iterator[pa.RecordBatch]:
        """Batches with columns `person_id` and `mark` (32 characters), sorted by person: another record, another mark.

        A mark may change where the record does not: with the version of DuckDB, or of a code set.
        """
        con = self._con
        recipe = hashlib.sha256("".join((ENTRIES, PRACTICE_SINCE, RECORDS, MARKS)).encode()).hexdigest()
        for table in ("words_given", "conditions_given", "occasion", "kind_words"):
            folded = con.execute(f"SELECT count(*), bit_xor(hash(t)) FROM {table} t").fetchall()
            recipe += f" {table} {folded}"
        con.execute("SET VARIABLE recipe = ?", [recipe])
        yield from con.sql(MARKS).to_arrow_reader(RECORDS_IN_A_BATCH)

    def _ask(self, persons: Sequence[str] | None) -> None:
        if persons is None:
            self._con.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT person_id FROM person")
        else:
            self._con.register("asked_given", pa.table({"person_id": pa.array(persons, pa.string())}))
            self._con.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT person_id FROM asked_given")
            self._con.unregister("asked_given")


def records(lake: Lake, persons: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The `Records.bodies` of all, or of `persons`."""
    with Records(lake, persons) as made:
        yield from made.bodies()


def _ranges(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """First and last of the persons asked for in each range, which have about EVENTS_AT_ONCE events."""
    ranges: list[tuple[str, str]] = con.execute(f"""
        WITH counted AS (
            SELECT person_id, count(*) AS events FROM event SEMI JOIN asked USING (person_id) GROUP BY ALL),
        placed AS (
            SELECT person_id,
                   sum(1 + coalesce(events, 0)) OVER (ORDER BY person_id) // {EVENTS_AT_ONCE} AS range
            FROM asked LEFT JOIN counted USING (person_id)
        )
        SELECT min(person_id), max(person_id) FROM placed GROUP BY range ORDER BY 1
    """).fetchall()
    return ranges
