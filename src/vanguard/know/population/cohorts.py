"""Cohorts: a blueprint's conditions over the features, compiled to one query a cohort."""

from collections.abc import Iterable

import duckdb

from vanguard.blueprint import Blueprint, Cohort, Reason
from vanguard.lake.condition import condition_sql, order_sql, saying_sql

MEMBERS = """
CREATE TEMP TABLE member (
    blueprint VARCHAR, version VARCHAR, cohort VARCHAR, date DATE, person_id VARCHAR,
    priority BIGINT, reasons VARCHAR[], rank BIGINT)
"""


def make_members(con: duckdb.DuckDBPyConnection, blueprints: Iterable[Blueprint]) -> None:
    """Make the temporary table `member`, in the columns of cohort_member, from the tables `feature` and `restriction`.

    A condition that is null for a person does not hold for that person. Who may neither be on lists nor counted for
    planning is in no cohort: nobody would have a use for the row.
    """
    con.execute(MEMBERS)
    for blueprint in blueprints:
        for cohort in blueprint.cohorts.values():
            con.execute(f"INSERT INTO member {_members(cohort)}", [blueprint.id, blueprint.version, cohort.id])


def _members(cohort: Cohort) -> str:
    weightiest_first = sorted(cohort.because, key=lambda reason: -reason.points)
    points = " + ".join(_if_so(reason, str(reason.points)) + " ELSE 0 END" for reason in weightiest_first)
    said = ", ".join(_if_so(reason, saying_sql(reason.say)) + " END" for reason in weightiest_first)
    order = "".join(f"{order_sql(order.by, order.first)}, " for order in cohort.order)
    return f"""
SELECT ?, ?, ?, month_end, person_id, priority, list_filter(said, lambda words: words IS NOT NULL),
       row_number() OVER (ORDER BY priority DESC, {order}person_id)
FROM (SELECT *, {points} AS priority, [{said}] AS said
      FROM feature WHERE {condition_sql(cohort.who)})
WHERE person_id NOT IN (SELECT person_id FROM restriction WHERE NOT on_lists AND NOT planning)
"""


def _if_so(reason: Reason, then: str) -> str:
    return f"CASE WHEN {condition_sql(reason.when)} THEN {then}"
