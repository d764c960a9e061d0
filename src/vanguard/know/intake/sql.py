"""Small helpers for speaking SQL."""

import json
from collections.abc import Iterable, Sequence


def text(value: str) -> str:
    """`value` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """`value` as an SQL name."""
    return '"' + value.replace('"', '""') + '"'


def texts(values: Iterable[str]) -> str:
    """`values` as an SQL list of strings."""
    return "CAST([" + ", ".join(text(value) for value in values) + "] AS VARCHAR[])"


def digest(parts: Iterable[str]) -> str:
    """SQL for a hash (80 bits of MD5, in hex) that tells apart any two rows of text; NULL counts as empty."""
    spaced = ", chr(31), ".join(parts)
    return f"left(md5(concat({spaced})), 20)"


def rows(columns: Sequence[str], values: Iterable[Sequence[object]]) -> str:
    """SQL of a few rows, each value as text; what is no number or text must have a form that SQL reads.

    They go in as one text: an Arrow array made of Python's values would first import pandas, which takes longer than
    loading a small file.
    """
    held = json.dumps([dict(zip(columns, row, strict=True)) for row in values], default=str)
    shape = json.dumps([dict.fromkeys(columns, "VARCHAR")])
    return f"SELECT unnest(from_json({text(held)}, {text(shape)}), recursive := true)"
