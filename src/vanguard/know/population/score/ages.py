"""How old a person was on a day, given ages on other rows and days: from the least to the most possible."""

import duckdb

# Two ages contradict each other on one day, when the later is less, or when it rose more than time passed.
# Ages that stay as they were the day of the extract are not taken for a contradiction.
GIVEN = """
CREATE TEMP TABLE age_given AS
WITH given AS (SELECT DISTINCT pid, date, age FROM entry WHERE age IS NOT NULL),
     step AS (SELECT pid, date, age, lag(date) OVER in_time AS date_before, lag(age) OVER in_time AS age_before
              FROM given WHERE date IS NOT NULL
              WINDOW in_time AS (PARTITION BY pid ORDER BY date, age)),
     odd AS (SELECT DISTINCT pid FROM step
             WHERE age < age_before OR age > age_before + (date - date_before) // 365 + 1
                OR (date = date_before AND age <> age_before))
SELECT given.*, odd.pid IS NOT NULL AS contradictory,
       bool_or(date IS NOT NULL) OVER (PARTITION BY given.pid) AS any_dated
FROM given LEFT JOIN odd USING (pid)
"""

AT = """
CREATE TEMP TABLE {name} AS
WITH given AS (SELECT g.*, i.date AS index, abs(i.date - g.date) AS away
               FROM age_given g JOIN {index} i USING (pid)),
     nearest AS (SELECT *, CASE WHEN away = 0 THEN 0 ELSE away // 365 + 1 END AS years
                 FROM given WHERE NOT contradictory AND away IS NOT NULL
                 QUALIFY row_number() OVER (PARTITION BY pid ORDER BY date > index, away) = 1)
SELECT pid, age - CASE WHEN date > index THEN years ELSE 0 END AS low,
       age + CASE WHEN date < index THEN years ELSE 0 END AS high, false AS contradictory
FROM nearest
UNION ALL
SELECT pid, min(age), max(age), min(age) < max(age) FROM given
WHERE contradictory OR index IS NULL OR NOT any_dated GROUP BY pid
"""


def make_ages_given(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `age_given` from `entry`, for `make_ages_at`."""
    con.execute(GIVEN)


def make_ages_at(con: duckdb.DuckDBPyConnection, name: str, index: str) -> None:
    """Make the temporary table `name`: pid, low, high (completed years, both included) and contradictory.

    `index` is a table of pid and date. The nearest age at or before the day decides, else the nearest after; without
    days, or where ages contradict each other, the least and the most that are given. Who has no age has no row.
    """
    con.execute(AT.format(name=name, index=index))
