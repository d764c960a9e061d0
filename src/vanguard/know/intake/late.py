"""An extract that arrives after a later one falls into its place: the tables become what they would be had the files
come in order.

A word that is told between two others can make a row news that was a repetition, and the other way round. The
content of a row that becomes news lies in the lake already, for it repeated another; only its place is new.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from vanguard.know.intake import sql
from vanguard.know.intake.ledger import PERSONS, SAME_PLACE, Ledger, ledger_of
from vanguard.know.intake.outputs import Staged, end_rows
from vanguard.know.intake.settle import ENDED, ORDER, settle
from vanguard.lake import Batch, TableFile, tables


@dataclass(frozen=True)
class Relaid:
    """What leaves tables and what comes in its place: rows that name what is removed, and stored files."""

    removed: tuple[tuple[str, pa.Table], ...] = ()
    stored: tuple[tuple[str, TableFile], ...] = ()


def relay(con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged) -> list[Relaid]:
    """Move the held rows of the feed to where `canon` has them, which was judged late; new rows are not written here.

    Afterwards `verdict` is about events; `person_word` must be settled by `settle_persons`.
    """
    ledger = ledger_of(staged.feed)
    _note_moves(con, staged, ledger)
    relaid = [_ends(con, batch, staged), *_rows(con, batch, staged, ledger)]
    if staged.feed.event and staged.feed.person:
        _note_person_words(con, staged)
    return relaid


def settle_persons(con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged) -> list[Relaid]:
    """Settle what the rows that are kept, the held ones among them, say about persons; `verdict` is about these."""
    settle(con, staged.facts(), f"SELECT k, c, {ORDER} FROM held_fact", late=True, touched="SELECT k FROM touched_who")
    _note_moves(con, staged, PERSONS)
    return list(_rows(con, batch, staged, PERSONS))


def _note_moves(con: duckdb.DuckDBPyConnection, staged: Staged, ledger: Ledger) -> None:
    """Make `wanted`, the held words that are to be kept, with their ids, and `leaving`, the held rows that are not."""
    con.execute(
        f"""CREATE OR REPLACE TABLE wanted AS
        SELECT k, c, {ORDER}, CASE WHEN again > 0 THEN c || '-' || (again + 1) ELSE c END AS row_id
        FROM canon WHERE rid IS NULL AND keep AND c <> {ENDED}"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE leaving AS
        SELECT * FROM ({ledger.kept(staged.feed)}) a WHERE k IN (SELECT k FROM canon)
          AND NOT EXISTS (SELECT 1 FROM wanted b WHERE {SAME_PLACE} AND a.row_id = b.row_id)"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE coming AS
        SELECT * FROM wanted a WHERE NOT EXISTS (
            SELECT 1 FROM ({ledger.kept(staged.feed)}) b WHERE {SAME_PLACE} AND a.row_id = b.row_id)"""
    )


def _rows(con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged, ledger: Ledger) -> Iterator[Relaid]:
    """Rows of the ledger's table, and of source_repeat, that leave or come."""
    feed = sql.text(staged.feed.feed)
    columns = ", ".join(
        f"{'a' if column.name in (*ORDER.split(', '), 'row_id') else 'told'}.{sql.name(column.name)}"
        for column in tables()[ledger.table].columns
    )
    told = f"SELECT * FROM {ledger.table} WHERE feed = {feed}"
    one_each = f"SELECT DISTINCT ON (split_part(row_id, '-', 1)) * FROM ({told}) ORDER BY split_part(row_id, '-', 1)"
    coming = (
        f"SELECT {columns} FROM coming a JOIN ({one_each}) told ON split_part(told.row_id, '-', 1) = a.c "
        f"ORDER BY {', '.join('a.' + name for name in ORDER.split(', '))}"
    )
    yield Relaid(
        ((ledger.table, _arrow(con, f"SELECT {feed} AS feed, row_id FROM leaving")),),
        _stored(con, batch, ledger.table, coming),
    )
    about = sql.text(ledger.about)
    repeated = f"SELECT * FROM source_repeat WHERE feed = {feed} AND about = {about}"
    again = f"""
        SELECT {feed} AS feed, {about} AS about, CASE WHEN c <> {ENDED} THEN c END AS content,
               CASE WHEN c = {ENDED} THEN k END AS key, file, line, extracted_at, load_id
        FROM canon a WHERE held AND NOT keep
          AND NOT EXISTS (SELECT 1 FROM ({repeated}) b WHERE {SAME_PLACE}) ORDER BY {ORDER}"""
    gone = f"""
        SELECT feed, about, file, line, extracted_at, load_id FROM ({repeated}) a
        WHERE EXISTS (SELECT 1 FROM canon b WHERE held AND keep AND {SAME_PLACE})"""
    if ledger != ledger_of(staged.feed):
        gone += f" OR EXISTS (SELECT 1 FROM withdrawn b WHERE {SAME_PLACE})"
    yield Relaid((("source_repeat", _arrow(con, gone)),), _stored(con, batch, "source_repeat", again))


