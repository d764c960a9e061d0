"""Source rows for tests of identity, put into a lake as intake would."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from vanguard.lake import Lake, tables

NOW = datetime.fromisoformat("2018-08-06T09:00:00+00:00")


def person_row(source: str, source_id: str, *, on: str = "2018-08-01", **values: Any) -> dict[str, Any]:
    """One row of `source_person`; `on` is the day of the extract."""
    return {
        "row_id": f"{source}/{source_id}/{on}",
        "feed": f"{source}_people",
        "source": source,
        "source_id": source_id,
        "file": f"{source}_people_{on}.csv",
        "line": 2,
        "extracted_at": datetime.fromisoformat(on),
        "load_id": "1",
        **values,
    }


def add_rows(home: Path, rows: list[dict[str, Any]]) -> Lake:
    """A lake at `home` to which the rows have been added."""
    lake = Lake(home)
    names = tables()["source_person"].column_names
    with lake.write(NOW) as batch:
        con = lake.connect()
        con.register("rows", pa.table({name: [row.get(name) for row in rows] for name in names}))
        batch.append("source_person", con, "SELECT * FROM rows")
    return lake


def persons_of(lake: Lake) -> dict[tuple[str, str], str]:
    """person_id by (source, source_id)."""
    found = lake.connect().execute("SELECT source, source_id, person_id FROM person_link").fetchall()
    return {(source, source_id): person_id for source, source_id, person_id in found}
