"""Reads the pathways of a blueprint and makes instants, so that a test can walk one person through."""

from datetime import UTC, datetime
from pathlib import Path

from vanguard.blueprint.checks import pathway_faults
from vanguard.blueprint.document import read_document
from vanguard.blueprint.elements.pathways import Pathways


def read_pathways(folder: Path) -> Pathways:
    """The pathways.yaml of a folder, without a mistake."""
    document = read_document(folder / "pathways.yaml")
    file = Pathways.model_validate(document.data, context={})
    assert not document.mistakes
    assert [(document.where(fault.place), fault.what) for fault in pathway_faults(file)] == []
    return file


def at(day: int, time: str, month: int = 11) -> datetime:
    """An instant of the winter of 2026, when local time is UTC."""
    hour, minute = time.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=UTC)
