"""Points of one measure: its numerator and denominator in each interval, for everyone and for each part."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.learn.measure.counting import CANDIDATES, DAYS_OF_A_YEAR, queries_of
from vanguard.learn.measure.engine import Engine
from vanguard.learn.measure.intervals import Interval
from vanguard.learn.measure.parts import sums_sql
from vanguard.learn.measure.people import People
from vanguard.learn.measure.plan import Plan, Planned, parts_of
from vanguard.table_file import quoted, text

ALL = "all"
NO_DENOMINATOR = "Nobody and nothing to divide by."

# A part that was there in some interval has a point in each, also where a practice has closed or not opened yet.
GAPS = f"""
INSERT INTO point BY NAME
SELECT blueprint, version, measure, split_by, split, start, "end", made_from,
       CASE WHEN why IS NULL THEN 0 END AS numerator, CASE WHEN why IS NULL THEN 0 END AS events,
       CASE WHEN why IS NULL AND NOT counts THEN 0 END AS denominator,
       CASE WHEN why IS NULL AND counts THEN 0 END AS value,
       coalesce(why, CASE WHEN NOT counts THEN {text(NO_DENOMINATOR)} END) AS reason
FROM (SELECT i.*, split_by, split
      FROM (SELECT DISTINCT blueprint, measure, split_by, split FROM point) JOIN intended i USING (blueprint, measure))
ANTI JOIN point USING (blueprint, measure, split_by, split, start)
"""


def work_out(
    con: duckdb.DuckDBPyConnection,
    engine: Engine,
    blueprint: Blueprint,
    measure_id: str,
    intervals: Sequence[Interval],
    people: People | None = None,
) -> None:
    """Make on `con` the tables that points of these intervals are made of: `counted` and, where the measure is per
    something, `base`: sums by interval and parts (of person-time in days). `people` are denominators worked out before
    for several measures. Needs `registered` (make_registered)."""
    measure, dialect = blueprint.measures[measure_id], engine.dialect
    parts = parts_of(measure)
    queries = queries_of(dialect, blueprint, measure, parts)
    engine.give("asked", _starts(intervals))
    if queries.candidates is not None:
        engine.make(CANDIDATES, queries.candidates)
    con.register("counted", engine.take(sums_sql(dialect, queries.counted, parts, "DOUBLE")))
    if queries.base is None:
        return
    if queries.people:
        assert measure.per is not None
        table = (people or People(engine)).of(blueprint, measure, parts, intervals)
        con.register("base_of_people", table)
        con.register("asked_here", _starts(intervals))
        con.execute(
            "CREATE OR REPLACE TEMP TABLE base AS "
            f"SELECT start{''.join(f', {name}' for name in parts)}, sum(amount) AS amount, sum(events) AS events "
            "FROM base_of_people SEMI JOIN asked_here USING (start) GROUP BY ALL"
        )
    else:
        base = engine.take(sums_sql(dialect, queries.base, parts, "DOUBLE"))
        con.register("base_of_events", base)
        con.execute("CREATE OR REPLACE TEMP TABLE base AS SELECT * FROM base_of_events")


def _starts(intervals: Sequence[Interval]) -> pa.Table:
    return pa.table({"start": pa.array([one.start for one in intervals], pa.date32())})


def points_sql(
    con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure_id: str, found: Plan, planned: Sequence[Planned]
) -> str:
    """A query of the points for all and for each split, in the columns of measure_point; after `work_out`."""
    _register(con, planned)
    measure, splits = blueprint.measures[measure_id], (ALL, *found.splits)
    base = _by_part("base", splits) if measure.per else None
    number = measure.per.number if measure.per else 1
    unit = DAYS_OF_A_YEAR if measure.per and measure.per.of == "person_years" else 1
    denominator = f"coalesce(b.amount, 0) / {unit}" if base else "CAST(NULL AS DOUBLE)"
    value = f"{number} * c_amount / nullif(b_amount, 0)" if base else "c_amount"
    reason = f"CASE WHEN coalesce(b_amount, 0) = 0 THEN {text(NO_DENOMINATOR)} END" if base else "CAST(NULL AS VARCHAR)"
    return f"""
WITH c AS ({_by_part("counted", splits)}){f", b AS ({base})" if base else ""},
-- A part without a denominator has no point; everyone always has one, which says so.
seen AS (SELECT {text(ALL)} AS split_by, {text(ALL)} AS split
         UNION SELECT split_by, split FROM {"b" if base else "c"})
SELECT {text(blueprint.id)} AS blueprint, {text(blueprint.version)} AS version, {text(measure_id)} AS measure,
       split_by, split, start, "end",
       CASE WHEN unknown IS NULL THEN c_amount END AS numerator,
       CASE WHEN unknown IS NULL THEN b_amount END AS denominator,
       CASE WHEN unknown IS NULL THEN {value} END AS value,
       coalesce(unknown, {reason}) AS reason,
       CASE WHEN unknown IS NULL THEN c_events END AS events, made_from
FROM (SELECT split_by, split, i.start, i."end", i.reason AS unknown, i.made_from, coalesce(c.amount, 0) AS c_amount,
             coalesce(c.events, 0) AS c_events, {denominator} AS b_amount
      FROM planned i CROSS JOIN seen
      LEFT JOIN c USING (start, split_by, split)
      {"LEFT JOIN b USING (start, split_by, split)" if base else ""})
"""


def _by_part(table: str, splits: Sequence[str]) -> str:
    """Sums of a table of `work_out` for each part of each split, in one pass over it."""
    columns = {one: text(ALL) if one == ALL else f"CAST({quoted(one)} AS VARCHAR)" for one in splits}
    parts = ", ".join(f"{{of: {text(one)}, part: {column}}}" for one, column in columns.items())
    return f"""
SELECT start, one.of AS split_by, one.part AS split, sum(amount) AS amount, sum(events) AS events
FROM (SELECT start, amount, events, unnest([{parts}]) AS one FROM {table}) WHERE one.part IS NOT NULL GROUP BY ALL
"""


def _register(con: duckdb.DuckDBPyConnection, planned: Sequence[Planned]) -> None:
    """The intervals as the table `planned`: start, end, reason, made_from."""
    con.register(
        "planned",
        pa.table(
            {
                "start": pa.array([one.interval.start for one in planned], pa.date32()),
                "end": pa.array([one.interval.end for one in planned], pa.date32()),
                "reason": pa.array([one.reason for one in planned], pa.string()),
                "made_from": pa.array([one.made_from for one in planned], pa.string()),
            }
        ),
    )