def _ends(con: duckdb.DuckDBPyConnection, batch: Batch, staged: Staged) -> Relaid:
    """Rows of source_end that leave or come."""
    held = f"SELECT * FROM source_end WHERE feed = {sql.text(staged.feed.feed)}"
    same = "a.key = b.key AND a.extracted_at = b.extracted_at AND a.line IS NOT DISTINCT FROM b.line"
    wanted = end_rows(staged, held=True)
    gone = (
        f"SELECT feed, key, extracted_at, line FROM ({held}) a WHERE key IN (SELECT k FROM canon) "
        f"AND NOT EXISTS (SELECT 1 FROM ({wanted}) b WHERE {same})"
    )
    come = (
        f"SELECT * FROM ({wanted}) a WHERE NOT EXISTS (SELECT 1 FROM ({held}) b WHERE {same}) "
        "ORDER BY extracted_at, key, line"
    )
    return Relaid((("source_end", _arrow(con, gone)),), _stored(con, batch, "source_end", come))


def _note_person_words(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Make `held_fact`, what held rows that are kept say about persons, and `touched_who`, whom that has changed for.

    `withdrawn` are the places of rows that are no longer kept: what they said about a person is no word either.
    """
    feed = staged.feed
    events = ledger_of(feed)
    con.execute(
        f"""CREATE OR REPLACE TABLE withdrawn AS SELECT {ORDER} FROM leaving a
        WHERE NOT EXISTS (SELECT 1 FROM wanted b WHERE {SAME_PLACE})"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE held_fact AS
        WITH held AS ({events.kept(feed)}),
        place AS (
            SELECT c, {ORDER} FROM held a WHERE NOT EXISTS (SELECT 1 FROM withdrawn b WHERE {SAME_PLACE})
            UNION SELECT c, {ORDER} FROM coming),
        fact AS (
            SELECT k, c, {ORDER} FROM ({PERSONS.kept(feed)})
            UNION ALL SELECT k, c, {ORDER} FROM ({PERSONS.repeats(feed)})),
        says AS (
            SELECT b.c, any_value(a.k) AS who, any_value(a.c) AS said
            FROM fact a JOIN held b ON {SAME_PLACE} GROUP BY b.c)
        SELECT who AS k, said AS c, {", ".join("place." + name for name in ORDER.split(", "))}
        FROM place JOIN says USING (c)"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE touched_who AS
        SELECT k FROM ({PERSONS.kept(feed)}) a WHERE EXISTS (SELECT 1 FROM withdrawn b WHERE {SAME_PLACE})
        UNION SELECT k FROM ({PERSONS.repeats(feed)}) a WHERE EXISTS (SELECT 1 FROM withdrawn b WHERE {SAME_PLACE})
        UNION SELECT k FROM held_fact a WHERE EXISTS (SELECT 1 FROM coming b WHERE {SAME_PLACE})"""
    )


def _arrow(con: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    found: pa.Table = con.sql(query).to_arrow_table()
    return found


def _stored(con: duckdb.DuckDBPyConnection, batch: Batch, table: str, query: str) -> tuple[tuple[str, TableFile], ...]:
    """The rows of `query` as a stored file of the table; nothing where there are none."""
    con.execute(f"CREATE OR REPLACE TABLE coming_rows AS {query}")
    if not con.execute("SELECT count(*) FROM coming_rows").fetchall()[0][0]:
        return ()
    return ((table, batch.store(table, con, "SELECT * FROM coming_rows")),)
