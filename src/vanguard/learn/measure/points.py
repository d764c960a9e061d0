"""Points of one measure: its numerator and denominator in each interval, for everyone and for each part."""

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.learn.measure.counting import DAYS_OF_A_YEAR
from vanguard.learn.measure.intervals import Interval, pieces
from vanguard.learn.measure.plan import Plan, Planned, queries
from vanguard.table_file import text

ALL = "all"
NO_DENOMINATOR = "Nobody and nothing to divide by."

# A part that was there in some interval has a point in each, also where a practice has closed or not opened yet.
GAPS = """
INSERT INTO point BY NAME
SELECT measure.* EXCLUDE (counts), part.split_by, part.split, i.start, i."end", i.made_from,
       CASE WHEN i.reason IS NULL THEN 0 END AS numerator, CASE WHEN i.reason IS NULL THEN 0 END AS events,
       CASE WHEN i.reason IS NULL AND NOT counts THEN 0 END AS denominator,
       CASE WHEN i.reason IS NULL AND counts THEN 0 END AS value,
       coalesce(i.reason, CASE WHEN NOT counts THEN {nobody} END) AS reason
FROM (SELECT {blueprint} AS blueprint, {version} AS version, {measure} AS measure, {counts} AS counts) measure
CROSS JOIN (SELECT DISTINCT split_by, split FROM point WHERE blueprint = {blueprint} AND measure = {measure}) part
CROSS JOIN planned i
WHERE NOT EXISTS (FROM point p WHERE p.blueprint = {blueprint} AND p.measure = {measure}
                  AND p.split_by = part.split_by AND p.split = part.split AND p.start = i.start)
"""


def work_out(
    con: duckdb.DuckDBPyConnection,
    blueprint: Blueprint,
    measure_id: str,
    intervals: Sequence[Interval],
    also: Sequence[str] = (),
) -> None:
    """Make the tables that points of these intervals are made of: `counted` and, where the measure is per something,
    `base`; one row an event, or a person and registration, with its interval, amount (of person-time in days) and
    parts, `also` beside those of the measure. Needs `standing` (make_standing)."""
    parts = [(i.start, i.end, p.start, p.end) for i in intervals for p in pieces(i)]
    columns = zip(*parts, strict=True) if parts else ((), (), (), ())
    names = ("interval_start", "interval_end", "piece_start", "piece_end")
    con.register("piece", pa.table({n: pa.array(c, pa.date32()) for n, c in zip(names, columns, strict=True)}))
    for table, sql in zip(("counted", "base"), queries(blueprint, blueprint.measures[measure_id], also), strict=False):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}")


def points_sql(
    con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure_id: str, found: Plan, planned: Sequence[Planned]
) -> Iterator[str]:
    """For all, and for each split, a query of the points in the columns of measure_point; after `work_out`."""
    register_planned(con, planned)
    for split in (ALL, *found.splits):
        yield _points(blueprint, measure_id, split)


def register_planned(con: duckdb.DuckDBPyConnection, planned: Sequence[Planned]) -> None:
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


def gaps_sql(blueprint: Blueprint, measure_id: str) -> str:
    """Adds to `point` what parts have no point in, of the intervals in `planned`."""
    return GAPS.format(
        blueprint=text(blueprint.id),
        version=text(blueprint.version),
        measure=text(measure_id),
        counts="true" if blueprint.measures[measure_id].per is None else "false",
        nobody=text(NO_DENOMINATOR),
    )


def _points(blueprint: Blueprint, measure_id: str, split: str) -> str:
    measure = blueprint.measures[measure_id]
    part = text(ALL) if split == ALL else f'"{split}"'
    sums = (
        "SELECT start, {part} AS split, sum(amount) AS amount, count(*) AS events "
        "FROM {table} WHERE {part} IS NOT NULL GROUP BY ALL"
    )
    counted = sums.format(part=part, table="counted")
    base = sums.format(part=part, table="base") if measure.per else None
    everyone = f"SELECT {text(ALL)} AS split" if split == ALL else f"SELECT DISTINCT {part} AS split FROM {{}}"
    # A part without a denominator has no point; everyone always has one, which says so.
    seen = everyone.format("base" if base else "counted")
    number = measure.per.number if measure.per else 1
    unit = DAYS_OF_A_YEAR if measure.per and measure.per.of == "person_years" else 1
    denominator = f"coalesce(b.amount, 0) / {unit}" if base else "CAST(NULL AS DOUBLE)"
    value = f"{number} * c_amount / nullif(b_amount, 0)" if base else "c_amount"
    reason = f"CASE WHEN coalesce(b_amount, 0) = 0 THEN {text(NO_DENOMINATOR)} END" if base else "CAST(NULL AS VARCHAR)"
    return f"""
SELECT {text(blueprint.id)} AS blueprint, {text(blueprint.version)} AS version, {text(measure_id)} AS measure,
       {text(split)} AS split_by, split, start, "end",
       CASE WHEN unknown IS NULL THEN c_amount END AS numerator,
       CASE WHEN unknown IS NULL THEN b_amount END AS denominator,
       CASE WHEN unknown IS NULL THEN {value} END AS value,
       coalesce(unknown, {reason}) AS reason,
       CASE WHEN unknown IS NULL THEN c_events END AS events, made_from
FROM (SELECT split, i.start, i."end", i.reason AS unknown, i.made_from, coalesce(c.amount, 0) AS c_amount,
             coalesce(c.events, 0) AS c_events, {denominator} AS b_amount
      FROM planned i CROSS JOIN ({seen}) s
      LEFT JOIN ({counted}) c USING (start, split)
      {f"LEFT JOIN ({base}) b USING (start, split)" if base else ""})
WHERE split IS NOT NULL
"""
