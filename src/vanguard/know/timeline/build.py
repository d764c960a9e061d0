"""Make the tables of the timeline as one new generation of the lake."""

from datetime import datetime

from vanguard.know.timeline.events import EVENTS
from vanguard.know.timeline.periods import prepare_periods
from vanguard.lake import Lake


def build(lake: Lake, now: datetime, *, memory_limit: str | None = None) -> None:
    """Replace `event` and `person_period` from the sources and the links of the present generation, and put what care
    rooms said since in small pieces into one file.

    The result depends on nothing but the rows: not on their order, nor on `now`, which the manifest notes.
    `memory_limit` is in DuckDB's terms ("2GB"); past it the work spills to disk.
    """
    with lake.write(now) as batch, lake.connect(memory_limit=memory_limit) as con:
        batch.replace("care_event", con, "SELECT * FROM care_event ORDER BY number")
        batch.replace("event", con, EVENTS)
        batch.replace("person_period", con, prepare_periods(con))
