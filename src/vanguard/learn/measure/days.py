"""On which days what a measure counts, or what an evaluation names, happened to whom: rows of one event each."""

from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint, Events, Measure
from vanguard.learn.measure.counting import counted_sql
from vanguard.learn.measure.intervals import Interval, pieces


def days_sql(con: duckdb.DuckDBPyConnection, blueprint: Blueprint, chosen: Measure | Events, last: date) -> str:
    """A query of person_id and date, one row an event that counts, from the day after the first month end of `standing`
    (make_standing) to `last`. Makes the table `piece`."""
    first = con.execute("SELECT min(month_end) FROM standing").fetchall()[0][0]
    start = date.max if first is None else first + timedelta(days=1)
    within = pieces(Interval(start, last)) if start <= last else ()
    columns = {
        "interval_start": [start] * len(within),
        "interval_end": [last] * len(within),
        "piece_start": [piece.start for piece in within],
        "piece_end": [piece.end for piece in within],
    }
    con.register("piece", pa.table({name: pa.array(days, pa.date32()) for name, days in columns.items()}))
    # Events alone are a measure of which nothing but the count is asked.
    bare: Callable[..., Measure] = Measure.model_construct
    held = chosen if isinstance(chosen, Measure) else bare(count=chosen)
    return (
        f"SELECT c.person_id, e.date FROM ({counted_sql(blueprint, held, ())}) c "
        "JOIN (SELECT event_id, date FROM event WHERE known_to IS NULL) e USING (event_id) "
        "WHERE c.person_id IS NOT NULL"
    )
