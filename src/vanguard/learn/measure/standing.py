"""Who was registered where and how they stood at the ends of months: what conditions over a person are asked of."""

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.lake.condition import Condition, columns_of
from vanguard.learn.measure.dialect import Dialect
from vanguard.learn.measure.engine import Engine, OnDuckDB
from vanguard.learn.measure.intervals import after, start_of

REGISTRATION = ("person_id", "month_end", "age", "sex", "practice", "area")
LONGEST = timedelta(days=366)
"""The longest of events that count on the day on which they ended, for what was noted before they began."""
NOTED = ("alerts", "conditions", "condition_count")
"""What the table `noted` tells from day to day."""

# What follows from birth, registration and what was noted, and so is known at the end of any month.
ALWAYS = (*REGISTRATION, *NOTED)
NEVER = "DATE '9999-12-31'"

# Whoever wants their data used for their own care alone is counted nowhere. Localities are today's, so that a practice
# brings its past along into the locality that it joins.
REGISTERED = """
SELECT period.person_id, period.{start} AS began, coalesce(period.{end}, {never}) AS ended,
       period.practice, period.area, period.care_home, clinic.locality,
       CAST(lived.deprivation AS {words}) AS deprivation, person.sex,
       {born} AS born, coalesce(person.death_date, {never}) AS died
FROM person_period period JOIN person ON person.person_id = period.person_id
LEFT JOIN practice clinic ON clinic.practice = period.practice
LEFT JOIN small_area lived ON lived.area = period.area
WHERE {may_count}
"""


def make_registered(engine: Engine) -> None:
    """Make the table `registered`: a row a registration of whoever may be counted, with its parts; it never ends on
    9999-12-31. `born` less than `stood` of a month's end, over 1200, is the age in completed years on that day."""
    of = engine.dialect.of_conditions
    engine.make(
        "registered",
        REGISTERED.format(
            start=of.column("start"),
            end=of.column("end"),
            never=NEVER,
            words=of.words_type,
            born=born("person.birth_date"),
            may_count=may_count("period.person_id"),
        ),
    )


# Days are put off to the end of their month, since nobody asks in between: what begins and ends within one drops out.
# Two entries of the same that overlap count once.
NOTED_THEN = """
WITH entry AS (
    SELECT person_id, means, {grouping}, min(since) AS since, until
    FROM (SELECT person_id, means, {grouping},
                 CASE WHEN {start} <= {first} THEN {first} ELSE last_day({start}) END AS since,
                 CASE WHEN {end} <= {last} THEN last_day({end}) ELSE {never} END AS until
          FROM noted WHERE {start} <= {last} AND ({end} IS NULL OR {end} > {first})) put_off
    GROUP BY person_id, means, {grouping}, until HAVING min(since) < until
), change AS (
    SELECT person_id, since AS noted_from FROM entry
    UNION SELECT person_id, until AS noted_from FROM entry WHERE until < {never}
), stretch AS (
    SELECT person_id, noted_from,
           coalesce(lead(noted_from) OVER (PARTITION BY person_id ORDER BY noted_from), {never}) AS noted_until
    FROM change
)
SELECT noted_id, noted_from, noted_until, {alerts} AS alerts, {conditions} AS conditions,
       count(CASE WHEN means = 'condition' THEN {grouping} END) AS condition_count
FROM (SELECT DISTINCT stretch.person_id AS noted_id, noted_from, noted_until, means, {grouping}
      FROM stretch JOIN entry ON entry.person_id = stretch.person_id AND since <= noted_from AND noted_from < until
     ) standing_then
GROUP BY noted_id, noted_from, noted_until
"""


def make_noted(engine: Engine, ends: Iterable[date]) -> None:
    """Make the table `noted_then`: what was noted of whom at the ends of months from the first to the last of these, a
    row for each stretch of time in which that did not change. Which row is of an end of month, noted_at() tells."""
    of, asked = engine.dialect.of_conditions, sorted(ends)
    grouping = of.column("grouping")
    engine.make(
        "noted_then",
        NOTED_THEN.format(
            grouping=grouping,
            start=of.column("start"),
            end=of.column("end"),
            first=f"DATE '{asked[0]}'",
            last=f"DATE '{asked[-1]}'",
            never=NEVER,
            alerts=engine.dialect.words_where(grouping, "means = 'alert'"),
            conditions=engine.dialect.words_where(grouping, "means = 'condition'"),
        ),
    )


def noted_at(person: str, month_end: str) -> str:
    """Whether a row of `noted_then` is of somebody at an end of month: at most one is."""
    return f"noted_id = {person} AND noted_from <= {month_end} AND {month_end} < noted_until"


STANDING = """
CREATE TEMP TABLE standing AS
SELECT living.*, coalesce(alerts, {none}) AS alerts, coalesce(conditions, {none}) AS conditions,
       coalesce(condition_count, 0) AS condition_count
FROM (SELECT person_id, month_end, {age} AS age, sex, practice, area
      FROM month_list JOIN registered ON began <= month_end AND ended > month_end AND died > month_end
      QUALIFY row_number() OVER (
          PARTITION BY person_id, month_end ORDER BY began DESC, practice NULLS LAST, area NULLS LAST) = 1) living
LEFT JOIN noted_then ON {then}
"""


def make_standing(con: duckdb.DuckDBPyConnection, first: date, last: date) -> None:
    """Make `registered`, `noted_then` and the table `standing`, in the columns ALWAYS: everyone who may be counted, is
    registered and alive at each month's end from the one before `first` to `last`."""
    engine = OnDuckDB(con)
    make_registered(engine)
    # What counts on the day on which it ended asks how people stood before it began.
    make_noted(engine, month_ends(first - LONGEST, last))
    con.register("month_list", pa.table({"month_end": pa.array(month_ends(first, last), pa.date32())}))
    years = age(engine.dialect, "born", stood("month_end"))
    then = noted_at("person_id", "month_end")
    con.execute(STANDING.format(age=years, none=engine.dialect.no_words, then=then))


def month_ends(first: date, last: date) -> list[date]:
    """From the one before a day to the last that is not after another."""
    ends, start = [], start_of("month", first)
    while start - timedelta(days=1) <= last:
        ends.append(start - timedelta(days=1))
        start = after("month", start)
    return ends


def may_count(person: str) -> str:
    """Whether somebody may be counted at all."""
    return f"NOT EXISTS (SELECT 1 FROM restriction chose WHERE NOT chose.planning AND chose.person_id = {person})"


def born(day: str) -> str:
    """The month of a birth as a number. At the end of a month the day tells apart only those born on 29 February."""
    return (
        f"(year({day}) * 12 + month({day})) * 100 + CASE WHEN month({day}) = 2 AND day({day}) = 29 THEN 29 ELSE 0 END"
    )


def stood(day: str) -> str:
    """The end of a month as a number."""
    return f"((year({day}) * 12 + month({day})) * 100 + day({day}))"


def age(dialect: Dialect, born_in: str, stood_at: str) -> str:
    """Completed years at the end of a month, both as numbers; null for whoever is not born yet."""
    years = dialect.of_conditions.towards_zero(f"({stood_at} - {born_in})", 1200)
    return f"CASE WHEN {born_in} <= {stood_at} THEN {years} END"


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
