"""Writing the audit trail: append, make durable, only then answer."""

import fcntl
import os
import secrets
import threading
import weakref
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from vanguard.access.audit.chain import link
from vanguard.access.audit.heads import sign_ended_days
from vanguard.access.audit.ledger import enter, locked, read_ledger, seal_ended
from vanguard.access.audit.signing import signing_key
from vanguard.clock import LONDON, local_date
from vanguard.durable import sync
from vanguard.errors import BadInput


class AuditUnavailable(Exception):
    """The audit trail cannot be written, so nothing about a person may be shown."""

    def __init__(self) -> None:
        super().__init__(
            "Vanguard cannot record who looks at what, so it cannot show anything about a person now. "
            "Try again; if it stays so, tell whoever runs it that the audit folder cannot be written."
        )


class Writer:
    """One process's file of one day. Threads share flushes: one wait makes every line before it durable."""

    def __init__(self, folder: Path, now: datetime) -> None:
        today = local_date(now)
        # The file is for the instants from `since` until before `until`: one day in London.
        self.since, self.until = _midnight(today), _midnight(today + timedelta(days=1))
        self.pid = os.getpid()
        self.failed = False
        self._append_lock, self._flush_lock = threading.Lock(), threading.Lock()
        self._written = self._durable = 0
        self._prev = ""
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        # Made before the place's first file, so that no backup of a trail lacks it.
        signing_key(folder.parent)
        name = f"{today.isoformat()}-{self.pid}-{secrets.token_hex(4)}.jsonl"
        with locked(folder):
            self._fd = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
            # Let go when the last thread that writes to it has done so: then it can be sealed.
            self.close = weakref.finalize(self, os.close, self._fd)
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX)
                seal_ended(folder, now.isoformat())
                sign_ended_days(folder, now)
                enter(folder, {"what": "opened", "at": now.isoformat(), "file": name})
                sync(folder)
            except OSError:
                self.close()
                # A full disk must not leave a file for every request that was refused meanwhile.
                if name not in {entry["file"] for entry in read_ledger(folder)}:
                    (folder / name).unlink()
                raise
        self.write({"at": now.isoformat(), "what": "opened", "file": name})

    def write(self, entry: dict[str, Any]) -> None:
        """Append one entry and return once it is on disk. Raises OSError; the file is then not used again."""
        try:
            with self._append_lock:
                if self.failed:
                    raise OSError("an earlier write to this audit file failed")
                line, digest = link(entry, self._prev)
                if os.write(self._fd, line) != len(line):
                    raise OSError("the disk took only part of an audit line")
                self._prev = digest
                self._written += 1
                mine = self._written
            with self._flush_lock:
                if self._durable >= mine:
                    return
                if self.failed:
                    raise OSError("an earlier flush of this audit file failed")
                reached = self._written
                os.fdatasync(self._fd)
                if not os.fstat(self._fd).st_nlink:
                    raise OSError("the audit file was removed while it was in use")
                self._durable = reached
        except OSError:
            # After a failed flush nobody can tell what reached the disk: go on in a new file.
            self.failed = True
            raise

    def fits(self, now: datetime) -> bool:
        """Whether an entry of this instant, written by this process, belongs in the file."""
        return not self.failed and self.pid == os.getpid() and self.since <= now < self.until


_writers: dict[str, Writer] = {}
_opening = threading.Lock()


def write(folder: str, entry: dict[str, Any], now: datetime) -> None:
    """Add `entry` to the trail in `folder`; on return it is durable. Raises AuditUnavailable."""
    try:
        _writer(folder, now).write({"at": now.isoformat(), **entry})
    except (OSError, BadInput) as error:
        raise AuditUnavailable from error


def _writer(folder: str, now: datetime) -> Writer:
    """This process's file for today: a new one after midnight, after a fork and after a failure."""
    writer = _writers.get(folder)
    if writer and writer.fits(now):
        return writer
    with _opening:
        writer = _writers.get(folder)
        if not writer or not writer.fits(now):
            # An old writer is only let go, never closed here: another thread may still be flushing it.
            _writers.pop(folder, None)
            del writer
            writer = _writers[folder] = Writer(Path(folder), now)
        return writer


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
