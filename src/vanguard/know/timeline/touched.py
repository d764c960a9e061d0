"""Whose history new rows may change, and the lake narrowed to what their histories are made of."""

from collections.abc import Mapping

import duckdb

from vanguard.know.timeline.own import FEED, OWN_LINK
from vanguard.know.timeline.versions import THING
from vanguard.lake import Batch, TableFile


def note_touched(
    con: duckdb.DuckDBPyConnection, batch: Batch, added: Mapping[str, tuple[TableFile, ...]], *, own: bool
) -> None:
    """Make `touched` (person_id) on `con`: the persons of every thing told of, of every row about a person, and those
    whose links or demographics changed. `own`: also all of whom our own service ever said anything, for it has news."""
    told, ended, about = (batch.added(table, added[table]) for table in ("source_event", "source_end", "source_person"))
    linked = batch.persons((*added["person_link"], *added["person"]))
    con.execute(f"""
        CREATE TEMP TABLE touched AS
        WITH thing AS (SELECT {THING} FROM ({told}) UNION SELECT {THING} FROM ({ended})),
        said AS (
            SELECT source, source_id FROM source_event SEMI JOIN thing USING ({THING})
            UNION SELECT source, source_id FROM ({about}))
        SELECT person_id FROM person_link SEMI JOIN said USING (source, source_id)
        UNION SELECT person_id FROM ({linked})
        {_OWN if own else ""}
    """)


_OWN = f"""
        UNION SELECT person_id FROM ({OWN_LINK})
        UNION SELECT person_id FROM event WHERE feed = '{FEED}'
"""


def narrow(con: duckdb.DuckDBPyConnection) -> None:
    """Hide the tables that a timeline is made of behind their rows about `touched`.

    All versions of a thing stay together: a partner may first have told it of somebody else.
    """
    whole = "memory.main"
    for table in ("person_link", "person"):
        con.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM {whole}.{table} SEMI JOIN touched USING (person_id)")
    con.execute(f"""
        CREATE TEMP TABLE thing AS
        SELECT DISTINCT {THING} FROM {whole}.source_event SEMI JOIN temp.person_link USING (source, source_id)
    """)
    for table in ("source_event", "source_end"):
        con.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM {whole}.{table} SEMI JOIN thing USING ({THING})")
    con.execute(f"""
        CREATE TEMP TABLE source_person AS
        SELECT * FROM {whole}.source_person SEMI JOIN temp.person_link USING (source, source_id)
    """)
