"""What staged FHIR adds to the lake, and the verdict on each entry of the files."""

from collections.abc import Sequence

import duckdb

from vanguard.know.intake import sql
from vanguard.know.intake.readers.fhir import FEED, FhirFile, settle_sources
from vanguard.know.intake.result import FileResult
from vanguard.know.intake.settle import settle
from vanguard.lake import Batch, tables

_ORDER = "extracted_at, file, {load_id} AS load_id, line"
_HELD = f" WHERE feed = {sql.text(FEED)}"
_ROW_ID = "CASE WHEN v.again > 0 THEN content || '-' || (v.again + 1) ELSE content END"


def write_fhir(
    con: duckdb.DuckDBPyConnection, batch: Batch, files: Sequence[FhirFile], load_id: str
) -> list[FileResult]:
    """Settle the staged FHIR against the lake and add what is news; the counts of each file.

    `con` runs each statement on one thread (`Crew`), so that the staged rows lie in the order of the files and
    are written in it.
    """
    settle_sources(con)
    load = sql.text(load_id)
    order = _ORDER.format(load_id=load)
    con.execute("CREATE OR REPLACE TEMP TABLE fhir_word (file_no INT, resource_id VARCHAR, word VARCHAR)")
    _settle_events(con, batch, order, load)
    _settle_persons(con, batch, order, load)
    _note_others(con)
    batch.append("source_resource", con, _resources(load))
    batch.append("quarantine", con, _quarantine(files, load))
    return _counts(con, files)


def _settle_events(con: duckdb.DuckDBPyConnection, batch: Batch, order: str, load: str) -> None:
    _settle(con, "source_event", "fhir_event", "concat_ws('|', source, key)", order)
    batch.append("source_event", con, _news("source_event", "fhir_event", load))


def _settle_persons(con: duckdb.DuckDBPyConnection, batch: Batch, order: str, load: str) -> None:
    _settle(con, "source_person", "fhir_person", "concat_ws('|', source, source_id)", order)
    batch.append("source_person", con, _news("source_person", "fhir_person", load))


def _settle(con: duckdb.DuckDBPyConnection, table: str, staged: str, key: str, order: str) -> None:
    """Make `verdict` of the staged rows against the lake's table, and note it for their entries."""
    settle(
        con,
        f"SELECT rowid AS rid, {key} AS k, content AS c, {order} FROM {staged}",
        f"SELECT {key} AS k, split_part(row_id, '-', 1) AS c, extracted_at, file, load_id, line FROM {table}{_HELD}",
    )
    con.execute(
        f"INSERT INTO fhir_word SELECT file_no, s.content, coalesce(v.word, 'accepted') FROM {staged} s "
        "LEFT JOIN verdict v ON v.rid = s.rowid"
    )


def _note_others(con: duckdb.DuckDBPyConnection) -> None:
    """Resources about nobody, and older versions within a file, are news unless the lake holds them."""
    con.execute(
        "INSERT INTO fhir_word SELECT file_no, resource_id, CASE "
        "WHEN resource_id IN (SELECT resource_id FROM source_resource) THEN 'duplicate' "
        "WHEN role = 'superseded' THEN 'superseded' ELSE 'accepted' END FROM fhir_resource r "
        "WHERE NOT EXISTS (SELECT 1 FROM fhir_word w "
        "WHERE w.file_no = r.file_no AND w.resource_id = r.resource_id)"
    )


def _news(table: str, staged: str, load: str) -> str:
    made = {"row_id": _ROW_ID, "load_id": load}
    columns = ", ".join(
        f"{made.get(column.name, 's.' + sql.name(column.name))} AS {sql.name(column.name)}"
        for column in tables()[table].columns
    )
    return (
        f"SELECT {columns} FROM {staged} s LEFT JOIN verdict v ON v.rid = s.rowid "
        "WHERE coalesce(v.word <> 'duplicate', true) ORDER BY s.rowid"
    )


def _resources(load: str) -> str:
    columns = ", ".join(
        f"{load if column.name == 'load_id' else sql.name(column.name)} AS {sql.name(column.name)}"
        for column in tables()["source_resource"].columns
    )
    return (
        f"SELECT {columns} FROM fhir_resource "
        "WHERE resource_id NOT IN (SELECT resource_id FROM source_resource) "
        "QUALIFY role = 'nobody' OR row_number() OVER (PARTITION BY resource_id ORDER BY rowid) = 1 "
        "ORDER BY rowid"
    )


def _quarantine(files: Sequence[FhirFile], load: str) -> str:
    digests = " ".join(f"WHEN {file.number:d} THEN {sql.text(file.sha256)}" for file in files) or "WHEN -1 THEN ''"
    row_id = f"md5(concat_ws('|', feed, CASE file_no {digests} END, line, reason, row))"
    made = {"row_id": row_id, "load_id": load}
    columns = ", ".join(
        f"{made.get(column.name, sql.name(column.name))} AS {sql.name(column.name)}"
        for column in tables()["quarantine"].columns
    )
    return f"SELECT {columns} FROM fhir_quarantine ORDER BY rowid"


def _counts(con: duckdb.DuckDBPyConnection, files: Sequence[FhirFile]) -> list[FileResult]:
    words = con.execute(
        "SELECT r.file_no, w.word, count(*) FROM fhir_resource r "
        "JOIN (SELECT file_no, resource_id, any_value(word) AS word FROM fhir_word GROUP BY ALL) w "
        "USING (file_no, resource_id) GROUP BY ALL "
        "UNION ALL SELECT file_no, 'quarantined', count(*) FROM fhir_quarantine GROUP BY ALL"
    ).fetchall()
    results = []
    for file in files:
        counts = {"accepted": 0, "quarantined": 0, "superseded": 0, "duplicate": file.duplicates}
        for file_no, word, rows in words:
            if file_no == file.number:
                counts[word] += rows
        results.append(FileResult(file.name, FEED, file.entries, **counts))
    return results
