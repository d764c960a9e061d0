"""A pathway as a drawing: its stages as boxes, those that come later further down, and lines to where each leads.
Pure. Whoever cannot see it has the same as text."""

import textwrap
from dataclasses import dataclass

from vanguard.blueprint import Way

WIDE, HIGH, ACROSS, DOWN, LETTERS = 150, 56, 20, 46, 22


@dataclass(frozen=True)
class Box:
    """A stage: its left and top corner, its words by line, and whether it is an end."""

    x: int
    y: int
    lines: tuple[str, ...]
    end: bool


@dataclass(frozen=True)
class Drawing:
    """All boxes, lines as SVG paths, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int
    wide: int = WIDE
    high: int = HIGH


def drawing(way: Way) -> Drawing:
    """Where everything stands, in units of the drawing."""
    rows: dict[int, list[str]] = {}
    stages = {one.id: one for one in way.stages}
    known = sorted({one.depth for one in way.stages})
    for stage in way.stages:
        rows.setdefault(known.index(stage.depth), []).append(stage.id)
    widest = max(map(len, rows.values()))
    width = widest * (WIDE + ACROSS) + ACROSS
    corners = {
        id: ((width - len(row) * (WIDE + ACROSS) + ACROSS) // 2 + at * (WIDE + ACROSS), depth * (HIGH + DOWN) + 4)
        for depth, row in rows.items()
        for at, id in enumerate(row)
    }
    boxes = tuple(Box(*corners[one.id], _wrapped(one.label), one.end) for one in way.stages)
    lines = tuple(
        _line(corners[one.id], corners[onward.to]) for one in way.stages for onward in one.onward if onward.to in stages
    )
    return Drawing(boxes, lines, width, len(rows) * (HIGH + DOWN) - DOWN + 8)


def _wrapped(label: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(label, LETTERS, max_lines=3, placeholder="…"))


def _line(start: tuple[int, int], to: tuple[int, int]) -> str:
    """From the foot of one box to the head of another below it, else round by the side."""
    x, y = start[0] + WIDE // 2, start[1] + HIGH
    if to[1] > start[1]:
        return f"M{x},{y}C{x},{y + DOWN // 2} {to[0] + WIDE // 2},{to[1] - DOWN // 2} {to[0] + WIDE // 2},{to[1]}"
    side, end, middle = start[0] + WIDE, to[0] + WIDE, to[1] + HIGH // 2
    return f"M{side},{y - HIGH // 2}C{side + ACROSS},{start[1]} {end + ACROSS},{to[1] + HIGH} {end},{middle}"
