"""How fast each one asks: counted in a small file that all worker processes of this machine share."""

import fcntl
import hashlib
import math
import mmap
import os
import struct
import threading
from pathlib import Path

SLOTS = 1 << 16
PROBES = 8
SLOT = struct.Struct("<Qd")


class Meter:
    """At most so many requests a minute by each key, spread or all at once.

    A slot of the file holds a key's hash and the instant, in seconds, at which all it has asked for will be paid off
    (the generic cell rate algorithm, ITU-T I.371): a slot whose instant has passed is free, so nothing needs tidying,
    and what a crash leaves counts for a minute at most. Where all slots of a key are taken, the one freest goes.
    """

    def __init__(self, path: Path) -> None:
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(fd).st_size != SLOTS * SLOT.size:
            os.ftruncate(fd, SLOTS * SLOT.size)
        self._fd = fd
        self._slots = mmap.mmap(fd, SLOTS * SLOT.size)
        self._lock = threading.Lock()

    def wait(self, key: str, per_minute: int, now: float) -> int:
        """Count one request of `key` at `now`; 0, or if it is one too many, the whole seconds until the next may come.

        One that is too many is not counted, so that whoever waits as long is let in.
        """
        name = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") or 1
        each, window = 60 / per_minute, 60.0
        with self._lock:
            # Held for some microseconds; the thread lock is for threads, which share a file lock.
            fcntl.lockf(self._fd, fcntl.LOCK_EX)
            try:
                place, paid_off = self._find(name, now)
                due = max(paid_off, now) + each
                over = due - now - window
                if over > 1e-6:
                    return max(1, math.ceil(over))
                SLOT.pack_into(self._slots, place, name, due)
                return 0
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        self._slots.close()
        os.close(self._fd)

    def _find(self, name: int, now: float) -> tuple[int, float]:
        """Where the key's slot is, and until when; a free one, or the freest, if it has none."""
        best, best_due = 0, math.inf
        for probe in range(PROBES):
            place = (name + probe) % SLOTS * SLOT.size
            held, due = SLOT.unpack_from(self._slots, place)
            if held == name:
                return place, due
            # What another clock wrote far ahead counts as free.
            free = not now < due < now + 120
            if (0.0 if free else due) < best_due:
                best, best_due = place, 0.0 if free else due
        return best, 0.0
