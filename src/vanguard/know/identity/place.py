"""Linkage of a whole place: the lake's `source_person` becomes `person` and `person_link`."""

from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from vanguard.know.identity.persistent import name_clusters
from vanguard.know.identity.resolve import Review, resolve
from vanguard.know.identity.settings import settings
from vanguard.know.identity.training import Training
from vanguard.lake import Batch, Lake
from vanguard.table_file import text


@dataclass(frozen=True)
class LinkResult:
    """How many persons and links there are, links by method, and what should be looked at.

    `waiting` counts the events of source persons of whom no row was accepted: they are in no record until one is.
    """

    persons: int
    links: int
    methods: dict[str, int]
    waiting: int
    review: Review


STEP = "link"
READS = ("source_person",)
WRITES = ("person_link", "person", "link_parameter")
USES = (*READS, *WRITES, "person_change", "source_event")


def link(lake: Lake, now: datetime) -> LinkResult:
    """Resolve everyone in the lake to persons; a rerun on unchanged input changes nothing.

    Where there is news, everyone is compared again, by what training learned when it was last due. Only persons whose
    links or demographics have changed are written. `now` is noted in the manifest if anything changed. Raises Busy if
    another process is writing.
    """
    with lake.write(now) as batch, lake.connect(only=USES) as con:
        news = batch.news(STEP, "", READS, WRITES)
        if not news.nothing:
            _current(con)
            review, training = resolve(con, "linked_row", kept=_kept(con))
            name_clusters(con, "person_link")
            con.execute(f"CREATE TEMP TABLE changed AS {_CHANGES}")
            if con.execute("SELECT count(*) FROM changed").fetchall()[0][0]:
                batch.append("person_change", con, "SELECT * FROM changed ORDER BY was, became")
            for table, query in (("person_link", _LINKS), ("person", _PERSONS)):
                _write(con, batch, table, query, whole=news.added is None)
            batch.replace("link_parameter", con, _keep(con, training))
            methods = con.execute("SELECT method, count(*) FROM resolved GROUP BY 1 ORDER BY 1").fetchall()
            told = {"methods": {str(name): int(n) for name, n in methods}, "review": asdict(review)}
            batch.note(STEP, "", READS, WRITES, told)
        found = batch.noted(STEP)
        people = "person_link" if news.nothing else "linked_row"
        [(waiting,)] = con.execute(_WAITING.format(people=people)).fetchall()
    return LinkResult(
        lake.rows("person"), lake.rows("person_link"), found["methods"], int(waiting), Review(**found["review"])
    )


def _write(con: duckdb.DuckDBPyConnection, batch: Batch, table: str, query: str, *, whole: bool) -> None:
    """The table becomes the rows of `query`; unless it is to be written `whole`, by those of persons that differ."""
    if whole:
        batch.replace(table, con, query)
        return
    con.execute(f"CREATE TEMP TABLE new_{table} AS {query}")
    con.execute(f"""
        CREATE TEMP TABLE differing_{table} AS
        SELECT DISTINCT person_id FROM (
            (FROM new_{table} EXCEPT FROM {table}) UNION ALL (FROM {table} EXCEPT FROM new_{table}))
    """)
    persons = f"SELECT person_id FROM differing_{table}"
    rows = f"SELECT * FROM new_{table} SEMI JOIN differing_{table} USING (person_id) ORDER BY ALL"
    batch.replace_of(table, con, rows, persons)


def _kept(con: duckdb.DuckDBPyConnection) -> Training | None:
    rows = con.execute('SELECT rows, "column", level, condition, m, u FROM link_parameter').fetchall()
    return Training(rows[0][0], tuple(row[1:] for row in rows)) if rows else None


def _keep(con: duckdb.DuckDBPyConnection, training: Training | None) -> str:
    """SQL of what `_kept` reads, in the same order."""
    levels = list(zip(*training.levels, strict=True)) if training else [()] * len(_PARAMETERS)
    con.register("learned", pa.table(dict(zip(_PARAMETERS.names, map(list, levels), strict=True)), _PARAMETERS))
    return f"SELECT {training.rows if training else 0} AS rows, * FROM learned"


