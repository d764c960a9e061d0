"""Write tables as CSV, a piece at a time, and put the pieces of the parts together."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

ROWS_AT_ONCE = 100_000
_SPECIAL = (b",", b'"', b"\n", b"\r")
_QUOTE = "\x01"
"""Stands for a quotation mark that is needed, while those that are not are taken out."""


def write_rows(path: Path, tables: Iterable[Any]) -> int:
    """Write the rows of tables with the same columns to one file without a header; returns how many.

    ISO dates, empty for nothing, quotes only where needed.
    """
    rows = 0
    kept = bytes(ord('"') if byte == ord(_QUOTE) else byte for byte in range(256))
    options = arrow_csv.WriteOptions(include_header=False, batch_size=8192)
    with path.open("wb") as file:
        for table in tables:
            marked = pa.table({name: _marked(table[name]) for name in table.column_names})
            for first in range(0, len(marked), ROWS_AT_ONCE):
                written = pa.BufferOutputStream()
                arrow_csv.write_csv(marked.slice(first, ROWS_AT_ONCE), written, options)
                file.write(written.getvalue().to_pybytes().translate(kept, b'"'))
            rows += len(table)
    return rows


def join_pieces(path: Path, header: Sequence[str], pieces: Iterable[Path]) -> None:
    """One file of the header and the pieces in their order; the pieces are gone afterwards."""
    with path.open("wb") as file:
        file.write((",".join(header) + "\n").encode())
        for piece in pieces:
            with piece.open("rb") as part:
                shutil.copyfileobj(part, file, 1 << 22)
            piece.unlink()


def write_table(path: Path, table: Any) -> None:
    """Write one table as a CSV file with its header."""
    piece = path.with_name(path.name + ".piece")
    write_rows(piece, [table])
    join_pieces(path, table.column_names, [piece])


def _marked(column: Any) -> Any:
    """The column with marks round the texts that need quotes, and two marks for each quote inside."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(column.indices, _marked(column.dictionary))
    if not pa.types.is_string(column.type):
        return column
    held = column.buffers()[2]
    if held is None or not any(mark in held.to_pybytes() for mark in _SPECIAL):
        return column
    needs = pc.match_substring_regex(column, '[",\r\n]')
    inner = pc.replace_substring(column, '"', _QUOTE * 2)
    quoted = pc.binary_join_element_wise(_QUOTE, inner, _QUOTE, "")
    return pc.if_else(needs, quoted, column)
