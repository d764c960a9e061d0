"""Features of every living, registered person at one month's end, as DuckDB tables made in columns."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from vanguard.codes import (
    SuppliedSet,
    alerts,
    alerts_about,
    conditions,
    conditions_about,
    extended,
    fall_codes_table,
    frailty_bands_table,
    frailty_table,
    frailty_weights,
    grouping_table,
)
from vanguard.know.population.months import Windows
from vanguard.lake import make_withheld

# Of an event's FHIR status: it never took place, or was said by mistake.
NOT_HAPPENED = "('planned', 'cancelled', 'not-done', 'refuted', 'entered-in-error')"
# Of a problem's: it is over, though nobody noted when.
OVER = "('resolved', 'inactive')"

LIVING = """
CREATE TEMP TABLE living AS
SELECT person_id, person_period.practice, person_period.area, sex,
       CASE WHEN birth_date <= $month_end THEN
           year($month_end) - year(birth_date)
           - CASE WHEN month($month_end) * 100 + day($month_end) < month(birth_date) * 100 + day(birth_date)
                  THEN 1 ELSE 0 END
       END AS age
FROM person JOIN person_period USING (person_id)
WHERE person_period.start <= $month_end
  AND (person_period."end" IS NULL OR person_period."end" > $month_end)
  AND (death_date IS NULL OR death_date > $month_end)
QUALIFY row_number() OVER (
    PARTITION BY person_id ORDER BY person_period.start DESC,
    person_period.practice NULLS LAST, person_period.area NULLS LAST) = 1
"""

# A problem without a day counts from the day on which we came to know it. What is kept back from readers counts
# nowhere: it could be found by subtraction.
HAPPENED = f"""
CREATE TEMP VIEW happened AS
SELECT event.* EXCLUDE (date), day AS date
FROM (SELECT person_id, kind, setting, status, method, date, end_date, codes,
             coalesce(date, CASE WHEN kind = 'Condition' THEN CAST(known_from AS DATE) END) AS day
      FROM event
      WHERE known_to IS NULL AND kind IN ('Condition', 'Encounter')
        AND (status IS NULL OR status NOT IN {NOT_HAPPENED})
        AND NOT coalesce(list_has_any(codes, (SELECT codes FROM withheld)), false)) event
JOIN month ON day <= month.month_end
"""

CODED = """
CREATE TEMP VIEW coded AS
SELECT * EXCLUDE (codes), unnest(codes) AS code FROM happened
"""

# What each code that occurs means, worked out once a code instead of once an event.
MEANINGS = """
CREATE TEMP TABLE meaning AS
SELECT DISTINCT given.code, grouping_code.kind AS means, grouping_code."grouping"
FROM (SELECT DISTINCT code FROM coded) given JOIN grouping_code
  ON given.code = grouping_code.code OR (grouping_code.prefix AND starts_with(given.code, grouping_code.code))
"""

MEANT = f"""
CREATE TEMP TABLE meant AS
SELECT person_id,
       coalesce(list_sort(list(DISTINCT "grouping") FILTER (
           means = 'condition' AND NOT over)), []) AS conditions,
       coalesce(list_sort(list(DISTINCT "grouping") FILTER (
           means = 'alert' AND kind = 'Condition' AND NOT over)), []) AS alerts,
       count(DISTINCT date) FILTER (means = 'fall' AND date >= $year_from) AS falls_12m
FROM (SELECT coded.*, means, "grouping",
             kind = 'Condition'
             AND coalesce(end_date <= $month_end, status IN {OVER}, false) AS over
      FROM coded JOIN meaning USING (code))
GROUP BY person_id
"""

# The same from day to day, for whoever asks how people stood at the end of an earlier month.
NOTED = f"""
CREATE TEMP TABLE noting AS
SELECT DISTINCT person_id, means, "grouping", date AS start,
       CASE WHEN kind = 'Condition' THEN end_date END AS "end"
FROM coded JOIN meaning USING (code)
WHERE (means = 'condition' OR means = 'alert' AND kind = 'Condition')
  AND (kind <> 'Condition' OR end_date > date OR end_date IS NULL AND coalesce(status NOT IN {OVER}, true))
"""

USED = """
CREATE TEMP TABLE used AS
SELECT person_id,
       count(*) FILTER (
           setting = 'inpatient' AND method = 'emergency' AND recent) AS emergency_admissions_12m,
       count(*) FILTER (setting = 'inpatient' AND method = 'elective' AND recent) AS elective_admissions_12m,
       count(*) FILTER (setting = 'emergency_department' AND recent) AS emergency_department_12m,
       count(*) FILTER (setting = 'primary_care' AND recent) AS primary_care_12m,
       count(*) FILTER (setting = 'community' AND recent) AS community_12m,
       max(date) FILTER (setting = 'inpatient') AS last_admission,
       coalesce(bool_or(setting = 'social_care' AND coalesce(
           end_date >= $month_end, status IS NULL OR status <> 'finished')), false) AS care_package,
       coalesce(bool_or(setting = 'inpatient' AND method = 'emergency' AND date >= $frailty_from), false)
           AS emergency_in_frailty_window
