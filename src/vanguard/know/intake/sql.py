"""Small helpers for speaking SQL."""

from collections.abc import Iterable


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
