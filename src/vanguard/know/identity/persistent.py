"""Person ids that stay: new ones are made from the first row, old ones follow the rows they were given to."""

import duckdb

# A part split off may begin with the row its parent's id was made from; it then gets the next of that
# row's ids.
_SPARE_IDS = 50


def person_id_sql(source: str, source_id: str, turn: str = "'0'") -> str:
    """An opaque id from a (source, source_id): the first 20 hexadecimal digits of a SHA-256."""
    return f"left(sha256({source} || chr(31) || {source_id} || chr(31) || {turn}), 20)"


def name_clusters(con: duckdb.DuckDBPyConnection, old_links: str) -> None:
    """Make the table `named` (cluster, person_id).

    Reads `linked_row` (row, source, source_id, first_seen), `resolved`, and the relation `old_links` (source,
    source_id, person_id, since). An id goes to the cluster with most of the rows it was given to; a
    cluster that is due several keeps the one of most rows, then the oldest. A new id comes from the
    cluster's first-seen row.
    """
    con.execute(
        f"""
        CREATE TABLE named AS
        WITH held AS (
            SELECT r.cluster, o.person_id, count(*) AS n,
                min((o.since, o.source, o.source_id)) AS earliest
            FROM resolved AS r JOIN linked_row USING (row) JOIN {old_links} AS o USING (source, source_id)
            GROUP BY ALL
        ), due AS (
            SELECT DISTINCT ON (person_id) * FROM held ORDER BY person_id, n DESC, earliest
        ), kept AS (
            SELECT DISTINCT ON (cluster) cluster, person_id FROM due ORDER BY cluster, n DESC, earliest
        ), fresh AS (
            SELECT r.cluster, arg_min({{'s': source, 'i': source_id}}, (first_seen, source, source_id)) AS
            first FROM resolved AS r JOIN linked_row USING (row) ANTI JOIN kept USING (cluster)
            GROUP BY r.cluster
        ), made AS (
            SELECT cluster, {person_id_sql("first.s", "first.i", "turn")} AS person_id, turn
            FROM fresh CROSS JOIN (SELECT 0 AS turn)
        ), taken AS (
            SELECT DISTINCT person_id FROM {old_links}
        ), again AS (
            SELECT cluster, {person_id_sql("first.s", "first.i", "turn")} AS person_id, turn
            FROM fresh SEMI JOIN (SELECT cluster FROM made SEMI JOIN taken USING (person_id)) USING (cluster)
            CROSS JOIN (SELECT unnest(range(1, {_SPARE_IDS})) AS turn)
        )
        SELECT cluster, person_id FROM kept
        UNION ALL
        SELECT cluster, person_id FROM made ANTI JOIN taken USING (person_id)
        UNION ALL
        SELECT cluster, arg_min(person_id, turn) FROM again ANTI JOIN taken USING (person_id) GROUP BY cluster
        """
    )
