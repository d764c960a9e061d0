"""Restoring: unpacked and checked beside the place, then put in its stead by renaming, or nothing at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vanguard import console
from vanguard.access.audit import standing, verify
from vanguard.access.audit import write as write_audit
from vanguard.backup.archive import FORMAT, Header, NotWhole, unpack
from vanguard.backup.contents import TOP, is_empty, remove
from vanguard.backup.databases import check, engine
from vanguard.backup.sealing import Identity, damaged, unsealed
from vanguard.durable import sync
from vanguard.errors import BadInput, Busy


@dataclass(frozen=True)
class Restored:
    """What is there again. `kept` is where the place that was replaced now lies; empty if there was none."""

    place: str
    made: str
    made_by: str
    database: str
    lake_generation: int
    audit_lines: int
    audit_intact: bool
    kept: str


def restore(place: Path, backup: Path, identity: Identity, *, replace: bool, who: str, now: datetime) -> Restored:
    """The place becomes what the backup holds, which goes on its audit trail as done by `who`.

    Raises BadInput, with the place as it was, for a file that will not do, and for a place that is not empty
    unless `replace`; Busy while the place is served.
    """
    _check_place(place, replace=replace)
    kept = "" if is_empty(place) else f"{place}.before-restore-{now:%Y%m%dT%H%M%SZ}"
    with _scratch(place) as scratch:
        header = _unpacked(backup, identity, scratch)
        home = scratch / TOP
        home.mkdir(exist_ok=True)
        home.chmod(0o710)
        trail = verify(home / "audit")
        write_audit(str(home / "audit"), _noted(who, header), now)
        _sync_all(scratch)
        if kept:
            engine().keep(place)
        try:
            with engine().fill(scratch, header):
                _swap(place, home, kept)
        except NotWhole as error:
            raise damaged(backup) from error
    return Restored(
        place=str(place),
        made=header.made,
        made_by=header.vanguard,
        database=header.database,
        lake_generation=header.lake_generation,
        audit_lines=trail.lines,
        audit_intact=trail.intact,
        kept=kept,
    )


def _check_place(place: Path, *, replace: bool) -> None:
    if any(one.in_use for one in standing(place / "audit")):
        raise Busy("The place is being served.", where=str(place), do="Stop the service and try again.")
    if place.is_mount():
        raise BadInput("The place's folder is a disk of its own, which cannot be swapped.", where=str(place),
                       do="Name a folder on that disk in VANGUARD_HOME.")  # fmt: skip
    if replace:
        return
    do = "Name an empty one, or say --replace."
    if not is_empty(place):
        raise BadInput("The place is not empty, and it is left alone.", where=str(place), do=do)
    if not engine().is_empty():
        raise BadInput("The database is not empty, and it is left alone.", where="VANGUARD_DATABASE_URL", do=do)


def _unpacked(backup: Path, identity: Identity, scratch: Path) -> Header:
    def accept(header: Header) -> None:
        if header.format > FORMAT:
            raise BadInput(
                f"This backup was made by Vanguard {header.vanguard} in a later form.",
                where=str(backup),
                do="Install that version or a later one, and try again.",
            )
        check(header, str(backup))

    try:
        with (
            unsealed(backup, identity) as stream,
            console.progress_bar("Restoring", total=backup.stat().st_size, unit="B") as moved,
        ):
            return unpack(stream, scratch, accept, moved)
    except NotWhole as error:
        raise damaged(backup) from error


def _noted(who: str, header: Header) -> dict[str, object]:
    return {
        "who": who,
        "role": "",
        "whom": "",
        "what": "restore",
        "why": f"from the backup of {header.made}",
        "outcome": "restored",
        "request": "",
    }


def _swap(place: Path, home: Path, kept: str) -> None:
    """`home` becomes the place; what was there is kept under another name, or put back if that fails."""
    if kept:
        place.rename(kept)
    elif place.exists():
        place.rmdir()
    try:
        home.rename(place)
    except OSError:
        if kept:
            Path(kept).rename(place)
        raise
    sync(place.parent)


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """A folder beside the place, on the same disk, for this process alone; gone afterwards."""
    folder = place.with_name(f".{place.name}.restoring")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("This place is being restored already.", where=str(place), do="Wait until it is.") from error
        for left in folder.iterdir():
            if left.is_dir():
                remove(left)
            else:
                left.unlink()
        yield folder
    finally:
        os.close(handle)
        remove(folder)


def _sync_all(folder: Path) -> None:
    """Everything below the folder is durable."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)
