"""Rows that share a valid NHS number, split where their demographics contradict each other.
The outcome is one key a person: two different keys are never joined."""

import duckdb

from vanguard.know.identity.consistency import given_differs_sql, number_contradicted_sql

# A number that still holds contradicting rows after so many splits is no person's: its rows stay apart.
MOST_PERSONS_OF_A_NUMBER = 5


def make_keys(con: duckdb.DuckDBPyConnection) -> int:
    """Make the table `keyed` (row, key) for every row of `unit` with a number; returns rows kept apart.

    `key` is the number, with `/2`, `/3` … for a second and third person found under it. The number
    is believed of the fullest row first, then of the lowest.
    """
    con.execute(
        """
        CREATE TABLE pending AS SELECT * FROM unit SEMI JOIN (
            SELECT nhs FROM unit WHERE nhs IS NOT NULL GROUP BY nhs
            HAVING min(given) <> max(given) OR min(family) <> max(family)
                OR min(birth) <> max(birth) OR min(sex) <> max(sex)
        ) USING (nhs)
        """
    )
    con.execute(
        """
        CREATE TABLE keyed AS
        SELECT row, nhs AS key FROM unit WHERE nhs IS NOT NULL AND nhs NOT IN (SELECT nhs FROM pending)
        """
    )
    con.execute(f"CREATE TABLE other_number AS {_OTHER_NUMBER}")
    for person in range(1, MOST_PERSONS_OF_A_NUMBER + 1):
        suffix = f"/{person}" if person > 1 else ""
        con.execute(f"CREATE OR REPLACE TABLE believed AS {_JUDGED}")
        con.execute(f"INSERT INTO keyed SELECT row, nhs || '{suffix}' FROM believed WHERE NOT contradicted")
        con.execute("DELETE FROM pending WHERE row IN (SELECT row FROM believed WHERE NOT contradicted)")
        if not con.execute("SELECT count(*) FROM pending").fetchall()[0][0]:
            break
    con.execute("INSERT INTO keyed SELECT row, nhs || '/row ' || row FROM pending")
    apart = con.execute("SELECT count(*) FROM keyed WHERE contains(key, '/')").fetchall()
    return int(apart[0][0])


# Rows whose number some row of a clearly different given name also has, while the same name and birth
# date stand under another number: proof that this row carries somebody else's number.
_OTHER_NUMBER = f"""
    SELECT DISTINCT a.row FROM pending AS a
    JOIN pending AS b ON b.nhs = a.nhs AND {given_differs_sql("a", "b")}
    JOIN unit AS c ON c.given = a.given AND c.family = a.family AND c.birth = a.birth AND c.nhs <> a.nhs
"""

_JUDGED = f"""
    WITH first AS (
        SELECT DISTINCT ON (nhs) * FROM pending
        ORDER BY nhs, row IN (SELECT row FROM other_number),
            (given IS NULL)::INT + (family IS NULL)::INT + (birth IS NULL)::INT, row
    )
    SELECT p.row, p.nhs, {number_contradicted_sql("f", "p")}
        OR (p.row IN (SELECT row FROM other_number) AND {given_differs_sql("f", "p")}) AS contradicted
    FROM pending AS p JOIN first AS f USING (nhs)
"""
