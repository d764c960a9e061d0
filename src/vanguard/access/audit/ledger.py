"""The ledger: a chained file that names each audit file as it is opened, seals it when its writer ended, and
names each signed head.

So a file that is removed is missed, and so are lines cut from the end of a sealed file.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from vanguard.access.audit.chain import digest_of, is_whole, link, own_hash, true_hash

LEDGER = "ledger.jsonl"
# What an entry of each kind says.
NEEDED = {"opened": {"file"}, "sealed": {"file", "lines", "last", "torn"}, "head": {"file", "hash_of"}}


@dataclass(frozen=True)
class Tail:
    """How far a file goes: its whole lines, the hash of the last, and the bytes that a crash left after it."""

    lines: int
    last: str
    torn: bytes


def tail(path: Path) -> Tail:
    """Read a file's end. A missing file has no lines."""
    lines, last, torn = 0, "", b""
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                if is_whole(line):
                    lines, last, torn = lines + 1, own_hash(line), b""
                else:
                    torn += line
    return Tail(lines, last, torn)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one process at a time opens files or writes the ledger."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def seal_ended(folder: Path, at: str) -> None:
    """Seal the files whose writers have ended. Call while `locked`."""
    entries = read_ledger(folder)
    sealed = {entry["file"] for entry in entries if entry["what"] == "sealed"}
    for entry in entries:
        old = entry["file"]
        if entry["what"] == "opened" and old not in sealed and not in_use(folder / old):
            end = tail(folder / old)
            enter(
                folder,
                {
                    "what": "sealed",
                    "at": at,
                    "file": old,
                    "lines": end.lines,
                    "last": end.last,
                    "torn": digest_of(end.torn),
                },
            )


def read_ledger(folder: Path) -> list[dict[str, Any]]:
    """Every whole and unchanged line of the ledger, oldest first: what was changed in it stops no writer."""
    path = folder / LEDGER
    return entries_of(path.read_bytes()) if path.exists() else []


def entries_of(ledger: bytes) -> list[dict[str, Any]]:
    """Every whole and unchanged line among the ledger's bytes, oldest first."""
    lines = ledger.split(b"\n")
    whole = [line + b"\n" for line in lines if line]
    unchanged = (line for line in whole if is_whole(line) and own_hash(line) == true_hash(line))
    return [entry for entry in map(_read, unchanged) if entry is not None]


def _read(line: bytes) -> dict[str, Any] | None:
    """The entry of a line; None for one that nobody of ours wrote, so that it stops no writer."""
    try:
        entry = orjson.loads(line)
    except ValueError:
        return None
    needed = NEEDED.get(entry.get("what")) if isinstance(entry, dict) else None
    return entry if needed and needed <= entry.keys() else None


def enter(folder: Path, entry: dict[str, Any]) -> None:
    """Add a line to the ledger, durably. Call while `locked`."""
    path = folder / LEDGER
    end = tail(path)
    # A line torn by a crash is ended, not removed: it stays visible, and the next one answers for it.
    if end.torn:
        entry = entry | {"torn_before": digest_of(end.torn.rstrip(b"\n"))}
    line, _ = link(entry, end.last)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        data = (b"\n" if end.torn and not end.torn.endswith(b"\n") else b"") + line
        if os.write(fd, data) != len(data):
            raise OSError("the ledger took only part of a line")
        os.fsync(fd)
    finally:
        os.close(fd)


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
