"""Each person's whole record as one JSON text, in batches."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from vanguard.codes import supplied_sets
from vanguard.know.timeline.entries import AS_OF, ENTRIES
from vanguard.know.timeline.meanings import prepare_meanings
from vanguard.know.timeline.sections import PRACTICE_SINCE, RECORDS
from vanguard.lake import Lake

EVENTS_AT_ONCE = 100_000
RECORDS_IN_A_BATCH = 1_000


def records(lake: Lake) -> Iterator[pa.RecordBatch]:
    """Batches with columns `person_id` and `body` (the record, JSON text), sorted by person.

    Every person has a record. It holds what stands now: no superseded version and nothing entered in error.
    Memory is bounded by EVENTS_AT_ONCE: ranges of persons are worked through one after another, and the
    timeline's files are sorted by person, so each range reads only its own part of them.
    """
    with lake.connect() as con:
        prepare_meanings(con, supplied_sets(lake.folder.parent))
        con.execute(AS_OF)
        con.execute(PRACTICE_SINCE)
        for first, last in _ranges(con):
            con.execute("SET VARIABLE first = ?", [first])
            con.execute("SET VARIABLE last = ?", [last])
            con.execute(ENTRIES)
            yield from con.sql(RECORDS).to_arrow_reader(RECORDS_IN_A_BATCH)


def _ranges(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """First and last person of each range, a range having about EVENTS_AT_ONCE events."""
    ranges: list[tuple[str, str]] = con.execute(f"""
        WITH counted AS (SELECT person_id, count(*) AS events FROM event GROUP BY ALL),
        placed AS (
            SELECT person_id,
                   sum(1 + coalesce(events, 0)) OVER (ORDER BY person_id) // {EVENTS_AT_ONCE} AS range
            FROM person LEFT JOIN counted USING (person_id)
        )
        SELECT min(person_id), max(person_id) FROM placed GROUP BY range ORDER BY 1
    """).fetchall()
    return ranges
