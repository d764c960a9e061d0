"""The manifest: one small file that names the files of every table of the present generation."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from vanguard.durable import sync


@dataclass(frozen=True)
class TableFile:
    """One Parquet file of a table: its path below the lake's folder, and how many rows it has."""

    path: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    """A whole generation. `previous` names the files of the one before, kept for its readers."""

    generation: int = 0
    written: str = ""
    tables: dict[str, tuple[TableFile, ...]] = field(default_factory=dict)
    previous: tuple[str, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(file.path for files in self.tables.values() for file in files)


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`, or an empty generation 0 where there is none."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Manifest()
    return Manifest(
        generation=data["generation"],
        written=data["written"],
        tables={name: tuple(TableFile(**file) for file in files) for name, files in data["tables"].items()},
        previous=tuple(data["previous"]),
    )


def swap_manifest(path: Path, manifest: Manifest) -> None:
    """Put `manifest` in place of the old one at once and durably: after a crash one of the two stands."""
    data = {
        "generation": manifest.generation,
        "written": manifest.written,
        "tables": {
            name: [{"path": file.path, "rows": file.rows} for file in files]
            for name, files in sorted(manifest.tables.items())
        },
        "previous": sorted(manifest.previous),
    }
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as out:
        json.dump(data, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    # It names files and counts rows: whoever may pass through the lake needs it.
    beside.chmod(0o640)
    beside.replace(path)
    sync(path.parent)