_FIELDS: list[tuple[str, pa.DataType]] = [
    ("column", pa.string()),
    ("level", pa.int64()),
    ("condition", pa.string()),
    ("m", pa.float64()),
    ("u", pa.float64()),
]
_PARAMETERS = pa.schema(_FIELDS)


def _current(con: duckdb.DuckDBPyConnection) -> None:
    """Make `linked_row`: one row for each (source, source_id), the latest known value of each column.

    Rows are numbered by trust in their source, then by when they were first seen.
    """
    latest = ", ".join(f"arg_max({column}, turn) AS {column}" for column in _DEMOGRAPHICS)
    ranks = " ".join(f"WHEN {text(name)} THEN {n}" for n, name in enumerate(settings().trust, 1))
    con.execute(
        f"""
        CREATE TABLE linked_row AS
        SELECT row_number() OVER (ORDER BY trust, first_seen, source, source_id) AS row, *
        FROM (
            SELECT source, source_id, min(extracted_at) AS first_seen, max(extracted_at) AS last_seen,
                CASE source {ranks} ELSE {len(settings().trust) + 1} END AS trust, {latest}
            FROM (
                SELECT *, row_number() OVER (ORDER BY extracted_at, feed, file, line) AS turn
                FROM source_person
            ) GROUP BY source, source_id
        )
        ORDER BY row
        """
    )


_WAITING = """
    SELECT count(*) FROM source_event
    WHERE source_id IS NOT NULL AND (source, source_id) NOT IN (SELECT (source, source_id) FROM {people})
"""
_DEMOGRAPHICS = (
    "nhs_number",
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "address",
    "postcode",
    "phone",
    "death_date",
    "practice",
    "area",
)

# A link keeps its date while it stands; one that moved to another person is dated by the extract that
# moved it.
_LINKS = """
    SELECT p.source, p.source_id, n.person_id, r.method, r.probability,
        CASE WHEN o.source IS NULL THEN p.first_seen WHEN o.person_id = n.person_id THEN o.since
             ELSE (SELECT max(last_seen) FROM linked_row) END AS since
    FROM resolved AS r JOIN linked_row AS p USING (row) JOIN named AS n USING (cluster)
    LEFT JOIN person_link AS o USING (source, source_id)
    ORDER BY p.source, p.source_id
"""

# What the service holds by person follows these.
_CHANGES = """
    WITH moved AS (
        SELECT o.person_id AS was, n.person_id AS became
        FROM resolved AS r JOIN linked_row AS p USING (row) JOIN named AS n USING (cluster)
        JOIN person_link AS o USING (source, source_id)
    )
    SELECT (SELECT coalesce(max(number), 0) + 1 FROM person_change) AS number, was, became,
        was IN (SELECT person_id FROM named) AS remains, (SELECT max(last_seen) FROM linked_row) AS at
    FROM moved WHERE was <> became GROUP BY ALL
"""

# A number that is in doubt for a row (its key has a mark after the number) is not shown as that person's.
_PERSONS = """
    WITH ranked AS (
        SELECT n.person_id, p.*, k.key,
            row_number() OVER (ORDER BY p.trust, p.last_seen DESC, p.row) AS place
        FROM resolved AS r JOIN linked_row AS p USING (row) JOIN named AS n USING (cluster)
        LEFT JOIN keyed AS k USING (row)
    ), best AS (
        SELECT person_id,
            min(key) FILTER (WHERE length(key) = 10) AS nhs_number,
            arg_min({'given': given_name, 'family': family_name}, place)
                FILTER (WHERE given_name IS NOT NULL OR family_name IS NOT NULL) AS name,
            arg_min(birth_date, place) AS birth_date,
            coalesce(arg_min(sex, place) FILTER (WHERE sex <> 'unknown'), arg_min(sex, place)) AS sex,
            arg_min({'address': address, 'postcode': postcode}, place)
                FILTER (WHERE address IS NOT NULL OR postcode IS NOT NULL) AS home,
            arg_min(phone, place) AS phone, arg_min(death_date, place) AS death_date,
            arg_min(practice, place) AS practice, arg_min(area, place) AS area
        FROM ranked GROUP BY person_id
    )
    SELECT person_id, nhs_number, name.given AS given_name, name.family AS family_name, birth_date, sex,
        home.address AS address, home.postcode AS postcode, phone, death_date, practice, area
    FROM best ORDER BY person_id
"""
