"""What linkage compares of each source row, kept, so that news meets it without everybody being read again.

Rows fall into classes: two are of one class if they share an NHS number, or a name and birth date, or are alike, or if
a third is of the class of both. Who the rows of one class are, those of another have no say in.
"""

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.know.identity.blocking import Key
from vanguard.know.identity.comparisons import comparison
from vanguard.know.identity.components import components
from vanguard.know.identity.estimator import learned
from vanguard.know.identity.resolve import COMPARED
from vanguard.know.identity.scoring import pairs
from vanguard.know.identity.training import Training
from vanguard.know.identity.units import KNOWN, make_units

# What makes rows one class, alike or not.
_SHARED = (Key(("{}.nhs",), frozenset()), Key(("{}.given", "{}.family", "{}.birth"), frozenset()))
# Less than what joins: a likeness may come out a little less from the other side.
CLOSE = 0.5


def make_compared(con: duckdb.DuckDBPyConnection) -> None:
    """Make `new_compared_row`, the rows of the lake's compared_row, of those who were resolved and named."""
    found = con.execute(_SAME).fetchnumpy()
    [(size,)] = con.execute("SELECT coalesce(max(row), 0) + 1 FROM unit").fetchall()
    label = components(int(size), found["l"].astype(np.int64), found["r"].astype(np.int64))
    con.register("labelled", pa.table({"row": np.arange(int(size)), "label": label}))
    con.execute(_COMPARED)
    con.unregister("labelled")


def find_again(con: duckdb.DuckDBPyConnection, training: Training) -> None:
    """Make `again` (source, source_id): the source rows with news, which `linked_row` has, and all of whom that may
    change who they are. Reads the lake's compared_row."""
    make_units(con, "linked_row")
    keys, settings = learned(training)
    compared = ", ".join(dict.fromkeys(("source", "source_id", "class", "nhs", *COMPARED)))
    con.execute("CREATE TEMP TABLE fresh AS SELECT nhs IS NOT NULL AS numbered, * FROM unit")
    # Nobody else can be alike, so nobody else is kept for a closer look.
    meets = (key.met_in("fresh") for key in (*keys, *_SHARED))
    con.execute(f"""
        CREATE TEMP TABLE held AS
        SELECT row_number() OVER () AS row, nhs IS NOT NULL AS numbered, {compared} FROM compared_row AS r
        WHERE hash(source, source_id) IN (SELECT hash(source, source_id) FROM linked_row) OR {" OR ".join(meets)}
    """)
    con.execute(f"""
        CREATE TEMP TABLE again AS
        WITH near AS (
            SELECT r AS row FROM ({pairs("fresh", "held", keys, COMPARED, settings)}) WHERE probability >= {CLOSE}),
        reached AS (
            SELECT class FROM held SEMI JOIN linked_row USING (source, source_id)
            UNION SELECT class FROM held SEMI JOIN fresh USING (nhs)
            UNION SELECT class FROM held SEMI JOIN fresh USING (given, family, birth)
            UNION SELECT class FROM held SEMI JOIN near USING (row))
        SELECT source, source_id FROM compared_row SEMI JOIN reached USING (class)
        UNION SELECT source, source_id FROM linked_row
    """)


def still_fits(con: duckdb.DuckDBPyConnection, training: Training) -> bool:
    """Whether what was learned also fits all rows as they are now, those of `now_compared_row`."""
    unlearned = [column for column in KNOWN if column not in training.columns]
    known = "".join(f", count({column}) < 2" for column in unlearned)
    [(rows, *little)] = con.execute(f"SELECT count(*) FILTER (profile){known} FROM now_compared_row").fetchall()
    return all(little) and training.fits(map(comparison, training.columns), rows)


_SAME = f"""
    SELECT l, r FROM scored WHERE probability >= {CLOSE}
    UNION ALL SELECT min(row) OVER (PARTITION BY nhs), row FROM unit WHERE nhs IS NOT NULL
    UNION ALL SELECT min(row) OVER (PARTITION BY given, family, birth), row FROM unit
    WHERE given IS NOT NULL AND family IS NOT NULL AND birth IS NOT NULL
"""

_COMPARED = f"""
    CREATE TABLE new_compared_row AS
    SELECT n.person_id, p.source, p.source_id, min(n.person_id) OVER (PARTITION BY label) AS class,
        u.nhs, {", ".join(f"u.{column}" for column in COMPARED)},
        u.row IN (SELECT row FROM profile) AS profile, coalesce(contains(k.key, '/'), false) AS apart,
        coalesce(d.unclear, 0) AS unclear, coalesce(d.refused, 0) AS refused
    FROM resolved AS r JOIN linked_row AS p USING (row) JOIN named AS n USING (cluster) JOIN unit AS u USING (row)
    JOIN labelled USING (row) LEFT JOIN keyed AS k USING (row) LEFT JOIN undone AS d USING (row)
"""
