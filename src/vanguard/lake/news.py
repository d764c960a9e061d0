"""What is new since a step was last done: nothing, some files at the end of its tables, or too much to tell apart."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from vanguard.lake.manifest import Made, Manifest, TableFile

KEPT_IN_PARTS = 7
"""So many files of a table may stand instead of earlier ones; and such files hold a fifth of the rows at most."""
Tables = Mapping[str, tuple[TableFile, ...]]


@dataclass(frozen=True)
class News:
    """What a step finds: `nothing` is new; or only the files `added` to the tables that it reads are; or neither, and
    it must make everything anew."""

    nothing: bool = False
    added: dict[str, tuple[TableFile, ...]] | None = field(default=None)


def news(manifest: Manifest, step: str, recipe: str, reads: Iterable[str], writes: Iterable[str]) -> News:
    """Compare the present generation with what `step` noted of the tables that it `reads` and `writes`."""
    made = manifest.made.get(step)
    if made is None or made.recipe != recipe or made.wrote != marks(manifest.tables, writes):
        return News()
    added = {}
    for table in reads:
        more = added_since(manifest.tables.get(table, ()), made.read.get(table, _mark(())))
        if more is None:
            return News()
        added[table] = more
    if any(worn(manifest.tables.get(table, ())) for table in writes) and any(added.values()):
        return News()
    return News(nothing=not any(added.values()), added=added)


def added_since(files: tuple[TableFile, ...], mark: tuple[int, str]) -> tuple[TableFile, ...] | None:
    """The files that a table has besides those it had under `mark`; None where it had others, or none."""
    count = mark[0]
    if _mark(files[:count]) != mark or (files and not count):
        return None
    return files[count:]


def marks(tables: Tables, names: Iterable[str]) -> dict[str, tuple[int, str]]:
    return {name: _mark(tables.get(name, ())) for name in names}


def noted(before: Tables, after: Tables, recipe: str, reads: Iterable[str], writes: Iterable[str]) -> Made:
    """The note of a step that read `before` and made `after`."""
    return Made(recipe, marks(before, reads), marks(after, writes))


def worn(files: tuple[TableFile, ...]) -> bool:
    """Whether a table is in so many parts that it should be made whole again."""
    parts = [file for file in files if file.instead]
    return len(parts) >= KEPT_IN_PARTS or 5 * sum(file.rows for file in parts) > sum(file.rows for file in files)


@cache
def code() -> str:
    """A mark of the whole package and of DuckDB: what another version would make may differ."""
    state = hashlib.sha256(duckdb.__version__.encode())
    folder = Path(str(resources.files("vanguard")))
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".py", ".yaml", ".csv"):
            state.update(str(file.relative_to(folder)).encode())
            state.update(file.read_bytes())
    return state.hexdigest()[:20]


def _mark(files: tuple[TableFile, ...]) -> tuple[int, str]:
    names = "\n".join(f"{file.path} {file.instead}" for file in files)
    return len(files), hashlib.sha256(names.encode()).hexdigest()[:20]
