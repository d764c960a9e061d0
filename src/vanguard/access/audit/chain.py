"""The form of one audit line and its link to the line before. Pure.

A line is a JSON object whose last member is `hash`: SHA-256 over the line's bytes up to that member. `prev`
is the hash of the line before; in the first line of a file it is empty.
"""

import hashlib
import re
from typing import Any

import orjson

MEMBER = b',"hash":"'
END = b'"}\n'
HASH_LENGTH = 64
# What may stand after the last member's name in a line that was cut off.
CUT_HASH = re.compile(rb'[0-9a-f]{0,63}|[0-9a-f]{64}"?\}?')


def link(entry: dict[str, Any], prev: str) -> tuple[bytes, str]:
    """The line of `entry` after the line with hash `prev`, and its own hash."""
    body = orjson.dumps({**entry, "prev": prev})[:-1]
    digest = hashlib.sha256(body).hexdigest()
    return body + MEMBER + digest.encode() + END, digest


def is_whole(line: bytes) -> bool:
    """Whether the line is complete: a crash can leave only the last one torn."""
    return line.endswith(END) and line[-len(END) - HASH_LENGTH - len(MEMBER) :].startswith(MEMBER)


def own_hash(line: bytes) -> str:
    """The hash that a whole line states."""
    return line[-len(END) - HASH_LENGTH : -len(END)].decode("ascii", "replace")


def true_hash(line: bytes) -> str:
    """The hash that a whole line has."""
    return hashlib.sha256(line[: -len(END) - HASH_LENGTH - len(MEMBER)]).hexdigest()


def may_be_torn(rest: bytes) -> bool:
    """Whether a crash while a line was written can have left these bytes: they begin one and do not end it."""
    body, member, stated = rest.rpartition(MEMBER)
    if b"\n" in rest or not rest.startswith(b"{"):
        return False
    if not member:
        return True
    digest = stated[:HASH_LENGTH]
    return bool(CUT_HASH.fullmatch(stated)) and hashlib.sha256(body).hexdigest().encode().startswith(digest)


def digest_of(data: bytes) -> str:
    """SHA-256 of any bytes; empty for none."""
    return hashlib.sha256(data).hexdigest() if data else ""
