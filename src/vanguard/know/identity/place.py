"""Linkage of a whole place: the lake's `source_person` becomes `person` and `person_link`."""

from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from vanguard.know.identity.compared import find_again, make_compared, still_fits
from vanguard.know.identity.persistent import name_clusters
from vanguard.know.identity.resolve import Review, resolve, resolve_again
from vanguard.know.identity.settings import settings
from vanguard.know.identity.training import Training
from vanguard.know.identity.waiting import count_waiting
from vanguard.lake import Batch, Lake, tables
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
WRITES = ("person_link", "person", "compared_row", "link_parameter")
USES = (*READS, *WRITES, "person_change")
# With more news than one row in so many, everybody is compared anew: what is compared then is chosen anew, too.
FEW = 20


def link(lake: Lake, now: datetime) -> LinkResult:
    """Resolve everyone in the lake to persons; a rerun on unchanged input changes nothing.

    Where there is news of few, they and all of whom that may change who they are are compared again, by what training
    learned when it was last due; else everyone. Only persons whose links or demographics have changed are written.
    `now` is noted in the manifest if anything changed. Raises Busy if another process is writing.
    """
    with lake.write(now) as batch:
        news = batch.news(STEP, "", READS, WRITES)
        if not news.nothing and (
            news.added is None or not _link_again(lake, batch, batch.added(*READS, news.added[READS[0]]))
        ):
            _link_everyone(lake, batch, whole=news.added is None)
        found = batch.noted(STEP)
        waiting = count_waiting(lake, batch)
    return LinkResult(
        lake.rows("person"), lake.rows("person_link"), found["methods"], waiting, Review(**found["review"])
    )


def _link_everyone(lake: Lake, batch: Batch, *, whole: bool) -> None:
    """Compare everybody; tables are written `whole`, or by the rows of persons that differ."""
    with lake.connect(only=USES) as con:
        _current(con, "source_person")
        _, training = resolve(con, "linked_row", kept=_kept(con))
        _make(con)
        for table in TABLES:
            con.execute(f"CREATE VIEW was_{table} AS FROM {table}")
            con.execute(f"CREATE VIEW now_{table} AS FROM new_{table}")
        _write(con, batch, training, whole=whole)


def _link_again(lake: Lake, batch: Batch, told: str) -> bool:
    """Compare those of whom there is news, SQL of rows of source_person, and whom it may touch; False, and nothing is
    done, where everybody must be compared."""
    with lake.connect(only=USES) as con:
        training = _kept(con)
        if training is None:
            return False
        con.execute(f"CREATE TEMP TABLE news AS SELECT DISTINCT source, source_id FROM ({told})")
        _current(con, "source_person SEMI JOIN news USING (source, source_id)")
        [(few,)] = con.execute(
            f"SELECT {FEW} * (SELECT count(*) FROM news) <= (SELECT count(*) FROM person_link)"
        ).fetchall()
        if not few:
            return False
        find_again(con, training)
        _current(con, "source_person SEMI JOIN again USING (source, source_id)")
        resolve_again(con, "linked_row", training)
        _make(con)
        con.execute("""
            CREATE TEMP TABLE concerned AS
            SELECT person_id FROM person_link SEMI JOIN again USING (source, source_id)
            UNION SELECT person_id FROM named
        """)
        for table in TABLES:
            # Asked twice: a view would look through the whole table each time.
            con.execute(f"CREATE TEMP TABLE was_{table} AS FROM {table} SEMI JOIN concerned USING (person_id)")
            rest = f"FROM {table} ANTI JOIN concerned USING (person_id)"
            con.execute(f"CREATE VIEW now_{table} AS {rest} UNION ALL BY NAME FROM new_{table}")
        if not still_fits(con, training):
            return False
        _write(con, batch, training, whole=False)
        return True


TABLES = ("person_link", "person", "compared_row")


def _make(con: duckdb.DuckDBPyConnection) -> None:
    """Make new_person_link, new_person and new_compared_row of those in `linked_row`, who were resolved."""
    name_clusters(con, "person_link")
    con.execute(f"CREATE TEMP TABLE new_person_link AS {_LINKS}")
    con.execute(f"CREATE TEMP TABLE new_person AS {_PERSONS}")
    make_compared(con)


