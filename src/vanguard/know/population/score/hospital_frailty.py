"""The Hospital Frailty Risk Score at a person's last emergency admission."""

import duckdb

from vanguard.codes import frailty_table, frailty_weights
from vanguard.know.population.score.ages import make_ages_at
from vanguard.know.population.score.answers import Score, answer
from vanguard.know.population.score.wording import counted_sql, day_sql, sentences_sql

FRAILTY = Score("hospital_frailty", frailty_weights().bands, units_in_one=10, decimals=1)

INDEX = """
CREATE TEMP TABLE frailty_index AS
SELECT pid, max(date) {emergencies} AS date, max(date) AS last, count(method) > 0 AS method_known
FROM entry GROUP BY pid
"""

# Each three-character category once, of the index admission and of admissions in the years before it.
SUMS = """
CREATE TEMP TABLE frailty_sum AS
SELECT pid, sum(tenths) AS tenths, flatten(list(codes)) AS codes
FROM (SELECT pid, left(icd10, 3) AS category, list(DISTINCT icd10) AS codes
      FROM entry JOIN frailty_index i USING (pid) JOIN code USING (cid)
      WHERE entry.date BETWEEN i.date - INTERVAL {years} YEAR AND i.date AND icd10 IS NOT NULL
      GROUP BY ALL)
JOIN frailty_weight USING (category)
GROUP BY pid
"""


def make_frailty(con: duckdb.DuckDBPyConnection, *, ages: bool, methods: bool) -> None:
    """Answer the score. `ages` and `methods` say whether the input has those columns.

    A column that is not there is taken as checked by whoever made the input, and the answer says so; a blank in a
    column that is there is not.
    """
    weights = frailty_weights()
    least, years = weights.minimum_age, weights.look_back_years
    con.register("frailty_weight", frailty_table())
    con.execute(INDEX.format(emergencies="FILTER (method = 'emergency')" if methods else ""))
    con.execute(SUMS.format(years=years))
    make_ages_at(con, "age_at_frailty_index", "frailty_index")
    on = f"'on ' || {day_sql('i.date')}"
    no_age = f"'The age ' || {on} || ' is not known; the score is for people aged {least} and over.'"
    why_not = f"""
        CASE WHEN i.last IS NULL THEN 'No code has a date, so there is no admission to score at.'
             WHEN {methods} AND NOT method_known
             THEN 'No method of admission is known; the score is for emergency admissions.'
             WHEN i.date IS NULL THEN 'No emergency admission with a date; the score is for emergency admissions.'
             WHEN a.high < {least} THEN format('Aged {{}} ', a.high) || {on} ||
                  '; the score is for people aged {least} and over.'
             WHEN a.low < {least} AND contradictory THEN
                  format('The ages that are given contradict each other ({{}} to {{}}); ', a.low, a.high) ||
                  'the score is for people aged {least} and over.'
             WHEN a.low < {least} OR ({ages} AND a.low IS NULL) THEN {no_age} END
    """
    assumed = [
        f"There is no column age: that the person was {least} or over was not checked." if not ages else "",
        "There is no column admission_method: the last date was taken as an emergency admission."
        if not methods
        else "",
    ]
    undated = counted_sql(
        "undated", "1 entry has no usable date and does not count.", "entries have no usable date and do not count."
    )
    notes = sentences_sql(*(f"'{words}'" for words in assumed if words), undated)
    answer(
        con,
        FRAILTY.id,
        f"""
        SELECT pid, CASE WHEN why_not IS NULL THEN tenths END AS low, CASE WHEN why_not IS NULL THEN tenths END AS high,
               CASE WHEN why_not IS NULL THEN codes END AS codes, coalesce(why_not, notes) AS reason
        FROM (SELECT pid, coalesce(tenths, 0) AS tenths, codes, {why_not} AS why_not, {notes} AS notes
              FROM frailty_index i JOIN read USING (pid)
              LEFT JOIN frailty_sum USING (pid) LEFT JOIN age_at_frailty_index a USING (pid))
        """,
    )
