"""The Charlson comorbidity index in each of its named variants, and the sum that LACE is made from."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from vanguard.codes import CharlsonVariant, charlson, lace_index
from vanguard.know.population.score.answers import Score, answer
from vanguard.know.population.score.wording import points_sql

LACE_SUM = "lace comorbidity"

FLAGS = """
CREATE TEMP TABLE comorbidity AS
SELECT pid, list AS coding, "grouping" AS category, list(DISTINCT icd10) AS codes
FROM (SELECT DISTINCT pid, cid FROM entry) JOIN means USING (cid) JOIN code USING (cid)
WHERE list IN (SELECT coding FROM charlson_points)
GROUP BY pid, list, "grouping"
"""

# The severe form silences the mild one.
SUMS = """
CREATE TEMP TABLE charlson_sum AS
SELECT pid, variant, sum(points) AS points, flatten(list(codes) FILTER (points <> 0)) AS codes
FROM comorbidity c JOIN charlson_points USING (coding, category)
WHERE NOT EXISTS (SELECT 1 FROM charlson_suppresses s JOIN comorbidity severe
                  ON severe.coding = s.coding AND severe.category = s.severe
                  WHERE s.coding = c.coding AND s.mild = c.category AND severe.pid = c.pid)
GROUP BY pid, variant
"""


def charlson_scores() -> tuple[Score, ...]:
    """Every variant."""
    return tuple(Score(variant.id, variant.bands) for coding in charlson() for variant in coding.variants)


def make_charlson(con: duckdb.DuckDBPyConnection, *, ages: bool) -> None:
    """Answer every variant, and make the temporary table `charlson_sum`: pid, variant, points and codes.

    Needs `entry`, `means` and `read`; `ages` says whether the input has a column of ages.
    """
    _register_points(con)
    con.execute(FLAGS)
    con.execute(SUMS)
    for coding in charlson():
        for variant in coding.variants:
            answer(con, variant.id, _with_age(variant, ages=ages) if variant.age_points else _without_age(variant))


def _without_age(variant: CharlsonVariant) -> str:
    total = "coalesce(points, 0)" if variant.floor is None else f"greatest(coalesce(points, 0), {variant.floor})"
    return f"""
        SELECT pid, {total} AS low, {total} AS high, codes, CAST(NULL AS VARCHAR) AS reason
        FROM person LEFT JOIN (FROM charlson_sum WHERE variant = '{variant.id}') USING (pid)
    """


def _with_age(variant: CharlsonVariant, *, ages: bool) -> str:
    low, high = points_sql("a.low", variant.age_points), points_sql("a.high", variant.age_points)
    unknown = "The age is not known." if ages else "There is no column age."
    return f"""
        SELECT pid, coalesce(points, 0) + {low} AS low, coalesce(points, 0) + {high} AS high, codes,
               CASE WHEN a.low IS NULL THEN '{unknown}'
                    WHEN {low} < {high} AND contradictory
                    THEN format('The ages that are given contradict each other ({{}} to {{}}).', a.low, a.high)
                    WHEN {low} < {high}
                    THEN format('The age is not known exactly ({{}} to {{}}).', a.low, a.high) END AS reason
        FROM person LEFT JOIN (FROM charlson_sum WHERE variant = '{variant.id}') USING (pid)
        LEFT JOIN age_at_last a USING (pid)
    """


def _register_points(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        (coding.about.id, variant.id, category, points)
        for coding in charlson()
        for variant in coding.variants
        for category, points in variant.points
    ]
    rows += [(charlson()[0].about.id, LACE_SUM, category, points) for category, points in lace_index().comorbidity]
    con.register("charlson_points", _table(rows, ("coding", "variant", "category", "points")))
    silenced = [(coding.about.id, severe, mild) for coding in charlson() for severe, mild in coding.suppresses]
    con.register("charlson_suppresses", _table(silenced, ("coding", "severe", "mild")))


def _table(rows: Iterable[tuple[object, ...]], names: tuple[str, ...]) -> pa.Table:
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
