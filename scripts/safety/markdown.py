"""Markdown that the pages share."""

from collections.abc import Iterable, Sequence
from datetime import date


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a table and an empty one after it."""
    lines = [heads, ["---"] * len(heads), *([cell(one) for one in row] for row in rows)]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def cell(value: object) -> str:
    """Words as they may stand in a cell: a bar would end it, and so would a new line."""
    return " ".join(str(value).split()).replace("|", "\\|")


def listed(items: Iterable[str]) -> list[str]:
    """The lines of a list and an empty one after it."""
    return [*(f"- {' '.join(item.split())}" for item in items), ""]


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def day(when: date) -> str:
    """6 August 2018."""
    return f"{when.day} {when:%B %Y}"
