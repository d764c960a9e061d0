"""From scored pairs to persons: connected rows, except that nobody gets two NHS numbers or contradicts
himself."""

from collections import Counter

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.know.identity.components import Edge, careful_walk, components


def make_clusters(con: duckdb.DuckDBPyConnection, threshold: float, contradicted: str) -> None:
    """Make the table `resolved` (row, cluster, method, probability) for every row of `unit`, and `undone` (row,
    unclear, refused): how many joins of a node, named by its first row, were left undone between two persons alike,
    or because of a contradiction.

    Reads `unit`, `keyed` (row, key), `profile` and `scored`. `contradicted` is an SQL condition on two
    rows a and b of `profile`. Rows with one key are one node, named by its first row; a cluster is named
    by its first node.
    """
    con.execute(_NODE)
    con.execute(_JOINED.format(contradicted=contradicted))
    edges = con.execute(
        "SELECT l, r, weight FROM joined WHERE probability >= ? ORDER BY weight DESC, l, r", [threshold]
    ).fetchnumpy()
    enemies = con.execute("SELECT l, r FROM joined WHERE contradicted ORDER BY l, r").fetchnumpy()
    nodes = con.execute("SELECT DISTINCT node FROM node ORDER BY node").fetchnumpy()["node"]
    numbered = con.execute("SELECT DISTINCT node FROM node WHERE key IS NOT NULL").fetchnumpy()["node"]

    left, right = edges["l"], edges["r"]
    size = int(nodes.max()) + 1 if nodes.size else 0
    label = components(size, left, right)
    together, how_many = np.unique(label[numbered], return_counts=True)
    same = label[enemies["l"]] == label[enemies["r"]]
    conflicted = np.union1d(together[how_many > 1], label[enemies["l"]][same])
    careful = np.isin(label[left], conflicted)
    walk = careful_walk(
        [
            Edge(a, b, weight)
            for a, b, weight in zip(
                left[careful].tolist(),
                right[careful].tolist(),
                edges["weight"][careful].tolist(),
                strict=True,
            )
        ],
        numbered[np.isin(label[numbered], conflicted)].tolist(),
        zip(enemies["l"][same].tolist(), enemies["r"][same].tolist(), strict=True),
    )
    left = np.concatenate([left[~careful], np.array([pair[0] for pair in walk.joins], dtype=np.int64)])
    right = np.concatenate([right[~careful], np.array([pair[1] for pair in walk.joins], dtype=np.int64)])
    con.register("made", pa.table({"l": left, "r": right}))
    con.register("placed", pa.table({"node": nodes, "cluster": components(size, left, right)[nodes]}))
    con.execute(_RESOLVED)
    con.unregister("made")
    con.unregister("placed")
    unclear, refused = Counter(left for left, _ in walk.unclear), Counter(left for left, _ in walk.refused)
    rows = sorted(unclear | refused)
    columns = {"row": rows, "unclear": [unclear[row] for row in rows], "refused": [refused[row] for row in rows]}
    con.register("counted", pa.table({name: pa.array(some, pa.int64()) for name, some in columns.items()}))
    con.execute("CREATE TABLE undone AS SELECT * FROM counted")
    con.unregister("counted")


_NODE = """
    CREATE TABLE node AS
    SELECT row, min(row) OVER (PARTITION BY key) AS node, key FROM keyed
    UNION ALL
    SELECT row, row, NULL FROM unit WHERE nhs IS NULL
"""

# Several profiles may stand for a numbered person: a join is contradicted only if each of them is.
_JOINED = """
    CREATE TABLE joined AS
    WITH judged AS (
        SELECT least(x.node, y.node) AS l, greatest(x.node, y.node) AS r, s.weight, s.probability,
            {contradicted} AS wrong
        FROM scored AS s
        JOIN profile AS a ON a.row = s.l JOIN profile AS b ON b.row = s.r
        JOIN node AS x ON x.row = s.l JOIN node AS y ON y.row = s.r
    )
    SELECT l, r, bool_and(wrong) AS contradicted, round(max(weight) FILTER (WHERE NOT wrong), 6) AS weight,
        round(max(probability) FILTER (WHERE NOT wrong), 6) AS probability
    FROM judged GROUP BY l, r
"""

_RESOLVED = """
    CREATE TABLE resolved AS
    WITH best AS (
        SELECT node, max(probability) AS probability FROM (
            SELECT l AS node, probability FROM joined SEMI JOIN made USING (l, r)
            UNION ALL SELECT r AS node, probability FROM joined SEMI JOIN made USING (l, r)
        ) GROUP BY node
    )
    SELECT row, cluster,
        CASE WHEN key IS NOT NULL AND count(*) OVER (PARTITION BY node) > 1 THEN 'nhs_number'
             WHEN best.probability IS NOT NULL THEN 'probabilistic' ELSE 'alone' END AS method,
        CASE WHEN key IS NOT NULL AND count(*) OVER (PARTITION BY node) > 1 THEN 1.0
             ELSE coalesce(best.probability, 1.0) END AS probability
    FROM node JOIN placed USING (node) LEFT JOIN best USING (node)
    ORDER BY row
"""
