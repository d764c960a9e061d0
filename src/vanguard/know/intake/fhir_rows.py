"""SQL of the rows that staged FHIR files add to the lake's tables."""

from vanguard.know.intake import sql
from vanguard.know.intake.readers.fhir_file import FEED
from vanguard.lake import tables

KEYS = """
    UPDATE fhir_resource SET key = source || ' ' || key WHERE source IS NOT NULL AND role <> 'superseded';
    UPDATE fhir_resource AS gone SET key = coalesce(
        (SELECT max(kept.key) FROM (
            SELECT type, id, key FROM fhir_resource WHERE role = 'event'
            UNION ALL SELECT type, id, key FROM source_resource) AS kept
         WHERE kept.type = gone.type AND kept.id = gone.id), gone.key)
    WHERE role IN ('deleted', 'superseded');
"""
"""Two servers may both have a Patient/1: a key begins with the source. What is deleted has the key of what it was."""

ENTRIES = (
    "SELECT rowid AS rid, key AS k, resource_id AS c, extracted_at, file, load_id, line FROM fhir_resource"
)
WORDS = f"{ENTRIES} WHERE role <> 'superseded'"
HELD_WORDS = (
    "SELECT key AS k, split_part(resource_id, '-', 1) AS c, extracted_at, file, load_id, line "
    f"FROM source_resource WHERE feed = {sql.text(FEED)} AND NOT superseded"
)
FACTS = (
    "SELECT rowid AS rid, source || ' ' || source_id AS k, content AS c, extracted_at, file, load_id, line "
    "FROM fhir_person"
)
HELD_FACTS = (
    "SELECT source || ' ' || source_id AS k, split_part(row_id, '-', 1) AS c, extracted_at, file, load_id, line "
    f"FROM source_person WHERE feed = {sql.text(FEED)}"
)
OLD_VERSIONS = f"""
    INSERT INTO verdict
    SELECT rowid, CASE WHEN told THEN 'duplicate' ELSE 'superseded' END, false FROM (
        SELECT r.rowid, r.role, row_number() OVER (PARTITION BY r.resource_id ORDER BY r.rowid) > 1
               OR r.resource_id IN (SELECT split_part(resource_id, '-', 1) FROM source_resource
                                    WHERE feed = {sql.text(FEED)}) AS told
        FROM fhir_resource r) WHERE role = 'superseded'
"""
COUNTS = """
    SELECT file_no, coalesce(word, 'accepted'), count(*) FROM fhir_resource r LEFT JOIN verdict v ON v.rid = r.rowid
    GROUP BY ALL
    UNION ALL SELECT file_no, 'quarantined', count(*) FROM fhir_quarantine GROUP BY ALL
"""
_PLACE = "'-' || left(md5(concat_ws('|', r.file, r.line)), 8)"
_NEWS = "coalesce(v.word <> 'duplicate', true)"


def resource_rows() -> str:
    """SQL of the new rows of source_resource, from `fhir_resource` and the verdict about it."""
    made = {"resource_id": _again("r.resource_id"), "superseded": "r.role = 'superseded'"}
    return (
        f"SELECT {_columns('source_resource', made)} FROM fhir_resource r LEFT JOIN verdict v ON v.rid = r.rowid "
        f"WHERE {_NEWS} ORDER BY r.rowid"
    )


def event_rows() -> str:
    """SQL of the new rows of source_event: those whose resource is news."""
    same = _again("r.resource_id")
    source = "coalesce(e.source, CASE WHEN contains(r.key, ' ') THEN split_part(r.key, ' ', 1) END, 'fhir')"
    made = {"row_id": same, "resource_id": same, "key": "r.key", "source": source, "load_id": "r.load_id"}
    return (
        f"SELECT {_columns('source_event', made, 'e')} FROM fhir_event e JOIN fhir_resource r "
        "ON r.file_no = e.file_no AND r.line = e.line AND r.resource_id = e.resource_id "
        f"AND r.role IN ('event', 'deleted') LEFT JOIN verdict v ON v.rid = r.rowid WHERE {_NEWS} "
        "ORDER BY r.rowid"
    )


def person_rows() -> str:
    """SQL of the new rows of source_person, from `fhir_person` and the verdict about it."""
    made = {"row_id": _again("r.content")}
    return (
        f"SELECT {_columns('source_person', made)} FROM fhir_person r LEFT JOIN verdict v ON v.rid = r.rowid "
        f"WHERE {_NEWS} ORDER BY r.rowid"
    )


def quarantine_rows() -> str:
    """SQL of the new rows of quarantine."""
    identity = ["r.feed", "r.file", "r.line::VARCHAR", "r.reason", "r.row"]
    made = {"row_id": sql.digest(identity)}
    return (
        f"SELECT * FROM (SELECT {_columns('quarantine', made)}, r.rowid AS place FROM fhir_quarantine r) "
        "WHERE row_id NOT IN (SELECT row_id FROM quarantine) ORDER BY place"
    )


def _again(content: str) -> str:
    return f"CASE WHEN v.again THEN {content} || {_PLACE} ELSE {content} END"


def _columns(table: str, made: dict[str, str], source: str = "r") -> str:
    return ", ".join(
        f"{made.get(column.name, f'{source}.{sql.name(column.name)}')} AS {sql.name(column.name)}"
        for column in tables()[table].columns
    )
