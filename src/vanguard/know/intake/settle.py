"""Which of the new words are news: accepted, superseded by a later word, or a duplicate of one that we hold.

A word is what one row says about one thing: a key and a content, which is empty where the row deletes the thing or a
snapshot no longer holds it. Words about one thing are in order of extract, file name, load and line. A word that only
repeats the one before it is a duplicate, so that a value which goes and comes back is news both times. A word that a
later line of its own file replaces is a duplicate if its content was told before: an extract that carries its own
history brings nothing new the second time. To end what nobody has told of is no news, and counts as never told.

So what is kept depends on the words alone and not on when each was loaded: whoever loads late, loads the same.
"""

import duckdb

ORDER = "extracted_at, file, load_id, line"
NO_CANON = """rid BIGINT, held BOOLEAN, k VARCHAR, c VARCHAR, extracted_at TIMESTAMP, file VARCHAR, load_id VARCHAR,
    line BIGINT, keep BOOLEAN, word VARCHAR, again BIGINT"""
ENDED = "''"
"""SQL of the content of a word that ends a thing."""


def settle(
    con: duckdb.DuckDBPyConnection,
    new: str,
    held: str,
    *,
    ended: str | None = None,
    late: bool = False,
    touched: str | None = None,
) -> None:
    """Make the table `verdict` (rid, word, again), a row for each new word that is not plainly accepted, and `canon`.

    `new` is SQL of (rid BIGINT in order, k, c, extracted_at, file, load_id, line), `held` SQL of the same without
    rid, `ended` SQL of (k, extracted_at) where snapshots no longer hold a thing. `word` is accepted, superseded or
    duplicate; `again` counts how often the same content of the key is kept from before.

    `canon` has every word about the keys that were looked at closely: rid (empty if it is not new), held, k, c, the
    order, keep, word and again. Unless `late`, new words come after all held ones, and held ones stay as they are;
    if `late`, `held` must be every word ever told, and `touched` is SQL of the keys (k) to look at besides the new.
    """
    # Asked of the lake once: most of what it holds is about other things.
    asked = " UNION ALL ".join(f"SELECT k FROM ({one})" for one in (new, ended, touched) if one)
    con.execute(
        f"""CREATE OR REPLACE TABLE held_word AS
        SELECT k, c, {ORDER} FROM ({held}) WHERE hash(k) IN (SELECT hash(k) FROM ({asked}))"""
    )
    if late:
        con.execute(f"CREATE OR REPLACE TABLE repeated AS SELECT DISTINCT hash(k) AS h FROM ({asked})")
    else:
        ends = f" UNION ALL SELECT k, 0 FROM ({ended})" if ended else ""
        con.execute(
            f"""CREATE OR REPLACE TABLE repeated AS
            SELECT hash(k) AS h FROM (SELECT k, rid FROM ({new}) UNION ALL SELECT k, NULL FROM held_word{ends})
            GROUP BY h HAVING count(*) > 1 AND count(rid) > 0"""
        )
    ends = f" UNION ALL SELECT NULL, k, {ENDED} FROM ({ended})" if ended else ""
    con.execute(
        f"""CREATE OR REPLACE TABLE contested AS
        SELECT rid, hash(k) AS h, hash(c) AS said
        FROM (SELECT rid, k, c FROM ({new}) UNION ALL SELECT NULL, k, c FROM held_word{ends})
        WHERE hash(k) IN (SELECT h FROM repeated)"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE contest AS
        SELECT h, {"false" if late else "min(said) = max(said)"} AS same, min(said) = hash({ENDED}) AS nothing,
               bool_or(rid IS NULL) AS known, min(rid) AS first
        FROM contested GROUP BY h"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE verdict AS
        SELECT rid, 'duplicate' AS word, 0 AS again FROM contested JOIN contest USING (h)
        WHERE rid IS NOT NULL AND same AND (known OR rid <> first OR nothing)"""
    )
    _judge(con, new, ended, late=late)
    con.execute("INSERT INTO verdict SELECT rid, word, again FROM canon WHERE rid IS NOT NULL")


def settle_deletions(con: duckdb.DuckDBPyConnection, deletions: str) -> None:
    """Deletions, SQL of (rid), of what nobody has ever told of: duplicates, unless they were judged."""
    con.execute(
        f"INSERT INTO verdict SELECT rid, 'duplicate', 0 FROM ({deletions}) "
        "WHERE rid NOT IN (SELECT rid FROM verdict) AND rid NOT IN (SELECT rid FROM canon WHERE rid IS NOT NULL)"
    )


def _judge(con: duckdb.DuckDBPyConnection, new: str, ended: str | None, *, late: bool) -> None:
    if not con.execute("SELECT count(*) FROM contest WHERE NOT same").fetchall()[0][0]:
        con.execute(f"CREATE OR REPLACE TABLE canon ({NO_CANON})")
        return
    mine = "hash(k) IN (SELECT h FROM contest WHERE NOT same)"
    ends = f"UNION ALL SELECT NULL, false, k, {ENDED}, extracted_at, '', '', 0 FROM ({ended}) WHERE {mine}"
    # Held words keep their ids where nothing can be put before them.
    first = "false" if late else "held"
    con.execute(
        f"""CREATE OR REPLACE TABLE canon AS
        WITH words AS (
            SELECT rid, false AS held, k, c, {ORDER} FROM ({new}) WHERE {mine}
            UNION ALL SELECT NULL, true, k, c, {ORDER} FROM held_word WHERE {mine}
            {ends if ended else ""}),
        begun AS (
            SELECT *, count(*) FILTER (c <> {ENDED}) OVER (
                PARTITION BY k ORDER BY {ORDER} ROWS UNBOUNDED PRECEDING) > 0 AS begun FROM words),
        placed AS (
            SELECT *, row_number() OVER (PARTITION BY k ORDER BY {ORDER}) AS place,
                   row_number() OVER (PARTITION BY k, extracted_at, file, load_id ORDER BY line DESC) = 1 AS last_word,
                   row_number() OVER (PARTITION BY k, c, begun ORDER BY {ORDER}) > 1 AS told
            FROM begun),
        turns AS (
            SELECT k, place, lag(c) OVER (PARTITION BY k ORDER BY place) AS before
            FROM placed WHERE last_word OR NOT told),
        judged AS (
            SELECT placed.*, turns.k IS NOT NULL AND c IS DISTINCT FROM before
                             AND NOT (c = {ENDED} AND before IS NULL) AS keep
            FROM placed LEFT JOIN turns USING (k, place)),
        final AS (
            SELECT *, max(place) FILTER (keep) OVER (PARTITION BY k) AS last_place,
                   row_number() OVER (
                       PARTITION BY k, c
                       ORDER BY CASE WHEN {first} THEN 0 WHEN keep THEN 1 ELSE 2 END, place) - 1 AS nth
            FROM judged)
        SELECT rid, held, k, c, {ORDER}, keep,
               CASE WHEN NOT keep THEN 'duplicate' WHEN place = last_place THEN 'accepted' ELSE 'superseded' END
                   AS word,
               CASE WHEN keep THEN nth ELSE 0 END AS again
        FROM final"""
    )
