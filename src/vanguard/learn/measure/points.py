"""Points of one measure: its numerator and denominator in each interval, for everyone and for each part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint, Events, Measure, Per, Span
from vanguard.learn.measure.counting import (
    DAYS_OF_A_YEAR,
    REGISTERED_SPLITS,
    SPLITS,
    counted_sql,
    event_where,
    person_time_sql,
)
from vanguard.learn.measure.intervals import Interval, pieces, whole
from vanguard.learn.measure.standing import cohort_days, known_months
from vanguard.table_file import text

ALL = "all"
NO_DENOMINATOR = "Nobody and nothing to divide by."
TOO_SOON = "Too soon: what follows is not known yet for everything that was counted."
NOT_KNOWN_THEN = "How people stood at the end of the month before is not known."


@dataclass(frozen=True)
class Workings:
    """The tables that a measure's points are made of: `counted` and, where it is per something, `base`; one row an
    event, or a person and registration, with its interval, amount (of person-time in days) and parts."""

    splits: tuple[str, ...]
    intervals: tuple[Interval, ...]
    left_out: tuple[str, ...]
    """Sentences about what cannot be shown."""


def work_out(
    con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure_id: str, first: date, last: date
) -> Workings:
    """Make `piece`, `counted` and `base` for one measure, over whole intervals from `first` to `last`.

    Needs `standing` (make_standing). Intervals begin after the first event of the measure's kind, since before it
    nobody told us of such events and nought would be a wrong number.
    """
    measure = blueprint.measures[measure_id]
    chosen = measure.count or measure.sum
    assert chosen is not None
    told = con.execute(
        f"SELECT min(date) FROM event WHERE date IS NOT NULL AND {event_where(blueprint, chosen)}"
    ).fetchall()[0][0]
    intervals = whole(measure.interval, max(first, told), last) if told else ()
    parts = [(i.start, i.end, p.start, p.end) for i in intervals for p in pieces(i)]
    columns = zip(*parts, strict=True) if parts else ((), (), (), ())
    names = ("interval_start", "interval_end", "piece_start", "piece_end")
    con.register("piece", pa.table({n: pa.array(c, pa.date32()) for n, c in zip(names, columns, strict=True)}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {counted_sql(blueprint, measure)}")
    per = measure.per
    if per is not None:
        by_people = per.of in ("person_years", "people")
        sql = person_time_sql(blueprint, measure) if by_people else counted_sql(blueprint, measure, denominator=True)
        con.execute(f"CREATE OR REPLACE TEMP TABLE base AS {sql}")
    possible = REGISTERED_SPLITS if per is not None and per.of in ("person_years", "people") else SPLITS
    splits = tuple(name for name in measure.by if name in possible)
    missing = [name for name in measure.by if name not in possible]
    left_out = [f"{measure.label}: not split by {', '.join(missing)}, which the tables do not tell."] if missing else []
    if not told:
        left_out.append(f"{measure.label}: no event of this kind has been told yet.")
    return Workings(splits, intervals, tuple(left_out))


def points_sql(
    con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure_id: str, found: Workings, last: date
) -> Iterator[str]:
    """For each split, and for all, a query of the points in the columns of measure_point; after `work_out`."""
    measure = blueprint.measures[measure_id]
    ends = pa.table(
        {
            "start": pa.array([i.start for i in found.intervals], pa.date32()),
            "end": pa.array([i.end for i in found.intervals], pa.date32()),
            "unknown": pa.array(list(_unknown(con, blueprint, measure, found.intervals, last)), pa.string()),
        }
    )
    con.register("interval_list", ends)
    for split in (ALL, *found.splits):
        yield _points(blueprint, measure_id, split)


def _points(blueprint: Blueprint, measure_id: str, split: str) -> str:
    measure = blueprint.measures[measure_id]
    part = text(ALL) if split == ALL else f'"{split}"'
    sums = "SELECT start, {part} AS split, sum(amount) AS amount FROM {table} WHERE {part} IS NOT NULL GROUP BY ALL"
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
       coalesce(unknown, {reason}) AS reason
FROM (SELECT split, i.start, i."end", unknown, coalesce(c.amount, 0) AS c_amount, {denominator} AS b_amount
      FROM interval_list i CROSS JOIN ({seen}) s
      LEFT JOIN ({counted}) c USING (start, split)
      {f"LEFT JOIN ({base}) b USING (start, split)" if base else ""})
WHERE split IS NOT NULL
"""


def _unknown(
    con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure: Measure, intervals: Iterable[Interval], last: date
) -> Iterator[str | None]:
    """For each interval why nothing can be said of it, None where something can."""
    after = measure.followed_by
    wait = timedelta(0)
    if after is not None:
        wait = timedelta(days=after.within.days) if isinstance(after.within, Span) else after.within + timedelta(days=1)
    months = _answerable(con, blueprint, measure)
    for interval in intervals:
        ends = {piece.start.replace(day=1) - timedelta(days=1) for piece in pieces(interval)}
        if interval.end + wait > last:
            yield TOO_SOON
        elif months is not None and not ends <= months:
            yield NOT_KNOWN_THEN
        else:
            yield None


def _answerable(con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure: Measure) -> set[date] | None:
    """The month ends at which everything that the measure asks of people is known; None where always."""
    known: set[date] | None = None
    choices: tuple[Events | Per | None, ...] = (measure.count, measure.sum, measure.followed_by, measure.per)
    for chosen in choices:
        if chosen is None:
            continue
        for months in (
            known_months(con, chosen.whom) if chosen.whom else None,
            cohort_days(con, blueprint, chosen.cohort) if chosen.cohort else None,
        ):
            if months is not None:
                known = months if known is None else known & months
    return known
