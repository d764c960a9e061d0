"""Signed heads: small files that say how far every file of the trail goes at one moment, each after the one before.

Whoever writes first on a new day signs the days that have ended; `sign_now` signs the present day so far. A head is
there whole or not at all, and the ledger names it. What it covers cannot be cut, changed or removed unseen by anybody
without the key, and by nobody at all where a copy of the head is kept elsewhere.
"""

import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from vanguard.access.audit.chain import digest_of
from vanguard.access.audit.ledger import LEDGER, enter, locked, read_ledger, seal_ended, tail
from vanguard.access.audit.signing import is_signed, public_key, signing_key
from vanguard.clock import local_date
from vanguard.durable import sync
from vanguard.errors import BadInput

MEMBER, END = b',"signature":"', b'"}\n'
SIGNATURE_LENGTH = 128
NAME = re.compile(r"head-(\d{6})-(\d{4}-\d\d-\d\d)(-so-far)?\.json")


@dataclass(frozen=True)
class Reach:
    """How far a file goes: at least so many lines, and the hash of the last of them."""

    file: str
    lines: int
    last: str


@dataclass(frozen=True)
class Head:
    """What a head says. `prev` is the hash of the head before; `key` is the public half of the signing key.

    `files` are those that had a writer when the head before was made, or were opened since.
    """

    number: int
    day: date
    so_far: bool
    at: str
    prev: str
    key: str
    files: tuple[Reach, ...]
    ledger: Reach
    hash: str

    @property
    def name(self) -> str:
        return head_name(self.number, self.day, self.so_far)


def head_name(number: int, day: date, so_far: bool) -> str:
    """The name of a head's file: heads by name are heads in order."""
    return f"head-{number:06d}-{day.isoformat()}{'-so-far' if so_far else ''}.json"


def read_head(data: bytes) -> Head | None:
    """What these bytes say if they are a head whose signature is that of the key it names; None if they are not."""
    cut = len(data) - len(END) - SIGNATURE_LENGTH - len(MEMBER)
    body, rest = data[: max(cut, 0)], data[max(cut, 0) :]
    if not (rest.startswith(MEMBER) and rest.endswith(END)):
        return None
    try:
        said = orjson.loads(body + b"}")
        signature = rest[len(MEMBER) : -len(END)].decode("ascii")
        head = Head(
            number=said["number"],
            day=date.fromisoformat(said["day"]),
            so_far=said["so_far"],
            at=said["at"],
            prev=said["prev"],
            key=said["key"],
            files=tuple(Reach(*one) for one in said["files"]),
            ledger=Reach(LEDGER, *said["ledger"]),
            hash=digest_of(data),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return head if is_signed(body, signature, head.key) else None


def sign_now(folder: Path, now: datetime) -> Path:
    """Sign how far the trail goes now, and return the head's file: the latest one where nothing was added since.

    Raises BadInput where there is no trail.
    """
    if not (folder / LEDGER).exists():
        raise BadInput("There is no audit trail here.", where=str(folder), do="Name the place in VANGUARD_HOME.")
    with locked(folder):
        seal_ended(folder, now.isoformat())
        sign_ended_days(folder, now)
        latest = _latest(folder)
        said = latest and read_head((folder / latest).read_bytes())
        if latest and said and not _new_since(folder, said):
            return folder / latest
        return _sign(folder, now, local_date(now), so_far=True)


def sign_ended_days(folder: Path, now: datetime) -> None:
    """Sign the last day before today that has files, unless that is done. Call while `locked`.

    Its head covers whatever days before it have none.
    """
    opened = [entry["file"] for entry in read_ledger(folder) if entry["what"] == "opened"]
    ended = {day for day in map(day_of, opened) if day and day < local_date(now)}
    signed = [date.fromisoformat(found[2]) for found in _names(folder) if not found[3]]
    if ended and max(ended) > max(signed, default=date.min):
        _sign(folder, now, max(ended), so_far=False)
    else:
        _enter_latest(folder, now)


def day_of(name: str) -> date | None:
    """The day in London whose entries an audit file holds, by its name."""
    try:
        return date.fromisoformat(name[:10])
    except ValueError:
        return None


def _sign(folder: Path, now: datetime, day: date, *, so_far: bool) -> Path:
    key = signing_key(folder.parent)
    _enter_latest(folder, now)
    latest = _latest(folder)
    before = (folder / latest).read_bytes() if latest else b""
    ledger = tail(folder / LEDGER)
    number = _next_number(folder)
    said = {
        "number": number,
        "day": day.isoformat(),
        "so_far": so_far,
        "at": now.isoformat(),
        "files": _reaches(folder, read_head(before)),
        "ledger": (ledger.lines, ledger.last),
        "key": public_key(key),
        "prev": digest_of(before),
    }
    body = orjson.dumps(said)[:-1]
    data = body + MEMBER + key.sign(body).hex().encode() + END
    path = folder / head_name(number, day, so_far)
    scratch = path.with_name(f".{path.name}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    sync(folder)
    _enter_latest(folder, now)
    return path


def _enter_latest(folder: Path, now: datetime) -> None:
    """The ledger names the latest head: where a crash came between the two, from now on."""
    latest = _latest(folder)
    if latest and latest not in {entry["file"] for entry in read_ledger(folder) if entry["what"] == "head"}:
        digest = digest_of((folder / latest).read_bytes())
        enter(folder, {"what": "head", "at": now.isoformat(), "file": latest, "hash_of": digest})


def _reaches(folder: Path, before: Head | None) -> list[tuple[str, int, str]]:
    """How far each file goes that may have grown since the head before."""
    entries = read_ledger(folder)
    done = {entry["file"] for entry in entries[: before.ledger.lines if before else 0] if entry["what"] == "sealed"}
    sealed = {entry["file"]: entry for entry in entries if entry["what"] == "sealed"}
    reaches = []
    for entry in entries:
        name = entry["file"]
        if entry["what"] != "opened" or name in done:
            continue
        if name in sealed:
            reaches.append((name, sealed[name]["lines"], sealed[name]["last"]))
        elif (folder / name).exists():
            # Only what a power cut cannot take may be signed for.
            sync(folder / name)
            end = tail(folder / name)
            reaches.append((name, end.lines, end.last))
    return reaches


def _new_since(folder: Path, head: Head) -> bool:
    """Whether the trail has more than this head covers: apart from the line that names the head itself."""
    entries = read_ledger(folder)
    if any(entry.get("file") != head.name for entry in entries[head.ledger.lines :]):
        return True
    covered = [list(one) for one in ((reach.file, reach.lines, reach.last) for reach in head.files)]
    return any(list(one) not in covered for one in _reaches(folder, head))


def _names(folder: Path) -> list[Any]:
    """The heads' names, oldest first, each as what the pattern found."""
    return [
        found for name in sorted(path.name for path in folder.glob("head-*.json")) if (found := NAME.fullmatch(name))
    ]


def _latest(folder: Path) -> str:
    names = _names(folder)
    return names[-1][0] if names else ""


def _next_number(folder: Path) -> int:
    """One more than any head has or had."""
    known = [entry["file"] for entry in read_ledger(folder) if entry["what"] == "head"]
    found = [*_names(folder), *filter(None, map(NAME.fullmatch, known))]
    return 1 + max((int(one[1]) for one in found), default=0)
