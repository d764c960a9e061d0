"""Which of the new words are news: accepted, superseded by a later word, or a duplicate of one that we hold.

A word is what one row says about one thing: a key and a content. Words about one thing are in order of extract,
file name, load and line. A word that only repeats the one before it is a duplicate, so that a value which goes
and comes back is news both times. A word that a later line of its own file replaces is a duplicate if its
content is held at all: an extract that carries its own history brings nothing new the second time.
"""

import duckdb


def settle(con: duckdb.DuckDBPyConnection, new: str, held: str) -> None:
    """Make the table `verdict` (rid, word, again), a row for each new word that is not plainly accepted.

    `new` is SQL of (rid BIGINT in order, k, c, extracted_at, file, load_id, line), `held` SQL of the same without
    rid. `word` is accepted, superseded or duplicate; `again` is true where the same content of the key is held
    from before or kept from an earlier row.
    """
    con.execute(
        f"""CREATE OR REPLACE TABLE repeated AS
        SELECT hash(k) AS h FROM (SELECT k, rid FROM ({new}) UNION ALL SELECT k, NULL FROM ({held}))
        GROUP BY h HAVING count(*) > 1 AND count(rid) > 0"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE contested AS
        SELECT rid, hash(k) AS h, hash(c) AS said
        FROM (SELECT rid, k, c FROM ({new}) UNION ALL SELECT NULL, k, c FROM ({held}))
        WHERE hash(k) IN (SELECT h FROM repeated)"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE contest AS
        SELECT h, min(said) = max(said) AS same, bool_or(rid IS NULL) AS known, min(rid) AS first
        FROM contested GROUP BY h"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE verdict AS
        SELECT rid, 'duplicate' AS word, false AS again FROM contested JOIN contest USING (h)
        WHERE rid IS NOT NULL AND same AND (known OR rid <> first)"""
    )
    if con.execute("SELECT count(*) FROM contest WHERE NOT same").fetchall()[0][0]:
        con.execute(f"INSERT INTO verdict {_judged(new, held)}")


def _judged(new: str, held: str) -> str:
    order = "extracted_at, file, load_id, line"
    return f"""
        WITH words AS (
            SELECT rid, k, c, {order} FROM ({new})
            WHERE rid IN (SELECT rid FROM contested JOIN contest USING (h) WHERE NOT same AND rid IS NOT NULL)
            UNION ALL
            SELECT NULL, k, c, {order} FROM ({held}) WHERE hash(k) IN (SELECT h FROM contest WHERE NOT same)),
        placed AS (
            SELECT *, row_number() OVER (PARTITION BY k ORDER BY {order}) AS place,
                   row_number() OVER (PARTITION BY k, extracted_at, file, load_id ORDER BY line DESC) = 1 AS last_word,
                   row_number() OVER (PARTITION BY k, c ORDER BY rid IS NOT NULL, {order}) > 1 AS told
            FROM words),
        judged AS (SELECT *, rid IS NOT NULL AND told AND NOT last_word AS replay FROM placed),
        turns AS (
            SELECT *, coalesce(c <> lag(c) OVER (PARTITION BY k ORDER BY place), true) AS turn
            FROM judged WHERE NOT replay),
        runs AS (SELECT *, count(*) FILTER (turn) OVER (PARTITION BY k ORDER BY place) AS run FROM turns),
        kept AS (
            SELECT *, rid IS NULL OR (
                       bool_and(rid IS NOT NULL) OVER (PARTITION BY k, run)
                       AND row_number() OVER (PARTITION BY k, run ORDER BY place) = 1) AS keep
            FROM runs),
        final AS (
            SELECT *, max(place) FILTER (keep) OVER (PARTITION BY k) AS last_place,
                   row_number() OVER (PARTITION BY k, c ORDER BY NOT keep, rid IS NOT NULL, place) > 1 AS again
            FROM kept)
        SELECT rid, CASE WHEN NOT keep THEN 'duplicate' WHEN place = last_place THEN 'accepted'
                         ELSE 'superseded' END, keep AND again
        FROM final WHERE rid IS NOT NULL
        UNION ALL
        SELECT rid, 'duplicate', false FROM judged WHERE replay"""
