"""Files of FHIR R4 into staged tables: what `vanguard.fhir` makes of them, with the number of the file."""

from datetime import datetime
from pathlib import Path

import duckdb

from vanguard import fhir
from vanguard.lake import tables

FEED = "fhir"
ENDINGS = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")

_STAGED = {
    "fhir_person": ("source_person", "content VARCHAR"),
    "fhir_event": ("source_event", "content VARCHAR"),
    "fhir_resource": ("source_resource", "role VARCHAR, source VARCHAR"),
    "fhir_quarantine": ("quarantine", ""),
}


def make_fhir_stage(con: duckdb.DuckDBPyConnection) -> None:
    """The empty temporary tables fhir_person, fhir_event, fhir_resource and fhir_quarantine.

    Each has the columns of its lake table, and file_no; the first two `content`, the third `role` and `source`.
    """
    for name, (table, more) in _STAGED.items():
        columns = [f'"{column.name}" {column.sql_type}' for column in tables()[table].columns]
        listed = ", ".join(["file_no INT", *columns, *([more] if more else [])])
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({listed})")


def stage_fhir(
    con: duckdb.DuckDBPyConnection, path: Path, file_no: int, load_id: str, now: datetime
) -> tuple[datetime, int]:
    """Add one file to the staged tables; returns when its extract was made, and how many entries only repeat others.

    Raises BadInput for a file that is not FHIR R4 in JSON.
    """
    reading = fhir.read(path, feed=FEED, now=now)
    duplicates = 0
    for batch in reading.batches():
        duplicates += batch.duplicates
        parts = {
            "fhir_person": batch.persons,
            "fhir_event": batch.events,
            "fhir_resource": batch.resources,
            "fhir_quarantine": batch.quarantine,
        }
        for name, part in parts.items():
            con.register("arrived", part)
            con.execute(
                f"INSERT INTO {name} BY NAME SELECT {file_no:d} AS file_no, ? AS load_id, * FROM arrived",
                [load_id],
            )
            con.unregister("arrived")
    return reading.extracted_at, duplicates
