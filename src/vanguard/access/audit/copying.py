"""The files of the trail: of some days, and at one moment, so that a copy verifies on its own."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vanguard.access.audit.heads import day_of
from vanguard.access.audit.ledger import in_use, locked


@dataclass(frozen=True)
class AuditFile:
    """One file of the trail and how many of its bytes to copy: it only grows, so they stay as they are.

    `in_use` says that a process that writes to it is alive.
    """

    path: Path
    bytes: int
    in_use: bool


def standing(folder: Path) -> tuple[AuditFile, ...]:
    """Every file as it stands now, by name: no file is opened or sealed meanwhile.

    Of a file in use only whole lines count. One whose writer has ended is taken with a line that a crash
    tore, because the ledger says so where it was sealed.
    """
    if not folder.is_dir():
        return ()
    with locked(folder):
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        return tuple(_standing(path) for path in paths)


def entry_files(folder: Path, since: date) -> tuple[Path, ...]:
    """The files with the entries of this day in London and later."""
    paths = sorted(folder.glob("*.jsonl"))
    return tuple(path for path in paths if (day := day_of(path.name)) and day >= since)


def _standing(path: Path) -> AuditFile:
    # Asked first: a writer that ends in between leaves whole lines, or is still cut at one.
    used = in_use(path)
    size = path.stat().st_size
    return AuditFile(path, _whole_lines(path, size) if used else size, used)


def _whole_lines(path: Path, size: int) -> int:
    """How many of the first `size` bytes end with a line's end."""
    step = 64 * 1024
    with path.open("rb") as file:
        end = size
        while end:
            start = max(0, end - step)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0
