"""The ledger: a chained file that names each audit file as it is opened, and seals it when its writer ended.

So a file that is removed is missed, and so are lines cut from the end of a sealed file. The hash of the
ledger's last line is what a place should copy elsewhere: with it, nothing sealed by then can be cut unseen.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from vanguard.access.audit.chain import is_whole, link, own_hash, true_hash

LEDGER = "ledger.jsonl"


@dataclass(frozen=True)
class Tail:
    """How far a file goes: its whole lines, the hash of the last, and the bytes of a torn one after it."""

    lines: int
    last: str
    torn: int


def tail(path: Path) -> Tail:
    """Read a file's end. A missing file has no lines."""
    lines, last, torn = 0, "", 0
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                if is_whole(line):
                    lines, last, torn = lines + 1, own_hash(line), 0
                else:
                    torn = len(line)
    return Tail(lines, last, torn)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one process at a time opens files or writes the ledger."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def note_opened(folder: Path, name: str, at: str) -> None:
    """Seal files whose writers have ended, then enter the new file. Call while `locked`."""
    entries = read_ledger(folder)
    sealed = {entry["file"] for entry in entries if entry["what"] == "sealed"}
    for entry in entries:
        old = entry["file"]
        if entry["what"] == "opened" and old not in sealed and not in_use(folder / old):
            end = tail(folder / old)
            _append(
                folder,
                {
                    "what": "sealed",
                    "at": at,
                    "file": old,
                    "lines": end.lines,
                    "last": end.last,
                    "torn": end.torn,
                },
            )
    _append(folder, {"what": "opened", "at": at, "file": name})


def read_ledger(folder: Path) -> list[dict[str, Any]]:
    """Every whole and unchanged line of the ledger, oldest first: what was changed in it stops no writer."""
    path = folder / LEDGER
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines(keepends=True)
    return [orjson.loads(line) for line in lines if is_whole(line) and own_hash(line) == true_hash(line)]


def _append(folder: Path, entry: dict[str, Any]) -> None:
    path = folder / LEDGER
    end = tail(path)
    line, _ = link(entry, end.last)
    # A line torn by a crash is ended, not removed: it stays visible.
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        data = (b"\n" if end.torn and not _ends_line(path) else b"") + line
        if os.write(fd, data) != len(data):
            raise OSError("the ledger took only part of a line")
        os.fsync(fd)
    finally:
        os.close(fd)


def _ends_line(path: Path) -> bool:
    return path.read_bytes().endswith(b"\n")


def in_use(path: Path) -> bool:
    """Whether the process that writes the file is alive: it holds the file's lock."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
