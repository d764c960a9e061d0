"""The LACE index at a person's last admission: length of stay, acuity, comorbidity, emergency visits."""

import duckdb

from vanguard.codes import lace_index
from vanguard.know.population.score.ages import make_ages_at
from vanguard.know.population.score.answers import Score, answer
from vanguard.know.population.score.charlson import LACE_SUM
from vanguard.know.population.score.wording import day_sql, points_sql

LACE = Score(lace_index().about.id, lace_index().bands)

# What is said of the last admission; where it is said differently, the least and the most.
ADMISSION = """
CREATE TEMP TABLE last_admission AS
SELECT pid, i.date, min(stay) AS stay_least, max(stay) AS stay_most,
       min(visits) AS visits_least, max(visits) AS visits_most,
       bool_and(coalesce(through, false)) FILTER (method IS NOT NULL) AS acute_surely,
       bool_or(coalesce(through, true)) FILTER (method IS NOT NULL) AS acute_maybe
FROM (SELECT pid, max(date) AS date FROM entry GROUP BY pid) i
LEFT JOIN entry USING (pid, date)
GROUP BY pid, i.date
"""


def make_lace(con: duckdb.DuckDBPyConnection) -> None:
    """Answer the score. Needs `entry`, `charlson_sum`, `age_given` and `read`.

    What is not known takes its least and its most points; where the sums differ there is no value, and a band only
    where both lie in it.
    """
    lace = lace_index()
    con.execute(ADMISSION)
    make_ages_at(con, "age_at_last_admission", "last_admission")
    most = {component: max(points for _, points in runs) for component, runs in lace.points.items()}
    parts = {
        "length of stay": _part("stay_least", "stay_most", "length_of_stay", most),
        "whether through an emergency department": _part(
            "CAST(acute_surely AS INTEGER)", "CAST(acute_maybe AS INTEGER)", "acute", most
        ),
        "emergency department visits in the six months before": _part(
            "visits_least", "visits_most", "emergency_visits", most
        ),
    }
    comorbidity = points_sql("coalesce(points, 0)", lace.points["comorbidity"])
    low = " + ".join([comorbidity, *(least for least, _ in parts.values())])
    high = " + ".join([comorbidity, *(most for _, most in parts.values())])
    open_parts = ", ".join(f"CASE WHEN {least} < {most} THEN '{name}' END" for name, (least, most) in parts.items())
    adult = f"the index is for people aged {lace.minimum_age} and over."
    answer(
        con,
        LACE.id,
        f"""
        SELECT pid, CASE WHEN why_not IS NULL THEN least END AS low, CASE WHEN why_not IS NULL THEN most END AS high,
               CASE WHEN why_not IS NULL THEN codes END AS codes,
               CASE WHEN why_not IS NOT NULL THEN why_not
                    WHEN least < most THEN format('Between {{}} and {{}}: not known exactly are ', least, most)
                                           || open_parts || '.' END AS reason
        FROM (SELECT l.pid, {low} AS least, {high} AS most, codes, concat_ws(', ', {open_parts}) AS open_parts,
                     CASE WHEN l.date IS NULL THEN 'No code has a date, so the last admission is not known.'
                          WHEN a.high < {lace.minimum_age}
                          THEN format('Aged {{}} ', a.high) || 'on ' || {day_sql("l.date")} || '; {adult}'
                          WHEN a.low < {lace.minimum_age}
                          THEN format('The age is not known exactly ({{}} to {{}}); ', a.low, a.high) || '{adult}'
                     END AS why_not
              FROM last_admission l
              LEFT JOIN age_at_last_admission a USING (pid)
              LEFT JOIN (FROM charlson_sum WHERE variant = '{LACE_SUM}') USING (pid))
        """,
    )


def _part(least: str, greatest: str, component: str, most: dict[str, int]) -> tuple[str, str]:
    """SQL of the least and the most points of a component."""
    runs = lace_index().points[component]
    return f"coalesce({points_sql(least, runs)}, 0)", f"coalesce({points_sql(greatest, runs)}, {most[component]})"
