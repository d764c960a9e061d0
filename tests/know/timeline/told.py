"""A place whose partners said a few things, written straight into the lake."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from vanguard.lake import Lake, tables

NOW = datetime(2026, 8, 6, 9, tzinfo=UTC)
ARROW = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "bytes": pa.binary(),
    "list of text": pa.list_(pa.string()),
}


def store(lake: Lake, **rows: Iterable[dict[str, Any]]) -> None:
    """Each named table becomes just these rows; a column that a row does not name is empty."""
    with lake.write(NOW) as batch, lake.connect() as con:
        for name, given in rows.items():
            table = tables()[name]
            fields = [(column.name, ARROW[column.type]) for column in table.columns]
            listed = pa.Table.from_pylist(
                [{field: row.get(field) for field, _ in fields} for row in given], schema=pa.schema(fields)
            )
            con.register("given", listed)
            batch.replace(name, con, "SELECT * FROM given")


def read(lake: Lake, query: str) -> list[dict[str, Any]]:
    with lake.connect() as con:
        answer = con.execute(query)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def extract(day: date) -> datetime:
    return datetime.combine(day, time())


def told(source_id: str, key: str, **said: Any) -> dict[str, Any]:
    """One row of `source_event`: what partner `gp` said, unless told otherwise, on the first of August."""
    row = {
        "feed": "gp_events",
        "source": "gp",
        "source_id": source_id,
        "key": key,
        "file": "gp_events_20260801.csv",
        "line": 2,
        "extracted_at": extract(date(2026, 8, 1)),
        "load_id": "L1",
        "kind": "Condition",
        "setting": "primary_care",
        "codes": [],
        "timed": False,
        **said,
    }
    if isinstance(row.get("detail"), dict):
        row["detail"] = json.dumps(row["detail"])
    if row.get("date") and "start" not in row:
        row["start"] = datetime.combine(row["date"], time())
    where_from = {"file", "line", "extracted_at", "load_id"}
    content = sorted((name, str(value)) for name, value in row.items() if name not in where_from)
    return {**row, "row_id": hashlib.sha256(str(content).encode()).hexdigest()[:16]}


def registered(source_id: str, start: date, end: date | None = None, **said: Any) -> dict[str, Any]:
    said = {"place": "K82001", "area": "E01017600", **said}
    return told(
        source_id,
        said.pop("key", f"{source_id}/{start}"),
        feed="gp_registrations",
        kind="EpisodeOfCare",
        setting="registration",
        date=start,
        end_date=end,
        **said,
    )


def package(source_id: str, kind: str, start: date, end: date | None = None, **said: Any) -> dict[str, Any]:
    return told(
        source_id,
        said.pop("key", f"{kind}/{start}"),
        feed="care_packages",
        source="social_care",
        kind="Encounter",
        setting="social_care",
        detail={"package_type": kind},
        date=start,
        end_date=end,
        **{"place": "Elm House", **said},
    )


def person(person_id: str, **known: Any) -> dict[str, Any]:
    return {"person_id": person_id, "birth_date": date(1940, 2, 29), "sex": "female", **known}


def link(source: str, source_id: str, person_id: str) -> dict[str, Any]:
    return {
        "source": source,
        "source_id": source_id,
        "person_id": person_id,
        "method": "nhs_number",
        "probability": 1.0,
        "since": extract(date(2026, 8, 1)),
    }


def day(number: int) -> date:
    """A day counted from 1 January 2020."""
    return date(2020, 1, 1) + timedelta(days=number)
