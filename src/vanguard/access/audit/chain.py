"""The form of one audit line and its link to the line before. Pure.

A line is a JSON object whose last member is `hash`: SHA-256 over the line's bytes up to that member. `prev`
is the hash of the line before; in the first line of a file it is empty.
"""

import hashlib
from typing import Any

import orjson

MEMBER = b',"hash":"'
END = b'"}\n'
HASH_LENGTH = 64


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