FROM (SELECT *, date >= $year_from AS recent FROM happened WHERE kind = 'Encounter')
GROUP BY person_id
"""

# A stay without an end goes on, unless its status says that it ended: then it had no night that we know of.
# `reached` is how far the nights of a person's earlier stays go, so that no night counts twice.
NIGHTS = """
CREATE TEMP TABLE slept AS
SELECT person_id, sum(greatest(0, last - greatest(first, reached))) AS bed_days_12m
FROM (SELECT *, coalesce(max(last) OVER (
                 PARTITION BY person_id ORDER BY first, last
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), first) AS reached
      FROM (SELECT person_id, greatest(date, $year_from) AS first,
                   least($day_after, coalesce(
                       end_date, CASE WHEN status = 'finished' THEN date ELSE $day_after END)) AS last
            FROM happened WHERE kind = 'Encounter' AND setting = 'inpatient')
      WHERE last > first)
GROUP BY person_id
"""

# Hospital Frailty Risk Score: each three-character category once, in tenths of a point.
FRAILTY = """
CREATE TEMP TABLE frail AS
SELECT person_id, sum(tenths) AS tenths
FROM (SELECT DISTINCT person_id, substr(code, 7, 3) AS category
      FROM coded
      WHERE kind = 'Encounter' AND setting = 'inpatient' AND date >= $frailty_from
        AND starts_with(code, 'icd10:'))
JOIN frailty_weight USING (category)
GROUP BY person_id
"""

FEATURES = """
CREATE TEMP TABLE feature AS
SELECT scored.*, CAST(tenths AS DOUBLE) / 10 AS hospital_frailty, band AS hospital_frailty_band
FROM (SELECT living.person_id, $month_end AS month_end, age, sex, practice, area,
             coalesce(conditions, []) AS conditions,
             coalesce(len(conditions), 0) AS condition_count,
             coalesce(alerts, []) AS alerts,
             CASE WHEN age >= $minimum_age AND emergency_in_frailty_window
                  THEN coalesce(tenths, 0) END AS tenths,
             coalesce(emergency_admissions_12m, 0) AS emergency_admissions_12m,
             coalesce(elective_admissions_12m, 0) AS elective_admissions_12m,
             coalesce(bed_days_12m, 0) AS bed_days_12m,
             coalesce(emergency_department_12m, 0) AS emergency_department_12m,
             coalesce(primary_care_12m, 0) AS primary_care_12m,
             coalesce(community_12m, 0) AS community_12m,
             coalesce(falls_12m, 0) AS falls_12m,
             last_admission,
             coalesce(care_package, false) AS care_package
      FROM living
      LEFT JOIN meant USING (person_id)
      LEFT JOIN used USING (person_id)
      LEFT JOIN slept USING (person_id)
      LEFT JOIN frail USING (person_id)) scored
LEFT JOIN frailty_band
  ON tenths >= frailty_band.first AND (frailty_band.last IS NULL OR tenths <= frailty_band.last)
"""


def make_features(
    con: duckdb.DuckDBPyConnection, windows: Windows, sensitive: pa.Table, supplied: Iterable[SuppliedSet] = ()
) -> None:
    """Make the temporary tables `feature`, one row a person in the columns of person_feature, and `noting`, in those of
    noted.

    `con` has the lake's tables person, person_period and event; `supplied` are the place's own code sets, which add to
    conditions and alerts. Only what we hold to be true now counts (known_to empty), whenever we came to know it, and
    nothing with a code that is `sensitive` (columns code and prefix).
    """
    make_withheld(con, sensitive)
    _register_codes(con, tuple(supplied))
    days = {
        "month_end": windows.month_end,
        "year_from": windows.year_from,
        "frailty_from": windows.frailty_from,
        "day_after": windows.day_after,
        "minimum_age": frailty_weights().minimum_age,
    }
    con.execute("CREATE TEMP TABLE month AS SELECT CAST(? AS DATE) AS month_end", [windows.month_end])
    for statement in (LIVING, HAPPENED, CODED, MEANINGS, MEANT, NOTED, USED, NIGHTS, FRAILTY, FEATURES):
        needed = {name: value for name, value in days.items() if f"${name}" in statement}
        con.execute(statement, needed or None)


def _register_codes(con: duckdb.DuckDBPyConnection, supplied: tuple[SuppliedSet, ...]) -> None:
    con.register("condition_code", grouping_table(extended(conditions_about().id, conditions(), supplied)))
    con.register("alert_code", grouping_table(extended(alerts_about().id, alerts(), supplied)))
    con.register("fall_code", fall_codes_table())
    con.execute(
        "CREATE TEMP TABLE grouping_code AS "
        "SELECT 'condition' AS kind, * FROM condition_code UNION ALL SELECT 'alert', * FROM alert_code "
        "UNION ALL SELECT 'fall', * FROM fall_code"
    )
    con.register("frailty_weight", frailty_table())
    con.register("frailty_band", frailty_bands_table())
