"""Whose records may have changed since records were last made, so that nobody else's need be looked at."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from vanguard.codes import supplied_sets
from vanguard.know.timeline.entries import AS_OF
from vanguard.lake import Lake, code

READS = ("person", "event", "person_period")

# What is over, and where a person is registered, also change with the day for which a record is true.
PASSED = """
    SELECT person_id FROM event WHERE end_date >= $before AND end_date < getvariable('as_of')
    UNION SELECT person_id FROM person_period
    WHERE ("start" > $before AND "start" <= getvariable('as_of'))
       OR ("end" > $before AND "end" <= getvariable('as_of'))
"""


@dataclass(frozen=True)
class Changes:
    """`state` is what records are made of now, for the next time. The `persons`, gone ones among them, are those whose
    records may be others than the last time, None for anybody; `before` is the mark that `event` had then."""

    state: str
    persons: list[str] | None
    before: tuple[int, str] | None


def changed_since(lake: Lake, before: str) -> Changes:
    """What has changed for records since `before`, the state that this told the last time.

    Whoever reads the lake afterwards reads this state of it or a later one, and will be told of that the next time.
    """
    then = json.loads(before) if before else {}
    supplied = hashlib.sha256(repr(supplied_sets(lake.folder.parent)).encode()).hexdigest()
    tables = lake.marks(READS)
    with lake.connect(only=(*READS, "received_file")) as con:
        con.execute(AS_OF)
        [(as_of,)] = con.execute("SELECT getvariable('as_of')").fetchall()
        now = {
            "recipe": f"{code()} {supplied}",
            "as_of": as_of.isoformat() if as_of else None,
            "tables": tables,
        }
        marks = {table: (count, mark) for table, (count, mark) in then.get("tables", {}).items()}
        return Changes(json.dumps(now), _persons(lake, con, then, now, marks), marks.get("event"))


def _persons(
    lake: Lake,
    con: duckdb.DuckDBPyConnection,
    then: dict[str, Any],
    now: dict[str, Any],
    marks: dict[str, tuple[int, str]],
) -> list[str] | None:
    if then.get("recipe") != now["recipe"] or not then["as_of"] or then["as_of"] > now["as_of"]:
        return None
    persons = lake.persons_since(marks)
    if persons is None:
        return None
    days = {"before": date.fromisoformat(then["as_of"])}
    found = con.execute(f"SELECT person_id FROM ({persons}) UNION {PASSED} ORDER BY person_id", days).fetchall()
    return [person_id for (person_id,) in found]
