"""How many events wait for their person: those of source persons of whom no row was accepted."""

import duckdb

from vanguard.lake import Batch, Lake

STEP = "waiting"
SAME = "USING (source, source_id)"
READS = ("source_event", "source_person")
# Whom it has links of was known when events were last counted.
LINKED = ("person_link",)


def count_waiting(lake: Lake, batch: Batch) -> int:
    """Count them, after linking and in its batch: where rows only came, what those change."""
    news = batch.news(STEP, "", READS, LINKED)
    if news.nothing:
        return int(batch.noted(STEP)["events"])
    with lake.connect(only=(*READS, *LINKED)) as con:
        if news.added is None:
            waiting = _count(con, f"source_event ANTI JOIN source_person {SAME}")
        else:
            came, about = (batch.added(table, news.added[table]) for table in READS)
            con.execute(f"CREATE TEMP TABLE came AS SELECT source, source_id FROM ({came})")
            con.execute(
                "CREATE TEMP TABLE now_known AS "
                f"SELECT DISTINCT source, source_id FROM ({about}) ANTI JOIN person_link {SAME}"
            )
            waiting = int(batch.noted(STEP)["events"]) + _count(con, f"came ANTI JOIN source_person {SAME}")
            if con.execute("SELECT count(*) FROM now_known").fetchall()[0][0]:
                waiting -= _count(con, f"source_event SEMI JOIN now_known {SAME}")
                waiting += _count(con, f"came SEMI JOIN now_known {SAME}")
    batch.note(STEP, "", READS, LINKED, {"events": waiting})
    return waiting


def _count(con: duckdb.DuckDBPyConnection, events: str) -> int:
    """How many of these events are about somebody."""
    [(found,)] = con.execute(f"SELECT count(*) FROM {events} WHERE source_id IS NOT NULL").fetchall()
    return int(found)
