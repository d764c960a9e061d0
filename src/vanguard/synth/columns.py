"""Columns of an extract, built without a Python object for each row."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vanguard.synth.chance import Bools, Ints
from vanguard.synth.days import FOREVER

Columns = dict[str, Any]
Texts = npt.NDArray[np.object_]
Bytes = npt.NDArray[np.uint8]
DAY = 86_400
_FIRST_DAY = -55_000
"""About the year 1819: nothing in a place is older."""


def texts(values: Texts | list[Any], rows: Ints | None = None) -> Any:
    """A text column: for each row the value numbered so in `values` (all in order where no rows are
    given); None and negative numbers are empty."""
    if rows is None:
        return pa.array(values, pa.string())
    known = pa.array(values, pa.string())
    if not len(known):
        return pa.nulls(len(rows), pa.string())
    missing = rows < 0
    if known.null_count:
        empty = np.asarray(known.is_null())
        missing = missing | empty[np.maximum(rows, 0)]
    numbers: Any = pa.array(rows.astype(np.int32), mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(numbers, known)


def days(values: Ints) -> Any:
    """A column of dates; FOREVER is empty."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=values >= FOREVER).cast(pa.date32())


def instants(values: Ints) -> Any:
    """A column of local instants from seconds, as ISO text; those of FOREVER days and later are empty."""
    running = values >= FOREVER * DAY
    day, second = np.divmod(np.where(running, 0, values), DAY)
    made = np.empty((len(values), 19), dtype=np.uint8)
    made[:, :11] = _days_written()[day - _FIRST_DAY]
    made[:, 11:] = _times_written()[second]
    return _fixed(made, running)


def numbered(prefix: str, first: int, count: int) -> Any:
    """A column of keys: the prefix and ten digits, counted from `first`."""
    made = np.empty((count, len(prefix) + 10), dtype=np.uint8)
    made[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    left = np.arange(first, first + count)
    for place in range(len(prefix) + 9, len(prefix) - 1, -1):
        left, digit = np.divmod(left, 10)
        made[:, place] = 48 + digit
    return _fixed(made, None)


def ids(prefix: str, numbers: Ints, digits: int) -> Texts:
    """The prefix and each number, written with at least so many digits, as Python texts."""
    width = max(digits, len(str(int(numbers.max(initial=0)))))
    made = np.empty((len(numbers), len(prefix) + width), dtype=np.uint32)
    made[:, : len(prefix)] = [ord(letter) for letter in prefix]
    for place in range(width):
        made[:, len(prefix) + place] = 48 + numbers // 10 ** (width - 1 - place) % 10
    written: Texts = made.view(f"<U{made.shape[1]}").ravel().astype(object)
    return written


def blank(column: Any, those: Bools) -> Any:
    """The column with nothing in these rows."""
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(blank(column.indices, those), column.dictionary)
    empty = pa.nulls(1, column.type)[0]
    return pc.if_else(pa.array(those), empty, column)


def plain(column: Any) -> Any:
    """The column as text, as the file writes it."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column.cast(pa.string())


def _fixed(made: Bytes, empty: Bools | None) -> Any:
    """A text column of rows of equally many bytes."""
    count, width = made.shape
    starts: Any = np.arange(count + 1, dtype=np.int32) * width
    there = None
    if empty is not None and empty.any():
        bits: Any = np.packbits(~empty, bitorder="little")
        there = pa.py_buffer(bits)
    held: Any = np.ascontiguousarray(made)
    return pa.StringArray.from_buffers(count, pa.py_buffer(starts), pa.py_buffer(held), there)


@cache
def _days_written() -> Bytes:
    """Every day from _FIRST_DAY until 2190 as `2018-08-06T`."""
    written = np.datetime_as_string(np.arange(_FIRST_DAY, 80_000).astype("datetime64[D]")).astype("S10")
    made = np.full((len(written), 11), ord("T"), dtype=np.uint8)
    made[:, :10] = written.view(np.uint8).reshape(-1, 10)
    return made


@cache
def _times_written() -> Bytes:
    """Every second of a day as `23:59:59`."""
    second = np.arange(DAY)
    made = np.full((DAY, 8), ord(":"), dtype=np.uint8)
    for place, part in ((0, second // 3600), (3, second // 60 % 60), (6, second % 60)):
        made[:, place], made[:, place + 1] = 48 + part // 10, 48 + part % 10
    return made
