"""Opening a point to the rows behind it, and checking that they recount to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.measure.counting import CANDIDATES, queries_of, unit_of
from vanguard.learn.measure.engine import OnDuckDB
from vanguard.learn.measure.intervals import Interval, after, start_of
from vanguard.learn.measure.parts import ALL, asks_noted, by_people, rows_in_words
from vanguard.learn.measure.people import give_pieces
from vanguard.learn.measure.plan import parts_of, splits_of, wait
from vanguard.learn.measure.standing import make_noted, make_registered, month_ends
from vanguard.table_file import quoted

EVENTS = """
SELECT c.event_id, c.person_id, c.amount, c.age_band, c.sex, c.practice, e.date, e.setting, e.method
FROM {table} c JOIN (SELECT * FROM event WHERE known_to IS NULL) e USING (event_id) {where} ORDER BY c.event_id
"""
# What counts on the day on which it ended asks how people stood before it began.
BEFORE_BEGUN = """
SELECT DISTINCT CAST(date_trunc('month', date) AS DATE) - 1
FROM event WHERE known_to IS NULL AND end_date BETWEEN ? AND ?
"""
PEOPLE = """
SELECT NULL, c.person_id, CAST(sum(c.amount) AS DOUBLE), any_value(c.age_band), any_value(c.sex),
       any_value(c.practice)
FROM base c {where} GROUP BY c.person_id ORDER BY c.person_id
"""


@dataclass(frozen=True)
class Row:
    """One event that counts, or one person (or event) of the denominator: `amount` is of persons in days registered,
    of people and events 1. `event_id`, and `day` (on which it began), `setting` and `method`, are of events alone."""

    event_id: str | None
    person_id: str | None
    amount: float
    age_band: str | None
    sex: str | None
    practice: str | None
    day: date | None = None
    setting: str | None = None
    method: str | None = None


@dataclass(frozen=True)
class Opened:
    """The rows behind one point: amounts of `counted` add up to the numerator, those of `base` over `unit` to the
    denominator; `base` is empty for a plain count."""

    counted: tuple[Row, ...]
    base: tuple[Row, ...]
    unit: float

    @property
    def numerator(self) -> float:
        return sum(row.amount for row in self.counted)

    @property
    def denominator(self) -> float:
        return sum(row.amount for row in self.base) / self.unit


def open_point(
    lake: Lake, blueprint: Blueprint, measure_id: str, start: date, *, split_by: str = ALL, split: str = ALL
) -> Opened:
    """The rows behind the point of the interval that begins on `start`, worked out as the point was.

    Who may see them is for the caller to decide. Raises BadInput for a measure, an interval or a split that the
    blueprint has not.
    """
    if measure_id not in blueprint.measures:
        raise BadInput(f"{blueprint.id} has no measure {measure_id}.", do="Name one of its measures.")
    measure = blueprint.measures[measure_id]
    if start_of(measure.interval, start) != start:
        raise BadInput(f"No {measure.interval} begins on {start}.", do="Name the first day of one.")
    if split_by not in (ALL, *splits_of(measure)[0]):
        raise BadInput(f"{measure_id} is not split by {split_by}.", do="Name one of its splits, or all.")
    interval = Interval(start, after(measure.interval, start) - timedelta(days=1))
    con = lake.connect()
    try:
        _rows_behind(OnDuckDB(con), blueprint, measure_id, interval)
        where = "" if split_by == ALL else f"WHERE c.{quoted(split_by)} = $split"
        bound = {} if split_by == ALL else {"split": split}

        def rows(sql: str) -> tuple[Row, ...]:
            return tuple(Row(*row) for row in con.execute(sql.format(where=where), bound).fetchall())

        base: Sequence[Row] = ()
        if measure.per is not None:
            base = rows(PEOPLE if by_people(measure) else EVENTS.format(table="base", where="{where}"))
        return Opened(rows(EVENTS.format(table="counted", where="{where}")), tuple(base), unit_of(measure.per))
    finally:
        con.close()


def _rows_behind(engine: OnDuckDB, blueprint: Blueprint, measure_id: str, interval: Interval) -> None:
    """Make the tables `counted` and `base` with a row an event, or a person and registration, of one interval."""
    measure = blueprint.measures[measure_id]
    parts = tuple(dict.fromkeys((*parts_of(measure), "age_band", "sex", "practice")))
    queries = queries_of(engine.dialect, blueprint, measure, parts, by_person=True)
    make_registered(engine)
    if asks_noted(measure):
        ends = month_ends(interval.start, interval.end + max(wait(measure), timedelta(days=1)))
        make_noted(
            engine,
            [*ends, *(end for (end,) in engine.con.execute(BEFORE_BEGUN, [interval.start, interval.end]).fetchall())],
        )
    give_pieces(engine, measure, [interval])
    engine.give("asked", pa.table({"start": pa.array([interval.start], pa.date32())}))
    if queries.candidates is not None:
        engine.make(CANDIDATES, queries.candidates)
    for table, sql in (("counted", queries.counted), ("base", queries.base)):
        if sql is not None:
            engine.make(table, rows_in_words(engine.dialect, sql))
