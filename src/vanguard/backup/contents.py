"""What belongs to a place: every file in its folder but locks, what is half written, and what SQLite keeps
beside its database. The database and the audit trail are asked for what stands at one moment."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from vanguard.access.audit import standing
from vanguard.backup.archive import Member, pieces_of
from vanguard.errors import Busy
from vanguard.lake import Lake

DATABASE = "service.sqlite3"
# In the place, and in the lake for the links: a link stays on its own disk.
SCRATCH = ".backup"
TOP = "place"
ATTEMPTS = 10


def link_lake(lake: Lake) -> Lake:
    """The lake's present generation, held fast under other names while it is copied: as a lake of its own.

    Its files never change, so a link is as good as a copy and takes no time. Raises Busy.
    """
    held = lake.folder / SCRATCH
    for _ in range(ATTEMPTS):
        remove(held)
        copy = Lake(held)
        copy.folder.mkdir(parents=True)
        try:
            if lake.manifest_path.exists():
                # A manifest is replaced whole, never written into: the link keeps this one.
                os.link(lake.manifest_path, copy.manifest_path)
            for path in copy.manifest().paths:
                (copy.folder / path).parent.mkdir(parents=True, exist_ok=True)
                os.link(lake.folder / path, copy.folder / path)
        except FileNotFoundError:
            # Two generations came and the files of this one went, all between two lines: take the new one.
            continue
        return copy
    raise Busy("The lake changes too often to be copied.", where=str(lake.folder), do="Try again.")


def lake_members(lake: Lake, held: Lake) -> Iterator[Member]:
    """The folders of the lake and the files of the generation that is held."""
    if lake.folder.exists():
        yield _folder(lake.folder, f"{TOP}/lake")
    for path in sorted(lake.folder.glob("*/")):
        if path.name not in (SCRATCH, "scratch"):
            yield _folder(path, f"{TOP}/lake/{path.name}")
    for path in sorted(file for file in held.folder.rglob("*") if file.is_file()):
        yield from _file(path, f"{TOP}/lake/{path.relative_to(held.folder)}")


def audit_members(place: Path) -> Iterator[Member]:
    """The audit trail as it stands when this is asked for."""
    folder = place / "audit"
    if folder.exists():
        yield _folder(folder, f"{TOP}/audit")
    for one in standing(folder):
        yield from _file(one.path, f"{TOP}/{one.path.relative_to(place)}", one.bytes)


def other_members(place: Path) -> Iterator[Member]:
    """Everything else: keys, received files, feed descriptions, and whatever a room keeps here."""
    for path in _others(place):
        name = f"{TOP}/{path.relative_to(place)}"
        if path.is_dir():
            yield _folder(path, name)
        else:
            yield from _file(path, name)


def bytes_of(place: Path, held: Lake) -> int:
    """About how many bytes there are to copy, but for the database."""
    paths = [*held.folder.rglob("*"), *(place / "audit").rglob("*"), *_others(place)]
    return sum(path.stat().st_size for path in paths if path.is_file())


def is_empty(place: Path) -> bool:
    """Whether there is nothing in the place's folder, or no such folder."""
    return not place.exists() or not any(place.iterdir())


def remove(folder: Path) -> None:
    """A scratch folder goes, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def _others(place: Path) -> Iterator[Path]:
    for top in sorted(place.iterdir()):
        if top.name in ("lake", "audit") or top.name.startswith((".", DATABASE)):
            continue
        for path in [top, *sorted(top.rglob("*"))]:
            if not path.is_symlink() and not path.name.endswith((".part", ".lock")):
                yield path


def _folder(path: Path, name: str) -> Member:
    return Member(name, 0, (), path.stat().st_mode & 0o777, folder=True)


def _file(path: Path, name: str, size: int | None = None) -> Iterator[Member]:
    """The file as it is when its turn comes; nothing if it has gone by then, as what is passing does."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        stat = os.fstat(file.fileno())
        length = stat.st_size if size is None else size
        yield Member(name, length, pieces_of(file, length), stat.st_mode & 0o777)
