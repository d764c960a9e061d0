"""The manifest: one small file that names the files of every table of the present generation."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vanguard.durable import sync


@dataclass(frozen=True)
class TableFile:
    """One Parquet file of a table: its path below the lake's folder, and how many rows it has.

    A file may stand `instead` of what the files before it say of some persons: that is the path of the list of them,
    and `hidden` how many rows of theirs it hides.
    """

    path: str
    rows: int
    instead: str = ""
    hidden: int = 0


@dataclass(frozen=True)
class Made:
    """What a step was made by and of: its recipe, a mark of each table that it read or wrote, and what it reported.

    A mark is how many files the table had, and a hash of their names.
    """

    recipe: str
    read: dict[str, tuple[int, str]]
    wrote: dict[str, tuple[int, str]]
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A whole generation. `previous` names the files of the one before, kept for its readers; `made` says of each step
    that keeps its work up to date when that was."""

    generation: int = 0
    written: str = ""
    tables: dict[str, tuple[TableFile, ...]] = field(default_factory=dict)
    previous: tuple[str, ...] = ()
    made: dict[str, Made] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        every = [file for files in self.tables.values() for file in files]
        return frozenset([file.path for file in every] + [file.instead for file in every if file.instead])

    def rows(self, table: str) -> int:
        return sum(file.rows - file.hidden for file in self.tables.get(table, ()))


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
        made={name: _made(one) for name, one in data.get("made", {}).items()},
    )


def swap_manifest(path: Path, manifest: Manifest) -> None:
    """Put `manifest` in place of the old one at once and durably: after a crash one of the two stands."""
    data = {
        "generation": manifest.generation,
        "written": manifest.written,
        "tables": {
            name: [{key: value for key, value in asdict(file).items() if value != ""} for file in files]
            for name, files in sorted(manifest.tables.items())
        },
        "previous": sorted(manifest.previous),
        "made": {name: asdict(made) for name, made in sorted(manifest.made.items())},
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


def _made(data: dict[str, Any]) -> Made:
    read, wrote = ({name: (mark[0], mark[1]) for name, mark in data[side].items()} for side in ("read", "wrote"))
    return Made(data["recipe"], read, wrote, data["result"])