def _write(con: duckdb.DuckDBPyConnection, batch: Batch, training: Training | None, *, whole: bool) -> None:
    """Each of TABLES becomes new_: all of it, or by the rows of persons that differ from was_. now_ are all rows."""
    con.execute(f"CREATE TEMP TABLE changed AS {_CHANGES}")
    if con.execute("SELECT count(*) FROM changed").fetchall()[0][0]:
        batch.append("person_change", con, "SELECT * FROM changed ORDER BY was, became")
    for table in TABLES:
        if whole:
            batch.replace(table, con, f"SELECT * FROM new_{table} ORDER BY ALL")
            continue
        columns = ", ".join(tables()[table].column_names)
        con.execute(f"""
            CREATE TEMP TABLE differing_{table} AS
            SELECT DISTINCT person_id FROM (
                (SELECT {columns} FROM new_{table} EXCEPT SELECT {columns} FROM was_{table})
                UNION ALL (SELECT {columns} FROM was_{table} EXCEPT SELECT {columns} FROM new_{table}))
        """)
        persons = f"SELECT person_id FROM differing_{table}"
        rows = f"SELECT * FROM new_{table} SEMI JOIN differing_{table} USING (person_id) ORDER BY ALL"
        batch.replace_of(table, con, rows, persons)
    batch.replace("link_parameter", con, _keep(con, training))
    methods = con.execute("SELECT method, count(*) FROM now_person_link GROUP BY 1 ORDER BY 1").fetchall()
    [review] = con.execute(_REVIEW).fetchall()
    told = {
        "methods": {str(name): int(n) for name, n in methods},
        "review": asdict(Review(*map(int, review))),
    }
    batch.note(STEP, "", READS, WRITES, told)


_REVIEW = """
    SELECT count(*) FILTER (apart), coalesce(sum(unclear), 0), coalesce(sum(refused), 0) FROM now_compared_row
"""


def _kept(con: duckdb.DuckDBPyConnection) -> Training | None:
    rows = con.execute('SELECT rows, "column", level, condition, m, u FROM link_parameter').fetchall()
    if not rows:
        return None
    rules = sorted((level, rule) for _, column, level, rule, _, _ in rows if column == KEYS)
    levels = tuple(row[1:] for row in rows if row[1] != KEYS)
    return Training(rows[0][0], levels, tuple(rule for _, rule in rules))


def _keep(con: duckdb.DuckDBPyConnection, training: Training | None) -> str:
    """SQL of what `_kept` reads, in the same order."""
    told = (
        (*training.levels, *((KEYS, n, rule, None, None) for n, rule in enumerate(training.rules, 1)))
        if training
        else ()
    )
    levels = list(zip(*told, strict=True)) or [()] * len(_PARAMETERS)
    con.register("learned", pa.table(dict(zip(_PARAMETERS.names, map(list, levels), strict=True)), _PARAMETERS))
    return f"SELECT {training.rows if training else 0} AS rows, * FROM learned"


# Stands for a column where a key is meant that two rows must share to be compared.
KEYS = "key"
_FIELDS: list[tuple[str, pa.DataType]] = [
    ("column", pa.string()),
    ("level", pa.int64()),
    ("condition", pa.string()),
    ("m", pa.float64()),
    ("u", pa.float64()),
]
_PARAMETERS = pa.schema(_FIELDS)


def _current(con: duckdb.DuckDBPyConnection, told: str) -> None:
    """Make `linked_row`: one row for each (source, source_id) of `told`, the latest known value of each column.

    Rows are numbered by trust in their source, then by when they were first seen.
    """
    latest = ", ".join(f"arg_max({column}, turn) AS {column}" for column in _DEMOGRAPHICS)
    ranks = " ".join(f"WHEN {text(name)} THEN {n}" for n, name in enumerate(settings().trust, 1))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE linked_row AS
        SELECT row_number() OVER (ORDER BY trust, first_seen, source, source_id) AS row, *
        FROM (
            SELECT source, source_id, min(extracted_at) AS first_seen, max(extracted_at) AS last_seen,
                CASE source {ranks} ELSE {len(settings().trust) + 1} END AS trust, {latest}
            FROM (
                SELECT *, row_number() OVER (ORDER BY extracted_at, feed, file, line) AS turn
                FROM {told}
            ) GROUP BY source, source_id
        )
        ORDER BY row
        """
    )


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
             ELSE (SELECT max(extracted_at) FROM source_person) END AS since
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
        was IN (SELECT person_id FROM named) AS remains, (SELECT max(extracted_at) FROM source_person) AS at
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
