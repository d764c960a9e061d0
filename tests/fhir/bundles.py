"""Small FHIR files made for a test, and the rows that come of them."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vanguard import fhir

NOW = datetime(2024, 6, 1, 9, tzinfo=UTC)
OPEN_DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data" / "open"))

NEEDS_OPEN_DATA = [
    pytest.mark.open_data,
    pytest.mark.skipif(not OPEN_DATA.exists(), reason=f"the open data are not at {OPEN_DATA}"),
]


@dataclass(frozen=True)
class Rows:
    """Rows of one file as dicts."""

    persons: list[dict[str, Any]]
    events: list[dict[str, Any]]
    resources: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    duplicates: int
    reading: fhir.Reading

    @property
    def event(self) -> dict[str, Any]:
        assert len(self.events) == 1, self.quarantine
        return self.events[0]

    @property
    def reason(self) -> str:
        assert len(self.quarantine) == 1
        return str(self.quarantine[0]["reason"])

    @property
    def roles(self) -> list[str]:
        return [row["role"] for row in self.resources]


def patient(patient_id: str = "p1", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": patient_id, **more}


def about(resource_type: str, **more: Any) -> dict[str, Any]:
    """A resource about the patient p1."""
    return {"resourceType": resource_type, "id": "x1", "subject": {"reference": "Patient/p1"}, **more}


def entries(*resources: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"resource": resource} for resource in resources]


def bundle(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": "2024-05-31T12:00:00Z",
        "entry": entries(*resources),
        **more,
    }


def rows_of(path: Path, *, source: str | None = None, size: int = 20_000, now: datetime = NOW) -> Rows:
    reading = fhir.read(path, feed="fhir", now=now, source=source)
    found = Rows([], [], [], [], 0, reading)
    duplicates = 0
    for batch in reading.batches(size):
        found.persons.extend(batch.persons.to_pylist())
        found.events.extend(batch.events.to_pylist())
        found.resources.extend(batch.resources.to_pylist())
        found.quarantine.extend(batch.quarantine.to_pylist())
        duplicates += batch.duplicates
    assert reading.entries == len(found.resources) + len(found.quarantine) + duplicates, "an entry is not counted"
    return Rows(found.persons, found.events, found.resources, found.quarantine, duplicates, reading)


def read_json(tmp_path: Path, content: Any, name: str = "delivery.json", **how: Any) -> Rows:
    """The rows of a file with this content: JSON of an object, or text, or bytes as they stand."""
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return rows_of(path, **how)
