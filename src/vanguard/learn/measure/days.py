"""On which days what a measure counts, or what an evaluation names, happened to whom: rows of one event each."""

from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint, Events, Measure
from vanguard.learn.measure.counting import CANDIDATES, queries_of
from vanguard.learn.measure.engine import OnDuckDB
from vanguard.learn.measure.intervals import after, start_of


def days_sql(con: duckdb.DuckDBPyConnection, blueprint: Blueprint, chosen: Measure | Events, last: date) -> str:
    """A query of person_id and date, one row an event that counts, from the day after the first month end of `standing`
    (make_standing) to `last`. It reads the tables `asked` and CANDIDATES, which the next call makes anew."""
    (first,) = con.execute("SELECT min(month_end) + 1 FROM standing").fetchall()[0]
    # Events alone are a measure of which nothing but the count is asked.
    bare: Callable[..., Measure] = Measure.model_construct
    held = chosen if isinstance(chosen, Measure) else bare(count=chosen, interval="day")
    starts, start = [], start_of(held.interval, first or last)
    while start <= last:
        starts.append(start)
        start = after(held.interval, start)
    engine = OnDuckDB(con)
    engine.give("asked", pa.table({"start": pa.array(starts, pa.date32())}))
    queries = queries_of(engine.dialect, blueprint, held, ())
    if queries.candidates is not None:
        engine.make(CANDIDATES, queries.candidates)
    within = f"BETWEEN DATE '{first or last + timedelta(days=1)}' AND DATE '{last}'"
    return (
        f"SELECT c.person_id, e.date FROM ({queries.counted}) c "
        f"JOIN (SELECT event_id, date FROM event WHERE known_to IS NULL AND date {within}) e USING (event_id) "
        "WHERE c.person_id IS NOT NULL"
    )
