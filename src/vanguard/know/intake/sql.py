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


def joined(parts: Iterable[str]) -> str:
    """SQL that joins `parts` by the unit separator; a NULL counts as empty text, so that places do not shift."""
    return "concat_ws(chr(31), " + ", ".join(f"coalesce({part}, '')" for part in parts) + ")"
