"""The whole of linkage over one relation of people: units, NHS numbers, probabilities, clusters."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from vanguard.know.identity.clusters import make_clusters
from vanguard.know.identity.consistency import given_differs_sql, pair_contradicted_sql
from vanguard.know.identity.estimator import score_as_learned, score_pairs
from vanguard.know.identity.nhs_groups import make_keys
from vanguard.know.identity.settings import settings
from vanguard.know.identity.training import Training
from vanguard.know.identity.units import KNOWN, make_units

# A wrong join shows one person's record as another's; a missed one leaves two records that can still be
# joined. Measured on the open data with truth: on febrl3 without soc_sec_id the precision of pairs was 0.9998
# at 0.95 and 1.000 at 0.99, so a few false joins do pass 0.95; on the other files none did, and 0.99 would
# lose true joins.
THRESHOLD = 0.95
# A column belongs to a person, not a family, if rows that agree on it seldom have clearly different given
# names.
MOST_DIFFERING_GIVEN = 0.3
FEWEST_AGREEING = 20


@dataclass(frozen=True)
class Review:
    """What someone should look at: rows apart from others with their NHS number, joins too alike to
    choose between,
    joins refused because the persons contradict each other."""

    number_contradicted: int
    unclear: int
    refused: int


def resolve(
    con: duckdb.DuckDBPyConnection, people: str, further: Sequence[str] = (), kept: Training | None = None
) -> tuple[Review, Training | None]:
    """Make the table `resolved` (row, cluster, method, probability) for the relation `people`.

    `people` is as `make_units` says, its lowest rows the most trusted. Makes other tables beside it. Returns what
    training has learned, if anything; what it `kept` from before is used as long as it fits.
    """
    make_units(con, people, further)
    apart = make_keys(con)
    extras = [f"x{n}" for n in range(len(further))]
    columns = [column for column in (*KNOWN, *extras) if _tells(con, column)]
    con.execute(_PROFILE.format(columns=", ".join([*COMPARED, *extras])))
    rows = int(con.execute("SELECT count(*) FROM profile").fetchall()[0][0])
    training = score_pairs(con, "profile", columns, rows, kept)
    personal = [name for name, column in zip(extras, further, strict=True) if _personal(con, name, column)]
    make_clusters(con, THRESHOLD, pair_contradicted_sql("a", "b", personal))
    unclear, refused = con.execute(
        "SELECT coalesce(sum(unclear), 0), coalesce(sum(refused), 0) FROM undone"
    ).fetchall()[0]
    return Review(apart, int(unclear), int(refused)), training


def resolve_again(con: duckdb.DuckDBPyConnection, people: str, training: Training) -> None:
    """As `resolve` would among everybody, for those in `people`: nobody else has a say in who they are."""
    make_units(con, people)
    make_keys(con)
    con.execute(_PROFILE.format(columns=", ".join(COMPARED)))
    score_as_learned(con, "profile", training)
    make_clusters(con, THRESHOLD, pair_contradicted_sql("a", "b", []))


COMPARED = ("given", "given_root", "family", "birth", "birth_sorted", "sex", "postcode", "district")

# Rows of one key that say the same are one profile; every row without a number stands for itself.
_PROFILE = """
    CREATE TABLE profile AS
    SELECT min(row) AS row, key, true AS numbered, {columns} FROM unit JOIN keyed USING (row) GROUP BY ALL
    UNION ALL
    SELECT row, NULL, false, {columns} FROM unit WHERE nhs IS NULL
    ORDER BY row
"""


def _tells(con: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether a column can say anything: two rows know it and, for one we know nothing about, it varies."""
    known, different = con.execute(f"SELECT count({column}), count(DISTINCT {column}) FROM unit").fetchall()[0]
    return bool(known >= 2 and (column in KNOWN or different >= 2))


def _personal(con: duckdb.DuckDBPyConnection, column: str, called: str) -> bool:
    """Whether agreement on the column tells one person from another of the same family."""
    if any(word in called.lower() for word in settings().shared_by_families):
        return False
    pairs, differing = con.execute(
        f"""
        SELECT count(*), count(*) FILTER (WHERE {given_differs_sql("a", "b")})
        FROM scored AS s JOIN profile AS a ON a.row = s.l JOIN profile AS b ON b.row = s.r
        WHERE a.{column} = b.{column} AND a.given IS NOT NULL AND b.given IS NOT NULL
        """
    ).fetchall()[0]
    return bool(pairs >= FEWEST_AGREEING and differing <= MOST_DIFFERING_GIVEN * pairs)
