"""Emergency admissions for ambulatory-care-sensitive conditions: how many a person had."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from vanguard.codes import Band, Grouping, avoidable_admissions
from vanguard.know.population.score.answers import Score, answer
from vanguard.know.population.score.wording import sentences_sql

LIST, NEEDS, BARS = "avoidable", "avoidable needs", "avoidable bars"

AVOIDABLE = Score(avoidable_admissions().about.id, (Band("none", "None", 0, 0), Band("some", "One or more", 1, None)))

# An admission is what one person had on one day by one method; a row without a day may be one of its own.
# A row without a method belongs to the only one of its day, if there is only one.
STAYS = """
CREATE TEMP TABLE stay AS
SELECT entry.pid, cid, position, date IS NOT NULL AS dated,
       coalesce(method, only_method) AS method,
       hash(entry.pid, date, coalesce(method, only_method), CASE WHEN date IS NULL THEN row END) AS admission
FROM entry LEFT JOIN (
    SELECT pid, date, any_value(method) AS only_method FROM entry
    WHERE date IS NOT NULL GROUP BY pid, date HAVING count(DISTINCT method) = 1) USING (pid, date)
WHERE cid IS NOT NULL
"""

# Which diagnoses beside the main one each admission has: certainly, and possibly.
BESIDE = """
CREATE TEMP TABLE beside AS
SELECT admission, list, "grouping" AS condition,
       coalesce(bool_or(position > 1), false) AS sure, bool_or(position IS NULL OR position > 1) AS may
FROM stay JOIN means USING (cid) WHERE list IN ($needs, $bars)
GROUP BY ALL
"""

HITS = """
CREATE TEMP TABLE hit AS
SELECT pid, admission, icd10, note,
       dated AND place_sure AND method_sure AND needs_sure AND bars_sure AS sure,
       place_may AND method_may AND needs_may AND bars_may AS may,
       NOT (place_sure AND needs_sure AND bars_sure) AS place_open, NOT method_sure AS method_open,
       NOT dated AS date_open
FROM (SELECT s.*, icd10, c.note,
             NOT c."primary" OR coalesce(position = 1, false) AS place_sure,
             NOT c."primary" OR coalesce(position = 1, true) AS place_may,
             coalesce(method = $method, false) AS method_sure, coalesce(method = $method, true) AS method_may,
             NOT c.needs OR coalesce(n.sure, false) AS needs_sure,
             NOT c.needs OR coalesce(n.may, NOT dated) AS needs_may,
             NOT c.bars OR NOT coalesce(b.may, NOT dated) AS bars_sure,
             NOT c.bars OR NOT coalesce(b.sure, false) AS bars_may
      FROM stay s JOIN means m USING (cid) JOIN code USING (cid)
      JOIN avoidable_condition c ON m.list = $list AND c.condition = m."grouping"
      LEFT JOIN beside n ON n.admission = s.admission AND n.condition = c.condition AND n.list = $needs
      LEFT JOIN beside b ON b.admission = s.admission AND b.condition = c.condition AND b.list = $bars)
WHERE place_may AND method_may AND needs_may AND bars_may
"""


def avoidable_lists() -> dict[str, Iterable[Grouping]]:
    """The lists of groupings that `means` must hold."""
    conditions = avoidable_admissions().conditions
    return {
        LIST: conditions,
        NEEDS: [Grouping(c.id, c.label, tuple(("icd10", code) for code in c.needs_secondary)) for c in conditions],
        BARS: [Grouping(c.id, c.label, tuple(("icd10", code) for code in c.no_secondary)) for c in conditions],
    }


def make_avoidable(con: duckdb.DuckDBPyConnection) -> None:
    """Answer the score. Needs `entry`, `code`, `means` with `avoidable_lists`, and `read`."""
    conditions = avoidable_admissions().conditions
    con.register(
        "avoidable_condition",
        pa.table(
            {
                "condition": [c.id for c in conditions],
                "primary": [c.primary for c in conditions],
                "needs": [bool(c.needs_secondary) for c in conditions],
                "bars": [bool(c.no_secondary) for c in conditions],
                "note": pa.array(
                    [
                        f"{c.label} counts though the list leaves it out where {c.unchecked}." if c.unchecked else None
                        for c in conditions
                    ],
                    pa.string(),
                ),
            }
        ),
    )
    con.execute(STAYS)
    con.execute(BESIDE, {"needs": NEEDS, "bars": BARS})
    con.execute(HITS, {"list": LIST, "needs": NEEDS, "bars": BARS, "method": avoidable_admissions().method})
    open_questions = """
        CASE WHEN low < high THEN format('Between {} and {}: not known for every admission are ', low, high) ||
            concat_ws(', ', CASE WHEN place_open THEN 'position' END,
                            CASE WHEN method_open THEN 'method of admission' END,
                            CASE WHEN date_open THEN 'date' END) || '.' END
    """
    answer(
        con,
        AVOIDABLE.id,
        f"""
        SELECT pid, coalesce(low, 0) AS low, coalesce(high, 0) AS high, codes,
               {sentences_sql(open_questions, "notes")} AS reason
        FROM person LEFT JOIN (
            SELECT pid, count(DISTINCT admission) FILTER (sure) AS low, count(DISTINCT admission) AS high,
                   list(DISTINCT icd10) AS codes, array_to_string(list_sort(list(DISTINCT note)), ' ') AS notes,
                   bool_or(place_open) FILTER (NOT sure) AS place_open,
                   bool_or(method_open) FILTER (NOT sure) AS method_open,
                   bool_or(date_open) FILTER (NOT sure) AS date_open
            FROM hit GROUP BY pid) USING (pid)
        """,
    )
