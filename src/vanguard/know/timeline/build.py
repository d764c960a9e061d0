"""Make the tables of the timeline as one new generation of the lake: of those whom news touches, or of everybody."""

from datetime import datetime

from vanguard.know.timeline.events import EVENTS
from vanguard.know.timeline.periods import prepare_periods
from vanguard.know.timeline.touched import narrow, note_touched
from vanguard.lake import Lake

READS = ("source_event", "source_end", "source_person", "person_link", "person")
OWN = ("care_event", "person_change")
# What comes in small pieces while the service is used.
LIVE = ("care_event", "shift")
WRITES = ("event", "person_period")
TOUCHED = "SELECT person_id FROM touched"


def build(lake: Lake, now: datetime, *, memory_limit: str | None = None) -> None:
    """Bring `event` and `person_period` up to date with the sources and the links of the present generation, and put
    what care rooms said since in small pieces into one file.

    The rows depend on nothing but the rows read: not on their order, nor on what was built before, nor on `now`, which
    the manifest notes. `memory_limit` is in DuckDB's terms ("2GB"); past it the work spills to disk.
    """
    _compact(lake, now)
    with lake.write(now) as batch:
        news, own = batch.news("timeline", "", READS, WRITES), batch.news("own events", "", OWN, ["event"])
        if news.nothing and own.nothing:
            return
        with lake.connect(only=(*READS, *OWN, "event"), memory_limit=memory_limit) as con:
            if news.added is None:
                batch.replace("event", con, EVENTS)
                batch.replace("person_period", con, prepare_periods(con))
            else:
                note_touched(con, batch, news.added, own=not own.nothing)
                narrow(con)
                batch.replace_of("event", con, EVENTS, TOUCHED)
                batch.replace_of("person_period", con, prepare_periods(con), TOUCHED)
        batch.note("timeline", "", READS, WRITES)
        batch.note("own events", "", OWN, ["event"])


def _compact(lake: Lake, now: datetime) -> None:
    with lake.write(now) as batch:
        for table in LIVE:
            if batch.files(table) > 1:
                with lake.connect(only=[table]) as con:
                    batch.replace(table, con, f"SELECT * FROM {table} ORDER BY number")
