"""The same spans as `spans.py`, found in columns: numpy looks for brackets outside strings, all at once.

What is left of the file when every resource is taken out (its skeleton) is small and is read by orjson, which
checks that it is JSON. Anything unusual gives None, and the walk over the text decides.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from vanguard.fhir.spans import EntrySpan, ObjectSpans

_STEP = np.zeros(256, np.int8)
_STEP[[ord("{"), ord("[")]] = 1
_STEP[[ord("}"), ord("]")]] = -1
_QUOTE, _BACKSLASH, _BRACE, _BRACKET = b'"\\{['
_RESOURCE_DEPTH = 4  # the Bundle, its list `entry`, the entry, the resource


def fast_spans(data: bytes) -> ObjectSpans | None:
    """The entries of a Bundle without Bundles inside, offsets in bytes; None where the walk is needed."""
    if data.count(b'"Bundle"') != 1 or data.lstrip()[:1] != b"{":
        return None
    found = _resource_spans(data)
    if found is None:
        return None
    starts, ends = found
    pieces: list[bytes] = []
    at = 0
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        pieces += (data[at:start], b"%d" % number)
        at = end
    pieces.append(data[at:])
    try:
        members = orjson.loads(b"".join(pieces))
    except orjson.JSONDecodeError:
        return None
    if type(members) is not dict:
        return None
    entries = members.pop("entry", None)
    if type(entries) is not list or len(entries) != len(starts):
        return None
    spans: list[EntrySpan] = []
    for number, (envelope, start, end) in enumerate(zip(entries, starts, ends, strict=True)):
        if type(envelope) is not dict or envelope.pop("resource", None) != number:
            return None
        spans.append(EntrySpan(start, end, True, envelope, 0))
    return ObjectSpans(members, spans, len(data))


def _resource_spans(data: bytes) -> tuple[list[int], list[int]] | None:
    """Where values named `resource` begin and end within the items of the list named `entry`."""
    buffer = np.frombuffer(data, np.uint8)
    quotes = _unescaped_quotes(buffer)
    steps = _STEP[buffer]
    at = np.flatnonzero(steps)
    before = np.searchsorted(quotes, at)
    outside = before % 2 == 0
    at, before = at[outside], before[outside]
    step = steps[at]
    depth = np.cumsum(step, dtype=np.int32)
    if not len(depth) or depth[-1] != 0 or len(quotes) % 2:
        return None
    opens = step == 1
    lists = np.flatnonzero(opens & (depth == 2))
    named = [int(i) for i in lists if _name_before(data, quotes, int(before[i])) == b"entry"]
    if len(named) != 1 or buffer[at[named[0]]] != _BRACKET:
        return None
    first = named[0]
    last = first + int(np.flatnonzero(depth[first:] == 1)[0])
    inside = slice(first, last)
    begun = first + np.flatnonzero(opens[inside] & (depth[inside] == _RESOURCE_DEPTH) & (buffer[at[inside]] == _BRACE))
    begun = begun[_named_resource(buffer, quotes, before[begun])]
    closes = first + np.flatnonzero(~opens[inside] & (depth[inside] == _RESOURCE_DEPTH - 1))
    ended = closes[np.searchsorted(closes, begun)] if len(closes) else closes
    if len(ended) != len(begun):
        return None
    starts: list[int] = at[begun].tolist()
    ends: list[int] = (at[ended] + 1).tolist()
    return starts, ends


def _unescaped_quotes(buffer: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Where strings begin and end: quotation marks behind an even number of backslashes."""
    quotes = np.flatnonzero(buffer == _QUOTE)
    slashes = np.flatnonzero(buffer == _BACKSLASH)
    if not len(slashes) or not len(quotes):
        return quotes
    begins = np.flatnonzero(np.diff(slashes, prepend=-2) != 1)
    lengths = np.diff(np.append(begins, len(slashes)))
    odd_ends = (slashes[begins] + lengths)[lengths % 2 == 1]
    return quotes[~np.isin(quotes, odd_ends)]


def _name_before(data: bytes, quotes: npt.NDArray[np.intp], count: int) -> bytes:
    """The last string that ends before a bracket with `count` quotation marks before it."""
    return data[quotes[count - 2] + 1 : quotes[count - 1]] if count >= 2 else b""


def _named_resource(
    buffer: npt.NDArray[np.uint8], quotes: npt.NDArray[np.intp], before: npt.NDArray[Any]
) -> npt.NDArray[np.bool_]:
    """Which of the brackets with so many quotation marks before them follow the name `resource`."""
    name = np.frombuffer(b"resource", np.uint8)
    opened, closed = quotes[before - 2], quotes[before - 1]
    right: npt.NDArray[np.bool_] = closed - opened == len(name) + 1
    for offset, letter in enumerate(name, 1):
        right &= buffer[np.minimum(opened + offset, len(buffer) - 1)] == letter
    return right
