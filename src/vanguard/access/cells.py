"""Values as the cells of a table that somebody may open in a spreadsheet."""

from typing import Any

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> Any:
    """The value with lists joined and nothing that a spreadsheet would run."""
    if isinstance(value, list | tuple):
        value = "; ".join(str(one) for one in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
