"""Small helpers for speaking SQL."""

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


def one_or_list(values: Sequence[str]) -> str:
    """`values` as an SQL string where there is one, else as a list of strings."""
    return text(values[0]) if len(values) == 1 else f"[{', '.join(map(text, values))}]"


def digest(parts: Iterable[str]) -> str:
    """SQL for a hash (80 bits of MD5, in hex) that tells apart any two rows of text; NULL counts as empty."""
    spaced = ", chr(31), ".join(parts)
    return f"left(md5(concat({spaced})), 20)"
