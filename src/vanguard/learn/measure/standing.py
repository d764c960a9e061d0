"""How people stood at the ends of months: what a measure's condition over a person is asked of."""

from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.lake import tables
from vanguard.lake.condition import Condition, columns_of
from vanguard.learn.measure.intervals import after, start_of

# What follows from birth and registration alone, and so is known at the end of any month.
ALWAYS = ("person_id", "month_end", "age", "sex", "practice", "area")

STANDING = """
CREATE TEMP TABLE standing AS
SELECT living.*, {rest}
FROM (SELECT person_id, month_end,
             CASE WHEN birth_date <= month_end THEN
                 year(month_end) - year(birth_date)
                 - CASE WHEN month(month_end) * 100 + day(month_end) < month(birth_date) * 100 + day(birth_date)
                        THEN 1 ELSE 0 END
             END AS age,
             person.sex, period.practice, period.area
      FROM month_list JOIN person_period period
           ON period.start <= month_end AND (period."end" IS NULL OR period."end" > month_end)
      JOIN person USING (person_id)
      WHERE death_date IS NULL OR death_date > month_end
      QUALIFY row_number() OVER (
          PARTITION BY person_id, month_end
          ORDER BY period.start DESC, period.practice NULLS LAST, period.area NULLS LAST) = 1) living
LEFT JOIN person_feature feature USING (person_id, month_end)
"""


def make_standing(con: duckdb.DuckDBPyConnection, first: date, last: date) -> None:
    """Make the table `standing`, in the columns of person_feature: everyone registered and alive at each month's end
    from the one before `first` to `last`. Columns beyond ALWAYS are null for months whose features are not held."""
    ends = []
    start = start_of("month", first)
    while start - timedelta(days=1) <= last:
        ends.append(start - timedelta(days=1))
        start = after("month", start)
    con.register("month_list", pa.table({"month_end": pa.array(ends, pa.date32())}))
    rest = [name for name in tables()["person_feature"].column_names if name not in ALWAYS]
    con.execute(STANDING.format(rest=", ".join(f'feature."{name}"' for name in rest)))


def known_months(con: duckdb.DuckDBPyConnection, condition: Condition) -> set[date] | None:
    """The month ends at which the condition can be answered; None where at any."""
    if set(columns_of(condition)) <= set(ALWAYS):
        return None
    return {row[0] for row in con.execute("SELECT DISTINCT month_end FROM person_feature").fetchall()}


def cohort_days(con: duckdb.DuckDBPyConnection, blueprint: Blueprint, cohort: str) -> set[date]:
    """The month ends for which the members of a cohort are held."""
    rows = con.execute(
        "SELECT DISTINCT date FROM cohort_member WHERE blueprint = ? AND cohort = ?", [blueprint.id, cohort]
    ).fetchall()
    return {row[0] for row in rows}
