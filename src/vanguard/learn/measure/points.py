"""Points of measures: numerator and denominator of each interval, for everyone and for each part. Of many measures at
once, which costs little more than of one."""

import duckdb
import pyarrow as pa

from vanguard.learn.measure.counting import CANDIDATES, queries_of
from vanguard.learn.measure.engine import Engine
from vanguard.learn.measure.parts import ALL, PART, sums_sql
from vanguard.learn.measure.people import People
from vanguard.learn.measure.plan import Job, parts_of
from vanguard.learn.measure.stacking import Counted, planned, stacked, wanted
from vanguard.learn.measure.standardised import adjusted
from vanguard.table_file import text

NO_DENOMINATOR = "There was nobody, or nothing, that this could be counted out of."
ENOUGH = 1_000_000
"""So many sums are put together at once: all of a town's, and of a county's those of a few measures."""

# A point that only fills a gap follows from the others and is filled in again.
KEPT = f"""
CREATE TEMP TABLE point AS
SELECT * FROM measure_point
SEMI JOIN (FROM intended WHERE NOT anew) USING (blueprint, measure, start, made_from)
WHERE split_by = '{ALL}' OR numerator > 0 OR denominator > 0 OR events > 0
"""
# A part of which nothing was counted in any interval, nor anything that it could be out of, is no part.
NO_PART = f"""
DELETE FROM point WHERE split_by <> '{ALL}' AND (blueprint, measure, split_by, split) NOT IN (
    SELECT (blueprint, measure, split_by, split) FROM point WHERE numerator > 0 OR denominator > 0 OR events > 0)
"""
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
BY_PART = f"""
CREATE OR REPLACE TEMP TABLE {{table}}_part AS
SELECT {{key}}, start, split_by, split, sum(amount) AS amount, sum(events) AS events
FROM (SELECT *, {PART} AS split FROM {{table}} JOIN (SELECT DISTINCT {{key}}, split_by FROM wanted) USING ({{key}}))
WHERE split IS NOT NULL GROUP BY ALL
"""
POINTS = f"""
INSERT INTO point BY NAME
WITH seen AS (
    SELECT job, start, '{ALL}' AS split_by, '{ALL}' AS split FROM planned
    UNION SELECT job, start, split_by, split FROM counted_part
    UNION SELECT job, start, split_by, split FROM base_part JOIN wanted USING (base, split_by)),
found AS (
    SELECT seen.split_by, seen.split, i.*, coalesce(c.amount, 0) AS top, coalesce(c.events, 0) AS top_events,
           CASE WHEN i.base IS NOT NULL THEN coalesce(b.amount, 0) / i.unit END AS bottom
    FROM seen JOIN planned i USING (job, start)
    LEFT JOIN counted_part c USING (job, start, split_by, split)
    LEFT JOIN base_part b
        ON b.base = i.base AND b.start = i.start AND b.split_by = seen.split_by AND b.split = seen.split)
SELECT blueprint, version, measure, found.split_by, found.split, found.start, "end", made_from,
       CASE WHEN unknown IS NULL THEN top END AS numerator,
       CASE WHEN unknown IS NULL THEN bottom END AS denominator,
       CASE WHEN unknown IS NULL THEN CASE WHEN base IS NULL THEN top ELSE number * top / nullif(bottom, 0) END END
           AS value,
       coalesce(unknown, CASE WHEN bottom = 0 THEN {text(NO_DENOMINATOR)} END) AS reason,
       CASE WHEN unknown IS NULL THEN top_events END AS events,
       CASE WHEN unknown IS NULL THEN standardised END AS standardised,
       CASE WHEN unknown IS NULL THEN expected END AS expected
FROM found LEFT JOIN adjusted USING (job, start, split_by, split)
"""


class Gathering:
    """Counts measures one after the other, and puts what it counted into the table `point` of `con`.

    `people` are denominators worked out before for several of them. Needs `registered` (make_registered), and the table
    `point` in the columns of measure_point."""

    def __init__(self, con: duckdb.DuckDBPyConnection, engine: Engine, people: People) -> None:
        self.con, self.engine, self.people = con, engine, people
        self.counted: list[Counted] = []
        self.bases: list[pa.Table] = []
        self.rows = 0

    def add(self, job: Job) -> None:
        """Count the intervals to do of one measure."""
        sums, base = self._sums(job)
        # Denominators in people are one table for many measures.
        place = next((number for number, held in enumerate(self.bases) if held is base), len(self.bases))
        if base is not None and place == len(self.bases):
            self.bases.append(base)
            self.rows += base.num_rows
        self.counted.append(Counted(job, sums, None if base is None else place))
        self.rows += sums.num_rows
        if self.rows >= ENOUGH:
            self.put_together()

    def put_together(self) -> None:
        """Make points of what has been counted since this was last done."""
        if not self.counted:
            return
        con = self.con
        con.register("planned", planned(self.counted))
        con.register("wanted", wanted(self.counted))
        con.register("counted", stacked("job", [one.sums for one in self.counted]))
        con.register("base", stacked("base", self.bases))
        con.execute(BY_PART.format(table="counted", key="job"))
        con.execute(BY_PART.format(table="base", key="base"))
        con.register("adjusted", adjusted(con, [one.job.measure for one in self.counted]))
        con.execute(POINTS)
        self.counted, self.bases, self.rows = [], [], 0

    def _sums(self, job: Job) -> tuple[pa.Table, pa.Table | None]:
        """By interval and parts, what a measure counts, and what that is out of (person-time in days)."""
        engine, measure, intervals = self.engine, job.measure, [one.interval for one in job.to_do]
        parts = parts_of(measure)
        queries = queries_of(engine.dialect, job.blueprint, measure, parts)
        engine.give("asked", pa.table({"start": pa.array([one.start for one in intervals], pa.date32())}))
        if queries.candidates is not None:
            engine.make(CANDIDATES, queries.candidates)
        counted = engine.take(sums_sql(engine.dialect, queries.counted, parts, "DOUBLE"))
        if queries.people:
            return counted, self.people.of(job.blueprint, measure, parts, intervals)
        if queries.base is None:
            return counted, None
        return counted, engine.take(sums_sql(engine.dialect, queries.base, parts, "DOUBLE"))
