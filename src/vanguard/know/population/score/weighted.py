"""Scores from primary-care codes, which only a place's own code sets can tell: Cambridge score, frailty index."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from vanguard.codes import Grouping, SuppliedSet, WeightedScore, cambridge_score, electronic_frailty_index, extended
from vanguard.know.population.score.answers import Score

WEIGHTED = (cambridge_score(), electronic_frailty_index())


def weighted_scores() -> tuple[Score, ...]:
    """Both scores."""
    return tuple(Score(of.about.id, of.bands, of.units_in_one, of.decimals) for of in WEIGHTED)


def weighted_lists(supplied: Iterable[SuppliedSet]) -> dict[str, Iterable[Grouping]]:
    """The lists of groupings that `means` must hold, with the codes of the place."""
    own = tuple(supplied)
    return {of.about.id: extended(of.about.id, of.conditions, own) for of in WEIGHTED}


def make_weighted(con: duckdb.DuckDBPyConnection, supplied: Iterable[SuppliedSet]) -> None:
    """Answer both scores. Needs `entry`, `code`, `means` with `weighted_lists`, and `read`.

    There is a value only where the place's sets cover every condition that codes can tell. What only medicines can
    tell, if not covered, may or may not be there.
    """
    lists = weighted_lists(supplied)
    for of in WEIGHTED:
        coded = {group.id for group in lists[of.about.id] if group.codes}
        missing = [c for c in of.conditions if c.id not in coded and not c.from_medicines]
        if missing:
            said = (
                f"Made from primary-care codes, which the place supplies; its own sets cover "
                f"{len(coded)} of {len(of.conditions)} conditions."
            )
            con.execute("INSERT INTO answer SELECT pid, ?, NULL, NULL, NULL, ? FROM person", [of.about.id, said])
        else:
            _sum(con, of, coded)


def _sum(con: duckdb.DuckDBPyConnection, of: WeightedScore, coded: set[str]) -> None:
    untold = [condition for condition in of.conditions if condition.id not in coded]
    con.register(
        "weighted_units",
        pa.table({"grouping": [c.id for c in of.conditions], "units": [c.units for c in of.conditions]}),
    )
    con.execute(
        """
        INSERT INTO answer
        SELECT pid, $score, CASE WHEN has_sctid THEN units END, CASE WHEN has_sctid THEN units + $untold END,
               CASE WHEN has_sctid THEN codes END,
               CASE WHEN NOT has_sctid THEN 'None of the codes is a SNOMED CT code.'
                    WHEN $untold > 0 THEN $not_known END
        FROM (SELECT pid, has_sctid, coalesce(units, 0) AS units, codes
              FROM read LEFT JOIN (
                  SELECT pid, sum(units) AS units, flatten(list(codes)) AS codes
                  FROM (SELECT pid, "grouping", list(DISTINCT given) AS codes
                        FROM entry JOIN means USING (cid) JOIN code USING (cid)
                        WHERE list = $score GROUP BY pid, "grouping")
                  JOIN weighted_units USING ("grouping") GROUP BY pid) USING (pid))
        """,
        {
            "score": of.about.id,
            "untold": sum(condition.units for condition in untold),
            "not_known": f"Not known: {', '.join(condition.label.lower() for condition in untold)}.",
        },
    )
    con.unregister("weighted_units")
