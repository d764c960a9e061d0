"""What persons chose, told to the library: the lake's table `restriction`, which its rooms obey."""

from datetime import datetime

import pyarrow as pa

from vanguard.access import Change, restrictions
from vanguard.know.record.queries import CHANGES
from vanguard.lake import Lake

FIELDS: list[tuple[str, pa.DataType]] = [
    ("person_id", pa.string()),
    ("sharing", pa.string()),
    ("on_lists", pa.bool_()),
    ("planning", pa.bool_()),
]
COLUMNS = pa.schema(FIELDS)


def write_restrictions(lake: Lake, now: datetime) -> int:
    """The table says what holds now, for persons as they were last linked; returns how many it restricts."""
    with lake.write(now) as batch, lake.connect(only=["person_change"]) as con:
        found = restrictions(Change(*row) for row in con.execute(CHANGES).fetchall())
        rows = [(one.person_id, one.sharing, one.on_lists, one.planning) for one in found]
        columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
        con.register("given", pa.table(dict(zip(COLUMNS.names, map(list, columns), strict=True)), COLUMNS))
        return batch.replace("restriction", con, "SELECT * FROM given ORDER BY person_id")
