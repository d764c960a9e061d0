"""Building measure_point from the lake: only what the data of its months no longer make is made anew."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.lake import Lake
from vanguard.learn.measure.engine import Engine, OnDuckDB, OnSpark
from vanguard.learn.measure.intervals import start_of
from vanguard.learn.measure.narrowing import narrow
from vanguard.learn.measure.parts import asks_noted, by_people
from vanguard.learn.measure.people import People
from vanguard.learn.measure.plan import Job, Plan, Planned, asked_months, parts_of, plan, wait
from vanguard.learn.measure.points import GAPS, KEPT, NO_PART, Gathering
from vanguard.learn.measure.standing import make_noted, make_registered
from vanguard.learn.measure.survey import Survey, fingerprint, survey
from vanguard.learn.measure.told import look_at_news

MONTHS = 36
"""How many months back points are made for."""

STEP = "measures"
READS = (
    *("event", "person", "person_period", "person_feature", "noted", "cohort_member", "restriction"),
    *("practice", "small_area"),
)
WRITES = ("measure_point",)
Held = tuple[str, str, date, str]


@dataclass(frozen=True)
class MeasureResult:
    """How many measures and points there are, how many intervals of measures were worked out anew, how many points
    have no value, and what cannot be shown, in words."""

    month_end: date
    measures: int
    points: int
    made_anew: int
    without_value: int
    left_out: tuple[str, ...]


def known_until(lake: Lake) -> date | None:
    """The month end that the place's features describe; None before there are any."""
    with lake.connect(only=["person_feature"]) as con:
        found: date | None = con.execute("SELECT max(month_end) FROM person_feature").fetchall()[0][0]
    return found


def build(
    lake: Lake,
    blueprints: Iterable[Blueprint],
    month_end: date,
    now: datetime,
    *,
    anew: bool = False,
    spark: Any = None,
) -> MeasureResult:
    """Bring measure_point up to date for every measure of the blueprints, over whole intervals of the MONTHS months to
    `month_end`, the last day of which everything is known. With `anew`, nothing that is held is taken for right. With a
    session of `spark`, in which the lake's tables are views, events and person-time are counted there."""
    chosen = list(blueprints)
    first = _first(month_end)
    recipe = fingerprint(month_end, *((one.id, one.version, one.measures, one.code_sets) for one in chosen))
    with lake.write(now) as batch:
        if not anew and batch.news(STEP, recipe, READS, WRITES).nothing:
            return _as_before(batch.noted(STEP))
        con = lake.connect()
        try:
            look = partial(look_at_news, batch, anew=anew)
            seen = survey(con, chosen, first - timedelta(days=1), month_end, look)
            held = set() if anew else _held(con)
            jobs = []
            for blueprint in chosen:
                for id in blueprint.measures:
                    found = plan(con, blueprint, id, seen, first, month_end)
                    jobs.append(Job(blueprint, id, found, _not_held(held, blueprint, id, found)))
            engine: Engine = OnDuckDB(con) if spark is None else OnSpark(spark)
            people = _people(engine, jobs, seen)
            if spark is None:
                narrow(con, month_end - first, jobs)
            _gather(con, engine, jobs, people)
            order = "blueprint, version, measure, split_by, split, start"
            points = batch.replace("measure_point", con, f"SELECT * FROM point ORDER BY {order}")
            empty = con.execute("SELECT count(*) FROM point WHERE value IS NULL").fetchall()[0][0]
        finally:
            con.close()
        left_out = tuple(sentence for job in jobs for sentence in job.found.left_out)
        made_anew = sum(len(job.to_do) for job in jobs)
        result = MeasureResult(month_end, len(jobs), points, made_anew, int(empty), left_out)
        batch.note(STEP, recipe, READS, WRITES, asdict(result) | {"month_end": month_end.isoformat()})
    return result


def _gather(con: duckdb.DuckDBPyConnection, engine: Engine, jobs: Sequence[Job], people: People) -> None:
    """Make `point`, of all measures: those held that still hold, those made anew, and none missing."""
    con.register("intended", _intended(jobs))
    con.execute(KEPT)
    gathering = Gathering(con, engine, people)
    for job in jobs:
        if job.to_do:
            gathering.add(job)
    gathering.put_together()
    con.execute(NO_PART)
    con.execute(GAPS)


def _intended(jobs: Iterable[Job]) -> pa.Table:
    """Every interval of every measure, with what its points are to be made from."""
    rows = [
        {
            "blueprint": job.blueprint.id,
            "version": job.blueprint.version,
            "measure": job.id,
            "counts": job.measure.per is None,
            "start": one.interval.start,
            "end": one.interval.end,
            "why": one.reason,
            "made_from": one.made_from,
            "anew": one in doing,
        }
        for job in jobs
        for doing in (set(job.to_do),)
        for one in job.found.intervals
    ]
    words, flag, day = pa.string(), pa.bool_(), pa.date32()
    kinds: dict[str, pa.DataType] = {"blueprint": words, "version": words, "measure": words, "counts": flag}
    kinds |= {"start": day, "end": day, "why": words, "made_from": words, "anew": flag}
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def _held(con: duckdb.DuckDBPyConnection) -> set[Held]:
    rows = con.execute("SELECT DISTINCT blueprint, measure, start, made_from FROM measure_point").fetchall()
    return set(rows)


def _not_held(held: set[Held], blueprint: Blueprint, id: str, found: Plan) -> tuple[Planned, ...]:
    """The intervals whose points were made from something else, or never."""
    return tuple(one for one in found.intervals if (blueprint.id, id, one.interval.start, one.made_from) not in held)


def _people(engine: Engine, jobs: Iterable[Job], seen: Survey) -> People:
    """The denominators that the jobs will ask for, each to be worked out once; `registered` is made if any is to do."""
    to_do = [job for job in jobs if job.to_do]
    if to_do:
        make_registered(engine)
        if any(asks_noted(job.measure) for job in to_do):
            make_noted(engine, {end for job in to_do for end in _ends_asked(job, seen)})
    return People(
        engine,
        [
            (job.blueprint, job.measure, parts_of(job.measure), [one.interval for one in job.to_do])
            for job in to_do
            if by_people(job.measure)
        ],
    )


def _ends_asked(job: Job, seen: Survey) -> set[date]:
    """The ends of months at which it matters to the intervals to do how people stood."""
    measure, key = job.measure, (job.blueprint.id, job.id)
    months = {
        month
        for one in job.to_do
        for month in asked_months(measure, seen, key, one.interval, one.interval.end + wait(measure))
    }
    return {month - timedelta(days=1) for month in months}


def _as_before(held: dict[str, Any]) -> MeasureResult:
    """What was reported when the points that are held were made."""
    month_end, left_out = date.fromisoformat(held["month_end"]), tuple(held["left_out"])
    return MeasureResult(**held | {"month_end": month_end, "left_out": left_out, "made_anew": 0})


def _first(month_end: date) -> date:
    """The first day of the months that points are made for."""
    after = month_end + timedelta(days=1)
    months = after.year * 12 + after.month - 1 - MONTHS
    return start_of("month", date(months // 12, months % 12 + 1, 1))
