"""The probability of every pair worth comparing, by what training learned: Splink's sum, in one statement."""

from collections.abc import Iterable, Sequence
from math import log2
from typing import Any

import duckdb

from vanguard.know.identity.blocking import Key


def score(con: duckdb.DuckDBPyConnection, table: str, keys: Iterable[Key], settings: dict[str, Any]) -> None:
    """Fill `scored` (l, r, weight, probability) with the pairs of `table` that share one of `keys`, l < r.

    The Fellegi-Sunter model: the weight is log2 of the prior odds plus, for each column, log2 of m / u of the first
    level whose condition holds; nothing where either value is unknown. `settings` are Splink's, trained or not.
    """
    names = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall() if row[0] not in ("row", "key", "numbered")]
    con.execute(f"INSERT INTO scored {pairs(table, table, keys, names, settings, 'l.row < r.row')} ORDER BY l, r")


def pairs(
    left: str, right: str, keys: Iterable[Key], names: Iterable[str], settings: dict[str, Any], which: str = "true"
) -> str:
    """SQL of (l, r, weight, probability) of the pairs of a row of each table that share one of `keys`; `which` is a
    further condition on l and r. Both tables have row, numbered and the columns `names`."""
    met = " UNION ".join(
        f"SELECT l.row AS row_l, r.row AS row_r FROM {left} AS l JOIN {right} AS r ON {key.rule()} AND {which}"
        for key in keys
    )
    both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in names)
    prior = settings["probability_two_random_records_match"]
    weights = [repr(log2(prior / (1 - prior))), *(_weight(one["comparison_levels"]) for one in settings["comparisons"])]
    return f"""
        SELECT row_l AS l, row_r AS r, weight, 1 / (1 + pow(2, -weight)) AS probability FROM (
            SELECT row_l, row_r, {" + ".join(weights)} AS weight FROM (
                SELECT row_l, row_r, {both}
                FROM ({met}) JOIN {left} AS l ON l.row = row_l JOIN {right} AS r ON r.row = row_r))
    """


def _weight(levels: Sequence[dict[str, Any]]) -> str:
    """SQL of what one column adds; the last level is all other."""
    *cases, other = [
        (
            level["sql_condition"],
            0.0 if level.get("is_null_level") else log2(level["m_probability"] / level["u_probability"]),
        )
        for level in levels
    ]
    return f"CASE {' '.join(f'WHEN {condition} THEN {weight!r}' for condition, weight in cases)} ELSE {other[1]!r} END"
