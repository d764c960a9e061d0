"""Making a backup while the place is used.

In this order, so that what is restored is never ahead of its own proof: the database's moment, then the lake's
present generation, then everything else, and the audit trail last. Whatever the restored database says was done
stands on the restored trail, and its records are of a generation that the restored lake has reached.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from django.db import connection

from vanguard import __version__, console
from vanguard.access.audit import write as write_audit
from vanguard.backup.archive import FORMAT, Count, Header, Member, NotWhole, packed
from vanguard.backup.contents import (
    SCRATCH,
    audit_members,
    bytes_of,
    is_empty,
    lake_members,
    link_lake,
    other_members,
    remove,
)
from vanguard.backup.databases import engine
from vanguard.backup.sealing import Recipient, seal
from vanguard.durable import sync
from vanguard.errors import BadInput, Busy
from vanguard.lake import Lake


@dataclass(frozen=True)
class Made:
    """A backup that is on disk: its size and hash, and how much it holds before packing."""

    file: str
    bytes: int
    sha256: str
    files: int
    bytes_held: int
    lake_generation: int
    database: str


def back_up(place: Path, to: Path, recipients: list[Recipient], *, who: str, now: datetime) -> Made:
    """Put the whole place into the new file `to`, readable with the private key of any recipient.

    Goes on the audit trail as done by `who`. Raises BadInput for a place or file that will not do, Busy beside
    another backup; the file is then not there.
    """
    _check(place, to, recipients)
    lake, count = Lake(place), Count()
    with _alone(place):
        write_audit(str(place / "audit"), _noted(who, recipients), now)
        with engine().snapshot(place) as database:
            held = link_lake(lake)
            header = Header(
                format=FORMAT,
                vanguard=__version__,
                made=now.isoformat(),
                database=connection.vendor,
                migrations=database.migrations,
                sequences=database.sequences,
                lake_generation=held.manifest().generation,
            )
            members = chain(database.members(), lake_members(lake, held), other_members(place), audit_members(place))
            total = database.bytes + bytes_of(place, held)
            with _whole_file(to) as file, console.progress_bar("Backing up", total=total, unit="B") as moved:
                try:
                    seal(packed(header, _watched(members, moved), count), file, recipients)
                except NotWhole as error:
                    raise Busy(
                        f"The place changed under the backup: {error}.", where=str(place), do="Try again."
                    ) from error
    return Made(
        file=str(to),
        bytes=to.stat().st_size,
        sha256=file.digest.hexdigest(),
        files=count.files,
        bytes_held=count.bytes,
        lake_generation=header.lake_generation,
        database=header.database,
    )


class Hashed:
    """A file that is written and hashed at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _check(place: Path, to: Path, recipients: list[Recipient]) -> None:
    if is_empty(place):
        raise BadInput("There is no place here to back up.", where=str(place), do="Name it in VANGUARD_HOME.")
    if not recipients:
        raise BadInput(
            "There is no key to seal the backup for.",
            where="recipient",
            do="Make one with `vanguard backup-key` on another machine, and give its public key with --recipient "
            "or in VANGUARD_BACKUP_RECIPIENTS.",
        )
    if to.exists():
        raise BadInput("There is a file already, and it is left alone.", where=str(to), do="Name another.")
    if to.resolve().is_relative_to(place.resolve()):
        raise BadInput("A backup within the place would be lost with it.", where=str(to), do="Name another folder.")
    if not to.parent.is_dir():
        raise BadInput("There is no such folder.", where=str(to.parent), do="Make it, or name another.")


def _noted(who: str, recipients: list[Recipient]) -> dict[str, object]:
    return {
        "who": who,
        "role": "",
        "whom": "",
        "what": "backup",
        "why": f"for {' '.join(str(one) for one in recipients)}",
        "outcome": "begun",
        "request": "",
    }


def _watched(members: Iterator[Member], moved: Callable[[int], object]) -> Iterator[Member]:
    """The members, with `moved` told of every piece."""

    def told(member: Member) -> Iterator[bytes]:
        for piece in member.pieces:
            moved(len(piece))
            yield piece

    return (replace(member, pieces=told(member)) for member in members)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One backup at a time, with an empty scratch folder that goes afterwards."""
    with (place / ".backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                "Another backup of this place is being made.", where=str(place), do="Wait until it has ended."
            ) from error
        scratches = (place / SCRATCH, Lake(place).folder / SCRATCH)
        try:
            for folder in scratches:
                # What a killed backup left.
                remove(folder)
            scratches[0].mkdir(mode=0o700)
            yield
        finally:
            for folder in scratches:
                remove(folder)


@contextmanager
def _whole_file(to: Path) -> Iterator[Hashed]:
    """`to` is there, durably, once the block ends without an error; otherwise not at all."""
    part = to.with_name(f"{to.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield Hashed(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    except BaseException as error:
        if part.is_file():
            part.unlink()
        if isinstance(error, OSError):
            raise BadInput(f"The backup cannot be written: {error.strerror}.", where=str(to)) from error
        raise
    sync(to.parent)
