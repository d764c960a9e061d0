"""Building measure_point from the lake, and opening a point to the rows behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vanguard.blueprint import Blueprint
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.measure.intervals import start_of
from vanguard.learn.measure.points import ALL, points_sql, work_out
from vanguard.learn.measure.standing import make_standing
from vanguard.table_file import quoted

MONTHS = 36
"""How many months back points are made for."""


@dataclass(frozen=True)
class MeasureResult:
    """How many measures and points there are, how many points have no value, and what cannot be shown, in words."""

    month_end: date
    measures: int
    points: int
    without_value: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """The rows behind one point.

    `counted` are (event_id, amount) whose amounts add up to the numerator. `base` are those of the denominator: events
    with amounts of 1, or (person_id, amount) in days registered or people; empty for a plain count.
    """

    counted: tuple[tuple[str, float], ...]
    base: tuple[tuple[str, float], ...]


def build(lake: Lake, blueprints: Iterable[Blueprint], month_end: date, now: datetime) -> MeasureResult:
    """Make measure_point anew for every measure of the blueprints, over whole intervals of the MONTHS months to
    `month_end`, the last day of which everything is known."""
    chosen = list(blueprints)
    first = _first(month_end)
    left_out: list[str] = []
    with lake.write(now) as batch:
        con = lake.connect()
        try:
            make_standing(con, first, month_end)
            con.execute("CREATE TEMP TABLE point AS SELECT * FROM measure_point LIMIT 0")
            for blueprint in chosen:
                for id in blueprint.measures:
                    found = work_out(con, blueprint, id, first, month_end)
                    left_out += found.left_out
                    for sql in points_sql(con, blueprint, id, found, month_end):
                        con.execute(f"INSERT INTO point BY NAME {sql}")
            order = "blueprint, version, measure, split_by, split, start"
            points = batch.replace("measure_point", con, f"SELECT * FROM point ORDER BY {order}")
            empty = con.execute("SELECT count(*) FROM point WHERE value IS NULL").fetchall()[0][0]
        finally:
            con.close()
    measures = sum(len(blueprint.measures) for blueprint in chosen)
    return MeasureResult(month_end, measures, points, int(empty), tuple(left_out))


def open_point(
    lake: Lake,
    blueprint: Blueprint,
    measure_id: str,
    start: date,
    *,
    month_end: date,
    split_by: str = ALL,
    split: str = ALL,
) -> Opened:
    """The rows behind the point of the interval that begins on `start`, worked out as the point was.

    Who may see them is for the caller to decide. Raises BadInput for a measure or a split that the blueprint has not.
    """
    if measure_id not in blueprint.measures:
        raise BadInput(f"{blueprint.id} has no measure {measure_id}.", do="Name one of its measures.")
    con = lake.connect()
    try:
        first = _first(month_end)
        make_standing(con, first, month_end)
        found = work_out(con, blueprint, measure_id, first, month_end)
        if split_by not in (ALL, *found.splits):
            raise BadInput(f"{measure_id} is not split by {split_by}.", do="Name one of its splits, or all.")
        where = "start = $start" + ("" if split_by == ALL else f" AND {quoted(split_by)} = $split")
        bound = {"start": start} if split_by == ALL else {"start": start, "split": split}

        def rows(table: str, id: str) -> tuple[tuple[str, float], ...]:
            sql = f"SELECT {id}, sum(amount) FROM {table} WHERE {where} GROUP BY {id} ORDER BY {id}"
            return tuple((str(row[0]), float(row[1])) for row in con.execute(sql, bound).fetchall())

        per = blueprint.measures[measure_id].per
        by_people = per is not None and per.of in ("person_years", "people")
        base = rows("base", "person_id" if by_people else "event_id") if per is not None else ()
        return Opened(rows("counted", "event_id"), base)
    finally:
        con.close()


def _first(month_end: date) -> date:
    """The first day of the months that points are made for."""
    after = month_end + timedelta(days=1)
    months = after.year * 12 + after.month - 1 - MONTHS
    return start_of("month", date(months // 12, months % 12 + 1, 1))
