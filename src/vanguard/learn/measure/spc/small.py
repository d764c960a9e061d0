"""Small charts that a page draws without a program: as paths of SVG, for boards and for print."""

from dataclasses import dataclass
from typing import Any

from vanguard.learn.measure.spc.pictures import GREY, INK, MEANINGS, PURPLE

WIDTH, HEIGHT, EDGE = 320, 96, 8

# Each meaning has its own shape, as on the large charts; round (0, 0), about 8 units wide.
SHAPES = {
    "circle": "M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z",
    "triangle-up": "M0-5l5 8.5h-10z",
    "diamond": "M0-5.5l5.5 5.5-5.5 5.5-5.5-5.5z",
    "square": "M-4-4h8v8h-8z",
}


@dataclass(frozen=True)
class Line:
    """One path: `dashes` is empty for a solid line."""

    path: str
    colour: str
    dashes: str = ""


@dataclass(frozen=True)
class Mark:
    """One point: where, in what colour and shape."""

    x: float
    y: float
    colour: str
    path: str


@dataclass(frozen=True)
class SmallChart:
    """A chart of WIDTH by HEIGHT units: lines below, marks above."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT


def small_chart(rows: list[dict[str, Any]]) -> SmallChart | None:
    """The chart of one series' `rows`, as `rows` of this room makes them; None where there is no value."""
    names = ("value", "mean", "lower", "upper", "target")
    levels = [row[name] for row in rows for name in names if row[name] is not None]
    if all(row["value"] is None for row in rows):
        return None
    least, most = min(levels), max(levels)
    if least == most:
        least, most = least - 1, most + 1
    across = (WIDTH - 2 * EDGE) / max(1, len(rows) - 1)

    def at(place: int, level: float) -> tuple[float, float]:
        return round(EDGE + place * across, 1), round(EDGE + (most - level) / (most - least) * (HEIGHT - 2 * EDGE), 1)

    def path(name: str) -> str:
        drawn, pen = [], False
        for place, row in enumerate(rows):
            if row[name] is None or (name in ("mean", "lower", "upper") and row["group"] != rows[place - 1]["group"]):
                pen = False
            if row[name] is not None:
                x, y = at(place, row[name])
                drawn.append(f"{'L' if pen else 'M'}{x} {y}")
                pen = True
        return "".join(drawn)

    lines = [Line(path("target"), PURPLE, "2 3"), Line(path("upper"), GREY, "6 4"), Line(path("lower"), GREY, "6 4")]
    lines += [Line(path("mean"), INK), Line(path("value"), GREY)]
    marks = []
    for place, row in enumerate(rows):
        if row["value"] is not None:
            colour, shape = MEANINGS[row["meaning"]]
            marks.append(Mark(*at(place, row["value"]), colour, SHAPES[shape]))
    return SmallChart(tuple(line for line in lines if line.path), tuple(marks))
