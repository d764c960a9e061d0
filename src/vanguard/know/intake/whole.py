"""Snapshots: what a file that holds all there is does not hold has ended.

Files of one instant are the parts of one snapshot. A snapshot says nothing about what is missing if a row's key could
not be read, or if it is so much smaller than the one before that it looks cut off; then the next one says it.
"""

import duckdb

from vanguard.know.intake import sql
from vanguard.know.intake.columns import key, keyless, removed, value
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.ledger import ledger_of
from vanguard.know.intake.outputs import Staged

LEAST_SHARE = 0.4
"""A snapshot with less than this share of the rows of the one before looks cut off."""
FEW = 100
"""Below so many rows a share means little: only an empty snapshot looks cut off."""


def note_snapshots(con: duckdb.DuckDBPyConnection, staged: Staged) -> str | None:
    """Make `new_snapshot`, the rows of the lake's `snapshot` for the staged files; SQL of them, None if there are none.

    Rows in quarantine count: a row that cannot be used is there all the same.
    """
    numbers = [number for number, claim in enumerate(staged.claims) if claim.sends != "delta"]
    if not numbers:
        return None
    received = staged.received
    sends = f"{sql.texts(claim.sends for claim in staged.claims)}[file_no + 1]"
    day = start_day(staged.feed)
    con.execute(
        f"""CREATE OR REPLACE TABLE new_snapshot AS
        SELECT {received["feed"]} AS feed, {received["file"]} AS file, {received["extracted_at"]} AS extracted_at,
               {received["load_id"]} AS load_id, {sends} AS sends, coalesce(counted.rows, 0) AS rows,
               coalesce(counted.unread, 0) AS unread,
               CASE WHEN {sends} = 'period' THEN covers_from END AS covers_from,
               CASE WHEN {sends} = 'period' THEN covers_to END AS covers_to
        FROM (SELECT unnest({numbers}) AS file_no) LEFT JOIN (
            SELECT file_no, count(*) AS rows, count(*) FILTER (fault IS NOT NULL OR {keyless(staged.feed)}) AS unread,
                   min({day}) FILTER (ok) AS covers_from, max({day}) FILTER (ok) AS covers_to
            FROM staged GROUP BY file_no) counted USING (file_no)"""
    )
    return "SELECT * FROM new_snapshot ORDER BY extracted_at, file"


def start_day(feed: Feed) -> str:
    """SQL of the day on which a row's event began, empty where the feed has none."""
    if feed.event and feed.event.start:
        return f"CAST({value(feed, feed.event.start)} AS DATE)"
    return "CAST(NULL AS DATE)"


def find_ends(con: duckdb.DuckDBPyConnection, staged: Staged, *, late: bool) -> str | None:
    """SQL of (k, extracted_at), the things that snapshots no longer hold, each time it happened; None if none can.

    Unless `late`, only the new files are asked, which come after all held ones.
    """
    feed = staged.feed
    if not feed.whole and not con.execute("SELECT count(*) FROM snapshot WHERE feed = ?", [feed.feed]).fetchall()[0][0]:
        return None
    has_new = any(claim.sends != "delta" for claim in staged.claims)
    if not has_new and not late:
        return None
    _note_instants(con, feed, has_new=has_new, late=late)
    con.execute(f"CREATE OR REPLACE TABLE seen AS {' UNION ALL '.join(_seen(staged, late=late))}")
    con.execute(
        """CREATE OR REPLACE TABLE missing AS
        WITH told AS (SELECT k, instant, max(day) AS day, bool_and(gone) AS gone FROM seen GROUP BY k, instant),
        followed AS (
            SELECT k, instant, gone, last_value(day IGNORE NULLS) OVER thing AS day,
                   lead(instant) OVER thing AS next_instant
            FROM told WINDOW thing AS (PARTITION BY k ORDER BY instant))
        SELECT k, min(i.instant) AS extracted_at FROM followed f JOIN snapshot_instant i
          ON i.instant > f.instant AND (f.next_instant IS NULL OR i.instant < f.next_instant)
             AND (i.sends = 'snapshot' OR f.day BETWEEN i.covers_from AND i.covers_to)
        WHERE NOT gone GROUP BY k, f.instant"""
    )
    return "SELECT k, extracted_at FROM missing"


def _note_instants(con: duckdb.DuckDBPyConnection, feed: Feed, *, has_new: bool, late: bool) -> None:
    """Make `snapshot_instant`: the snapshots that say what is missing, by instant."""
    new = " UNION ALL SELECT *, true AS new FROM new_snapshot" if has_new else ""
    con.execute(
        f"""CREATE OR REPLACE TABLE snapshot_instant AS
        WITH file AS (
            SELECT * FROM (SELECT *, false AS new FROM snapshot WHERE feed = {sql.text(feed.feed)}{new})
            QUALIFY row_number() OVER (PARTITION BY extracted_at, file ORDER BY load_id DESC) = 1),
        whole AS (
            SELECT extracted_at AS instant, sends, sum(rows) AS rows, sum(unread) AS unread,
                   min(covers_from) AS covers_from, max(covers_to) AS covers_to, bool_or(new) AS new
            FROM file GROUP BY ALL),
        compared AS (SELECT *, lag(rows) OVER (PARTITION BY sends ORDER BY instant) AS before FROM whole)
        SELECT * FROM compared WHERE unread = 0 AND {"true" if late else "new"} AND NOT {CUT_OFF}"""
    )


CUT_OFF = f"""(sends = 'snapshot' AND before IS NOT NULL
    AND CASE WHEN before < {FEW} THEN rows = 0 AND before > 0 ELSE rows < before * {LEAST_SHARE} END)"""
"""SQL that is true of a snapshot (sends, rows, and `before`, the rows of the one before) that looks cut off."""


def _seen(staged: Staged, *, late: bool) -> list[str]:
    """SQL of (k, instant, day, gone): each time that a file held a thing, or ended it."""
    feed, ledger = staged.feed, ledger_of(staged.feed)
    mine = f"feed = {sql.text(feed.feed)}"
    day = "date" if feed.event else "CAST(NULL AS DATE)"
    parts = [
        f"SELECT {key(feed)} AS k, {staged.received['extracted_at']} AS instant, "
        f"CASE WHEN ok THEN {start_day(feed)} END AS day, {removed(feed)} AS gone FROM staged "
        f"WHERE fault IS NULL AND NOT {keyless(feed)}",
        f"SELECT {ledger.key}, extracted_at, {day}, false FROM {ledger.table} WHERE {mine}",
    ]
    if not late:
        # What has ended since it was last told is not missing once more.
        return [*parts, f"SELECT key, extracted_at, NULL, true FROM source_end WHERE {mine}"]
    fields = [f"json_extract_string(row, {sql.text(_path(column))})" for column in feed.key]
    quarantined = fields[0] if len(fields) == 1 else f"concat_ws('|', {', '.join(fields)})"
    whole_key = " AND ".join(f"{one} IS NOT NULL" for one in fields)
    return [
        *parts,
        f"SELECT k, extracted_at, NULL, false FROM ({ledger.repeats(feed)})",
        f"SELECT {quarantined}, extracted_at, NULL, false FROM quarantine WHERE {mine} AND {whole_key}",
    ]


def _path(column: str) -> str:
    return '$."' + column.replace('"', '\\"') + '"'
