"""Files of FHIR R4 into staged tables; loose ends between files are tied: whose numbering is meant."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from vanguard import fhir
from vanguard.errors import BadInput
from vanguard.know.intake import sql
from vanguard.lake import tables

FEED = "fhir"
_ENDINGS = (".json", ".ndjson", ".jsonl", ".xml")
_STAGED = {
    "fhir_person": ("source_person", {"content": "VARCHAR"}),
    "fhir_event": ("source_event", {"content": "VARCHAR"}),
    "fhir_resource": ("source_resource", {"role": "VARCHAR", "key": "VARCHAR", "source": "VARCHAR"}),
    "fhir_quarantine": ("quarantine", {}),
}


@dataclass(frozen=True)
class FhirFile:
    """One file as staged: `number` is its file_no, `duplicates` counts entries that repeat others of it."""

    number: int
    name: str
    sha256: str
    extracted_at: datetime
    entries: int
    duplicates: int


def is_fhir(path: Path) -> bool:
    """Whether a file is to be read as FHIR, by its name; XML is, to be refused with the reason."""
    return path.name.lower().removesuffix(".gz").endswith(_ENDINGS)


def described_by() -> str:
    """Hash of the tables that say how FHIR is read: with others, a file is read anew."""
    digest = hashlib.sha256()
    for path in sorted((Path(fhir.__file__).parent / "tables").glob("*.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def stage_fhir(
    con: duckdb.DuckDBPyConnection, paths: Iterable[tuple[Path, str]], now: datetime, problems: list[str]
) -> Iterator[FhirFile]:
    """Read files, each with its SHA-256, into the temporary tables fhir_person, fhir_event, fhir_resource and
    fhir_quarantine: the lake's columns, file_no, and what `fhir.Tables` adds.

    A file that cannot be read adds its sentence to `problems`. Tie the ends with `settle_sources` afterwards.
    """
    for name, (table, more) in _STAGED.items():
        columns = {"file_no": "INTEGER", **{c.name: c.sql_type for c in tables()[table].columns}, **more}
        listed = ", ".join(f"{sql.name(column)} {kind}" for column, kind in columns.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({listed})")
    for number, (path, digest) in enumerate(paths):
        try:
            reading = fhir.read(path, feed=FEED, now=now)
            duplicates = sum(_stage(con, batch, number) for batch in reading.batches())
        except BadInput as problem:
            problems.append(str(problem))
            continue
        extracted_at = reading.extracted_at
        yield FhirFile(number, path.name, digest, extracted_at, reading.entries, duplicates)


def settle_sources(con: duckdb.DuckDBPyConnection) -> None:
    """Give each staged event the source of its person, where its own file could not tell.

    That is the one source in which this load or the lake knows a person of that number; else `fhir`.
    A deletion takes person and source from what it deletes.
    """
    con.execute(
        f"""UPDATE fhir_event SET source = found.source FROM (
            SELECT source_id, any_value(source) AS source FROM (
                SELECT source, source_id FROM fhir_person
                UNION ALL SELECT source, source_id FROM source_person WHERE feed = {sql.text(FEED)})
            GROUP BY source_id HAVING count(DISTINCT source) = 1) found
        WHERE fhir_event.source IS NULL AND fhir_event.source_id = found.source_id"""
    )
    con.execute(
        f"""UPDATE fhir_event SET source = found.source, source_id = found.source_id FROM (
            SELECT key, any_value(source) AS source, any_value(source_id) AS source_id FROM (
                SELECT key, source, source_id FROM fhir_event WHERE source_id IS NOT NULL
                UNION ALL SELECT key, source, source_id FROM source_event
                WHERE feed = {sql.text(FEED)} AND source_id IS NOT NULL)
            GROUP BY key HAVING count(DISTINCT source || ' ' || source_id) = 1) found
        WHERE fhir_event.source_id IS NULL AND fhir_event.key = found.key"""
    )
    con.execute(f"UPDATE fhir_event SET source = {sql.text(fhir.DEFAULT_SOURCE)} WHERE source IS NULL")


def _stage(con: duckdb.DuckDBPyConnection, batch: fhir.Tables, number: int) -> int:
    staged = {
        "fhir_person": batch.persons,
        "fhir_event": batch.events,
        "fhir_resource": batch.resources,
        "fhir_quarantine": batch.quarantine,
    }
    for name, rows in staged.items():
        if rows.num_rows:
            con.register("batch_rows", rows)
            con.execute(f"INSERT INTO {name} BY NAME SELECT {number:d} AS file_no, * FROM batch_rows")
            con.unregister("batch_rows")
    return batch.duplicates
